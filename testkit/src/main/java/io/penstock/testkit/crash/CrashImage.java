package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a loss of power has left of a device: a device like the one that was recorded, to recover
 * and to go on with. What is written to it is its own and disturbs no other image. It makes every
 * transfer in the calling thread and forgets nothing; offsets and lengths are bytes.
 *
 * <p>Valid during {@link CrashChecker#check} only; {@link #writeTo} keeps a copy. All its methods
 * are for one thread at a time, which several may be one after the other.
 */
public final class CrashImage implements BlockDevice {
  private static final byte[] ZEROS = new byte[SparsePages.PAGE];

  private final String name;
  private final long size;
  private final QueueLimits limits;
  private final SparsePages pages;
  private final IoCounters counters = new IoCounters();

  CrashImage(String name, long size, QueueLimits limits, SparsePages pages) {
    this.name = name;
    this.size = size;
    this.limits = limits.withMemoryAlignment(1).withMemoryAccess(true, true);
    this.pages = pages;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  /** Those of the recorded device, but any memory will do. */
  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public synchronized void submit(Bio bio) {
    if (bio.deviceOffset() < 0 || bio.deviceEnd() > size) {
      bio.complete(
          new BlockIoException(
              Errno.EINVAL,
              bio.direction().word(),
              name,
              bio.deviceOffset(),
              bio.length(),
              "it is not within the " + size + " bytes of the image"));
      return;
    }
    long position = bio.deviceOffset();
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment piece = bio.segment(i).asSlice(bio.pieceOffset(i), bio.pieceLength(i));
      byte[] bytes = new byte[(int) bio.pieceLength(i)];
      if (bio.isWrite()) {
        MemorySegment.ofArray(bytes).copyFrom(piece);
        pages.write(position, bytes, 0, bytes.length);
      } else {
        pages.read(position, bytes, 0, bytes.length);
        piece.copyFrom(MemorySegment.ofArray(bytes));
      }
      position += bytes.length;
    }
    bio.complete();
  }

  @Override
  public void flush() {}

  @Override
  public IoCounters counters() {
    return counters;
  }

  /** The {@code length} bytes at {@code offset}, which need no alignment. */
  public byte[] read(long offset, int length) {
    Objects.checkFromIndexSize(offset, (long) length, size);
    byte[] bytes = new byte[length];
    pages.read(offset, bytes, 0, length);
    return bytes;
  }

  /**
   * Writes the image to a file, made or replaced, of the size of the device. Zeros are left out, so
   * that the file takes the space of what differs from them.
   *
   * @throws IOException when the file cannot be written
   */
  public void writeTo(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.WRITE,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      if (size > 0) {
        writeAt(channel, size - 1, ByteBuffer.allocate(1)); // zero, and where it is not it follows
      }
      if (Arrays.equals(pages.background(), ZEROS)) {
        for (long index : pages.writtenPages()) {
          writePage(channel, index);
        }
      } else {
        for (long index = 0; index * SparsePages.PAGE < size; index++) {
          writePage(channel, index);
        }
      }
    }
  }

  private void writePage(FileChannel channel, long index) throws IOException {
    byte[] page = pages.page(index);
    long position = index * SparsePages.PAGE;
    int length = (int) Math.min(SparsePages.PAGE, size - position);
    if (!Arrays.equals(page, ZEROS)) {
      writeAt(channel, position, ByteBuffer.wrap(page, 0, length));
    }
  }

  private static void writeAt(FileChannel channel, long position, ByteBuffer bytes)
      throws IOException {
    for (long at = position; bytes.hasRemaining(); ) {
      at += channel.write(bytes, at);
    }
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return name + " (crash image, " + size + " bytes)";
  }
}
