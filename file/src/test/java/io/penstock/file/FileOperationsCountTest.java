package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** How many device operations an unaligned request costs, told by the file's own counters. */
@Rule("FILE-3")
class FileOperationsCountTest {
  private static final int LARGE = 1 << 20;

  @TempDir private Path directory;

  private DirectFile open(String engine) throws IOException {
    Path path = Files.write(directory.resolve("file"), new byte[2 * LARGE]);
    return OpenFile.on(engine, path);
  }

  /** Memory whose middle is aligned where the file's is. */
  private static MemorySegment fitting(IoArena arena, long position, long length) {
    return arena.allocate(length + 4096, 4096).asSlice(position % 4096, length);
  }

  @EachEngine
  void aLargeUnalignedWriteCostsTwoSmallReadsAndOneWrite(String engine) throws IOException {
    try (DirectFile file = open(engine);
        IoArena arena = IoArena.ofShared()) {
      file.write(fitting(arena, 1000, LARGE), 1000);
      var bounced = file.counters().bounced();
      assertEquals(2, file.counters().edgeReads());
      assertEquals(2, bounced.reads());
      assertEquals(2L * file.blockBytes(), bounced.readBytes());
      assertEquals(1, bounced.writes(), "head, middle and tail in one operation");
      assertTrue(bounced.writtenBytes() <= LARGE + 2L * file.blockBytes());
      assertEquals(0, file.counters().cuts());
    }
  }

  @EachEngine
  void anUnalignedReadIsOneOperation(String engine) throws IOException {
    try (DirectFile file = open(engine);
        IoArena arena = IoArena.ofShared()) {
      assertEquals(LARGE, file.read(fitting(arena, 1000, LARGE), 1000));
      assertEquals(1, file.counters().bounced().reads());
      assertTrue(file.counters().bounced().readBytes() <= LARGE + 2L * file.blockBytes());
    }
  }

  @EachEngine
  void anEdgePastTheEndIsNotRead(String engine) throws IOException {
    try (DirectFile file = open(engine)) {
      file.write(ByteBuffer.allocate(100), 2 * LARGE);
      assertEquals(0, file.counters().edgeReads());
      assertEquals(1, file.counters().cuts());
      assertEquals(2 * LARGE + 100, file.size());
    }
  }

  @EachEngine
  void aPartOfOneBlockIsReadOnceAndWrittenOnce(String engine) throws IOException {
    try (DirectFile file = open(engine)) {
      file.write(ByteBuffer.allocate(3), 5001);
      assertEquals(1, file.counters().bounced().reads());
      assertEquals(1, file.counters().bounced().writes());
    }
  }

  @EachEngine
  void anAlignedWriteIsOneStraightOperation(String engine) throws IOException {
    try (DirectFile file = open(engine);
        IoArena arena = IoArena.ofShared()) {
      file.write(IoVector.of(arena.allocate(LARGE, 4096)), 4096);
      assertEquals(1, file.counters().straight().writes());
      assertEquals(0, file.counters().bouncedWrites());
      assertEquals(0, file.counters().bounced().reads());
    }
  }
}
