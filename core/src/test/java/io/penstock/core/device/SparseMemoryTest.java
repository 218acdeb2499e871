package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Memory of which only what was written exists, and the write cache before it. */
class SparseMemoryTest {
  private static final int CHUNK = 1 << 20;
  private static final long LEAF = 1L << 30;

  private static byte[] bytes(int length, int seed) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (seed + i * 7 + (i >> 8));
    }
    return bytes;
  }

  private static byte[] read(SparseMemory memory, long position, int length) {
    byte[] bytes = new byte[length + 2];
    Arrays.fill(bytes, (byte) -1);
    memory.copyOut(position, MemorySegment.ofArray(bytes), 1, length);
    assertEquals(-1, bytes[0], "nothing before");
    assertEquals(-1, bytes[length + 1], "nothing behind");
    return Arrays.copyOfRange(bytes, 1, length + 1);
  }

  private static void write(SparseMemory memory, long position, byte[] bytes) {
    MemorySegment source = MemorySegment.ofArray(new byte[bytes.length + 3]);
    MemorySegment.copy(MemorySegment.ofArray(bytes), 0, source, 3, bytes.length);
    memory.copyIn(source, 3, position, bytes.length);
  }

  @Test
  void writesAcrossChunksAndLeavesAreFoundAgain() {
    try (SparseMemory memory = new SparseMemory(5 * LEAF)) {
      long[] places = {
        0, CHUNK - 100, 3L * CHUNK + 700, LEAF - 100, 2 * LEAF - CHUNK / 2, 5 * LEAF - 2 * CHUNK
      };
      for (int i = 0; i < places.length; i++) {
        write(memory, places[i], bytes(2 * CHUNK - 1000, i));
        assertArrayEquals(bytes(2 * CHUNK - 1000, i), read(memory, places[i], 2 * CHUNK - 1000));
        assertArrayEquals(new byte[1000], read(memory, places[i] + 2 * CHUNK - 1000, 1000));
      }
      assertArrayEquals(new byte[CHUNK], read(memory, 3 * LEAF, CHUNK), "never written");
    }
  }

  @Test
  void chunksThatAreMadeLaterHaveTheBackground() {
    try (SparseMemory memory = new SparseMemory(4L * CHUNK + 10)) {
      write(memory, 5, bytes(10, 1));
      memory.fill((byte) 9);
      byte[] nines = new byte[20];
      Arrays.fill(nines, (byte) 9);
      assertArrayEquals(nines, read(memory, 0, 20), "written before");
      assertArrayEquals(nines, read(memory, 2L * CHUNK - 10, 20));
      write(memory, 2L * CHUNK, new byte[] {1});
      byte[] around = nines.clone();
      around[10] = 1;
      assertArrayEquals(around, read(memory, 2L * CHUNK - 10, 20));
      write(memory, 4L * CHUNK + 9, new byte[] {2});
      assertArrayEquals(new byte[] {9, 2}, read(memory, 4L * CHUNK + 8, 2), "the last byte");
    }
  }

  @Test
  void copiesBetweenTwoKeepTheirPlace() {
    try (SparseMemory one = new SparseMemory(4L * CHUNK);
        SparseMemory two = new SparseMemory(4L * CHUNK)) {
      byte[] bytes = bytes(2 * CHUNK, 3);
      write(one, CHUNK / 2, bytes);
      two.fill((byte) 5);
      one.copyTo(two, CHUNK / 2, 2 * CHUNK);
      assertArrayEquals(bytes, read(two, CHUNK / 2, 2 * CHUNK));
      assertArrayEquals(new byte[] {5, bytes[0]}, read(two, CHUNK / 2 - 1, 2));
      assertArrayEquals(
          new byte[] {bytes[2 * CHUNK - 1], 5}, read(two, CHUNK / 2 + 2 * CHUNK - 1, 2));
    }
  }

  @Test
  void anotherOfTheSameSizeIsFreedWithTheFirst() {
    SparseMemory one = new SparseMemory(2L * CHUNK);
    SparseMemory two = one.another();
    write(one, CHUNK, bytes(10, 1));
    write(two, 2L * CHUNK - 10, bytes(10, 2));
    assertArrayEquals(new byte[10], read(two, CHUNK, 10), "apart");
    one.close();
    assertThrows(IllegalStateException.class, () -> read(one, CHUNK, 10));
    assertThrows(IllegalStateException.class, () -> read(two, 2L * CHUNK - 10, 10));
  }

  @Test
  void sizeHasBounds() {
    new SparseMemory(0).close();
    assertEquals(
        "size -1 is too large for a device in memory",
        assertThrows(IllegalArgumentException.class, () -> new SparseMemory(-1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new SparseMemory(Long.MAX_VALUE));
  }

  // --- the write cache ---

  private static final int BLOCK = 512;

  /** Blocks in one group of the cache are 32 MiB; these ranges lie in one, and across two. */
  @Test
  void powerLossTakesWhatWasNotFlushedAndNothingElse() {
    long group = (long) (1 << 16) * BLOCK;
    try (SparseMemory current = new SparseMemory(4 * group)) {
      VolatileCache cache = new VolatileCache(current, BLOCK);
      for (long position : new long[] {0, 5 * BLOCK, group - BLOCK, 2 * group - 3 * BLOCK}) {
        write(current, position, bytes(2 * BLOCK, 1));
        cache.wrote(position, 2 * BLOCK);
      }
      assertEquals(8, cache.cachedBlocks());
      cache.flush();
      assertEquals(0, cache.cachedBlocks());
      write(current, group - BLOCK, bytes(2 * BLOCK, 2));
      cache.wrote(group - BLOCK, 2 * BLOCK);
      write(current, 9 * BLOCK, bytes(3 * BLOCK, 3));
      cache.wrote(9 * BLOCK, 3 * BLOCK);
      write(current, 10 * BLOCK, bytes(BLOCK, 4));
      cache.wroteThrough(10 * BLOCK, BLOCK);
      assertEquals(4, cache.cachedBlocks());
      write(current, 10 * BLOCK, bytes(BLOCK, 5));
      cache.wrote(10 * BLOCK, BLOCK);
      assertEquals(5, cache.cachedBlocks());
      cache.losePower();
      assertEquals(0, cache.cachedBlocks());
      assertArrayEquals(bytes(2 * BLOCK, 1), read(current, group - BLOCK, 2 * BLOCK), "flushed");
      assertArrayEquals(new byte[BLOCK], read(current, 9 * BLOCK, BLOCK), "lost");
      assertArrayEquals(bytes(BLOCK, 4), read(current, 10 * BLOCK, BLOCK), "written through");
      assertArrayEquals(new byte[BLOCK], read(current, 11 * BLOCK, BLOCK), "lost");
      assertArrayEquals(bytes(2 * BLOCK, 1), read(current, 5 * BLOCK, 2 * BLOCK));
    }
  }

  @Test
  void whatIsPutDurablyComesBackWithThePowerLoss() {
    try (SparseMemory current = new SparseMemory(CHUNK)) {
      VolatileCache cache = new VolatileCache(current, BLOCK);
      cache.fill((byte) 7);
      current.fill((byte) 7);
      write(current, 0, bytes(BLOCK, 1));
      cache.wrote(0, BLOCK);
      cache.wroteDurably(MemorySegment.ofArray(new byte[] {1, 2, 3}), 100);
      assertEquals(1, cache.cachedBlocks(), "still");
      cache.losePower();
      assertArrayEquals(new byte[] {7, 1, 2, 3, 7}, read(current, 99, 5));
      cache.wrote(0, BLOCK);
      cache.fill((byte) 8);
      assertEquals(0, cache.cachedBlocks());
    }
  }
}
