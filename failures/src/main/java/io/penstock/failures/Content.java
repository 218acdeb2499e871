package io.penstock.failures;

import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What files of the scenarios hold: every byte follows from its position. Stateless. */
final class Content {
  private static final int ID = 77;
  private static final int CHUNK = 1 << 20;

  private Content() {}

  /** Fills memory with what belongs at a position. */
  static void fill(MemorySegment memory, long position) {
    Pattern.fill(memory, 0, memory.byteSize(), ID, position);
  }

  /** Fails unless the first bytes of memory are what belongs at a position. */
  static void check(MemorySegment memory, long bytes, long position, String who) {
    long wrong = Pattern.mismatch(memory, 0, bytes, ID, position);
    Check.that(
        wrong < 0,
        () -> who + ": wrong byte at " + (position + wrong) + " of a transfer at " + position);
  }

  /** Index of the first byte that is not what belongs at a position, or -1. */
  static long mismatch(MemorySegment memory, long bytes, long position) {
    return Pattern.mismatch(memory, 0, bytes, ID, position);
  }

  /** The byte that belongs at a position. */
  static byte at(long position) {
    return Pattern.at(ID, position);
  }

  /** Writes a file or device through the page cache, and makes it durable. */
  static void write(Path path, long bytes) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileChannel channel =
            FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      MemorySegment memory = arena.allocate(CHUNK);
      for (long at = 0; at < bytes; at += CHUNK) {
        MemorySegment part = memory.asSlice(0, Math.min(CHUNK, bytes - at));
        fill(part, at);
        ByteBuffer buffer = part.asByteBuffer();
        while (buffer.hasRemaining()) {
          channel.write(buffer, at + buffer.position());
        }
      }
      channel.force(true);
    }
  }
}
