package io.penstock.ext4.host;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Volumes in memory. */
public final class MemoryImage {
  private static final int CHUNK = 1 << 20;

  private MemoryImage() {}

  /** A device with the contents of a file. */
  public static MemoryDevice load(Path file) throws IOException {
    try (FileChannel in = FileChannel.open(file)) {
      MemoryDevice device =
          MemoryDevice.builder()
              .name(file.getFileName().toString())
              .size(in.size())
              .limits(QueueLimits.of(512))
              .build();
      byte[] chunk = new byte[CHUNK];
      for (long at = 0; at < in.size(); at += CHUNK) {
        int length = (int) Math.min(CHUNK, in.size() - at);
        ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, length);
        while (buffer.hasRemaining() && in.read(buffer, at + buffer.position()) > 0) {}
        if (!isZero(chunk, length)) {
          write(device, at, java.util.Arrays.copyOf(chunk, length));
        }
      }
      return device;
    }
  }

  private static boolean isZero(byte[] bytes, int length) {
    for (int i = 0; i < length; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }

  public static byte[] read(BlockDevice device, long offset, int length) throws IOException {
    byte[] bytes = new byte[length];
    DeviceIo.read(device, offset, MemorySegment.ofArray(bytes));
    return bytes;
  }

  public static void write(BlockDevice device, long offset, byte[] bytes) throws IOException {
    DeviceIo.write(device, offset, MemorySegment.ofArray(bytes));
  }
}
