package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.file.HostRanges.Range;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** Holes in whole blocks, and what a layout makes of them. Blocks of 4096 bytes. */
class HostRangesTest {
  private static final int BLOCK = 4096;

  private static Range data(long start, long end) {
    return new Range(start, end, true);
  }

  private static Range hole(long start, long end) {
    return new Range(start, end, false);
  }

  @Test
  void aBlockWithAnyDataIsData() throws IOException {
    HostRanges ranges = new HostRanges(new SparseHost(20_000, 5000, 9000), BLOCK);
    assertEquals(hole(0, 4096), ranges.at(0));
    assertEquals(data(4096, 12_288), ranges.at(4096));
    assertEquals(data(4096, 12_288), ranges.at(12_287));
    assertEquals(hole(12_288, Long.MAX_VALUE), ranges.at(12_288));
  }

  @Test
  void dataUpToTheEndOfTheFileEndsWithItsLastBlock() throws IOException {
    HostRanges ranges = new HostRanges(new SparseHost(5000, 0, 5000), BLOCK);
    assertEquals(data(0, 8192), ranges.at(0));
    assertEquals(hole(8192, Long.MAX_VALUE), ranges.at(8192));
  }

  @Test
  void anEmptyFileIsAHole() throws IOException {
    assertEquals(hole(0, Long.MAX_VALUE), new HostRanges(new SparseHost(0), BLOCK).at(0));
  }

  @Test
  void theHostIsAskedOncePerRange() throws IOException {
    SparseHost host = new SparseHost(1 << 20, 8192, 16_384);
    HostRanges ranges = new HostRanges(host, BLOCK);
    for (long position = 0; position < 1 << 20; position += 512) {
      assertTrue(ranges.at(position).contains(position));
    }
    assertTrue(host.questions() <= 6, () -> host.questions() + " questions");
  }

  @Test
  void aHoleIsReadWithoutTheDevice() throws IOException {
    SparseHost host = new SparseHost(1 << 20, 8192, 16_384);
    BlockFile file =
        BlockFile.builder(host, HostLayout.withHoles(host)).blockSize(BLOCK).size(1 << 20).build();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(1 << 20, BLOCK).fill((byte) 7);
      assertEquals(1 << 20, DirectIo.read(file, IoVector.of(memory), 0));
      assertEquals(8192, memory.mismatch(arena.allocate(1 << 20)));
      assertEquals(8192, host.bytesRead());
    }
  }
}
