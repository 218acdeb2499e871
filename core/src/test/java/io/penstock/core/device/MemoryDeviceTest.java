package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class MemoryDeviceTest {
  private static final long TEBIBYTE = 1L << 40;

  private static byte[] filled(int length, int value) {
    byte[] bytes = new byte[length];
    Arrays.fill(bytes, (byte) value);
    return bytes;
  }

  @Test
  void sparseDeviceOfManyGibibytesHoldsBothItsEnds() {
    try (MemoryDevice device = MemoryDevice.of(TEBIBYTE)) {
      assertTrue(BioProbe.write(device, 0, filled(512, 1)).submit().succeeded());
      assertTrue(BioProbe.write(device, TEBIBYTE - 512, filled(512, 2)).submit().succeeded());
      assertArrayEquals(filled(512, 1), device.read(0, 512));
      assertArrayEquals(filled(512, 2), device.read(TEBIBYTE - 512, 512));
      assertArrayEquals(new byte[512], device.read(TEBIBYTE / 2, 512));
    }
  }

  @Test
  void transferCrossesChunksAndLeaves() {
    try (MemoryDevice device = MemoryDevice.of(3L << 30)) {
      for (long boundary : new long[] {1L << 20, 1L << 30, 2L << 30}) {
        byte[] bytes = filled(2048, (int) (boundary >>> 20) + 3);
        assertTrue(BioProbe.write(device, boundary - 1024, bytes).submit().succeeded());
        assertArrayEquals(bytes, device.read(boundary - 1024, 2048));
        assertEquals(0, device.read(boundary - 1025, 1)[0]);
        assertEquals(0, device.read(boundary + 1024, 1)[0]);
      }
    }
  }

  @Test
  void fillSetsEveryByteWithoutTakingSpace() {
    try (MemoryDevice device = MemoryDevice.of(TEBIBYTE)) {
      device.write(700, filled(100, 9));
      device.fill((byte) 0xAA);
      assertArrayEquals(filled(2000, 0xAA), device.read(0, 2000));
      assertArrayEquals(filled(512, 0xAA), device.read(TEBIBYTE - 512, 512));
      device.write(TEBIBYTE - 100, filled(10, 1));
      assertArrayEquals(filled(90, 0xAA), device.read(TEBIBYTE - 90, 90));
      assertArrayEquals(filled(10, 0xAA), device.read(TEBIBYTE - 110, 10));
    }
  }

  @Test
  void directAccessOutsideTheDeviceIsRefused() {
    try (MemoryDevice device = MemoryDevice.of(1024)) {
      assertThrows(IndexOutOfBoundsException.class, () -> device.read(1000, 25));
      assertThrows(IndexOutOfBoundsException.class, () -> device.write(-1, new byte[1]));
      assertEquals(
          "range 1024 length 1 is not within the 1024 bytes of memory",
          assertThrows(IndexOutOfBoundsException.class, () -> device.write(1024, new byte[1]))
              .getMessage());
      assertThrows(IndexOutOfBoundsException.class, () -> device.read(Long.MAX_VALUE, 25));
    }
  }

  // --- limits ---

  private static int errnoOf(QueueLimits limits, Direction direction, long offset, int... pieces) {
    try (MemoryDevice device = MemoryDevice.builder().size(1 << 20).limits(limits).build();
        Arena arena = Arena.ofConfined()) {
      MemorySegment[] memory = new MemorySegment[pieces.length];
      for (int i = 0; i < pieces.length; i++) {
        memory[i] = arena.allocate(pieces[i], 4096);
      }
      return new BioProbe(direction, device, offset, memory).submit().errno();
    }
  }

  @Test
  @Rule("BIO-3")
  void everyLimitIsCheckedOnBothSides() {
    QueueLimits limits = QueueLimits.of(512).withMaximum(2, 4096, 6144);
    assertEquals(0, errnoOf(limits, Direction.READ, 0, 4096, 2048));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 0, 4096, 2560));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 0, 512, 512, 512));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 0, 4608));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 0, 513));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 0, 256, 256));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, 256, 512));
    assertEquals(Errno.EINVAL.number(), errnoOf(limits, Direction.READ, -512, 512));
  }

  @Test
  void pastTheEndIsIoErrorForReadsAndNoSpaceForWrites() {
    QueueLimits limits = QueueLimits.of(512);
    assertEquals(0, errnoOf(limits, Direction.WRITE, (1 << 20) - 512, 512));
    assertEquals(Errno.EIO.number(), errnoOf(limits, Direction.READ, 1 << 20, 512));
    assertEquals(Errno.EIO.number(), errnoOf(limits, Direction.READ, (1 << 20) - 512, 1024));
    assertEquals(Errno.ENOSPC.number(), errnoOf(limits, Direction.WRITE, 1 << 20, 512));
    assertEquals(Errno.ENOSPC.number(), errnoOf(limits, Direction.WRITE, (1 << 20) - 512, 1024));
    assertEquals(Errno.EIO.number(), errnoOf(limits, Direction.READ, Long.MAX_VALUE - 511, 512));
  }

  @Test
  @Rule("ADM-4")
  void memoryAlignmentIsALimitOfItsOwn() {
    QueueLimits strict = QueueLimits.of(512).withMemoryAlignment(4096);
    try (MemoryDevice device = MemoryDevice.builder().limits(strict).build();
        Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(8192, 4096);
      BioProbe odd = new BioProbe(Direction.READ, device, 0, memory.asSlice(512, 512)).submit();
      assertEquals(Errno.EINVAL.number(), odd.errno());
      assertTrue(String.valueOf(odd.error()).contains("memory alignment of 4096"));
      assertTrue(
          new BioProbe(Direction.READ, device, 0, memory.asSlice(4096, 512)).submit().succeeded());
    }
  }

  @Test
  void heapMemoryIsRefusedWhereLimitsSaySo() {
    try (MemoryDevice device = MemoryDevice.builder().limits(QueueLimits.of(512)).build()) {
      assertEquals(Errno.EINVAL.number(), BioProbe.read(device, 0, 512).submit().errno());
    }
  }

  @Test
  void forcedUnitAccessIsRefusedWhereItIsNotOffered() {
    QueueLimits limits = QueueLimits.of(512).withMemoryAccess(true, true);
    try (MemoryDevice device = MemoryDevice.builder().limits(limits).build()) {
      BioProbe write = BioProbe.write(device, 0, new byte[512]);
      write.bio.forcedUnitAccess(true);
      assertEquals(Errno.EOPNOTSUPP.number(), write.submit().errno());
    }
  }

  private static int atomicErrno(MemoryDevice device, long offset, int length) {
    BioProbe write = BioProbe.write(device, offset, new byte[length]);
    write.bio.atomic(true);
    return write.submit().errno();
  }

  @Test
  @Rule("BIO-9")
  void atomicWriteMustBeWithinTheUnitAndNaturallyAligned() {
    QueueLimits limits = QueueLimits.of(512).withMemoryAccess(true, true);
    try (MemoryDevice none = MemoryDevice.builder().limits(limits).build();
        MemoryDevice device =
            MemoryDevice.builder().limits(limits.withAtomicWrites(1024, 4096)).build()) {
      assertEquals(Errno.EOPNOTSUPP.number(), atomicErrno(none, 0, 1024));
      assertEquals(0, atomicErrno(device, 1024, 1024));
      assertEquals(0, atomicErrno(device, 8192, 4096));
      assertEquals(Errno.EINVAL.number(), atomicErrno(device, 0, 512));
      assertEquals(Errno.EINVAL.number(), atomicErrno(device, 0, 8192));
      assertEquals(Errno.EINVAL.number(), atomicErrno(device, 0, 1536));
      assertEquals(Errno.EINVAL.number(), atomicErrno(device, 512, 1024));
    }
  }

  @Test
  @Tag("stress")
  @Rule("BIO-9")
  void readersSeeAnAtomicWriteWholeOrNotAtAll() throws Exception {
    int length = 4 << 20; // four chunks of the device
    QueueLimits limits =
        QueueLimits.of(512).withMemoryAccess(true, true).withAtomicWrites(512, length);
    try (MemoryDevice device = MemoryDevice.builder().limits(limits).build()) {
      byte[][] contents = {filled(length, 0), filled(length, 1)};
      AtomicBoolean stop = new AtomicBoolean();
      Thread writer =
          Thread.ofPlatform()
              .name("atomic-writer")
              .start(
                  () -> {
                    for (int i = 0; !stop.get(); i++) {
                      BioProbe write = BioProbe.write(device, 0, contents[i % 2]);
                      write.bio.atomic(true);
                      write.submit();
                    }
                  });
      try {
        byte[] seen = new byte[length];
        for (int i = 0; i < 200; i++) {
          new BioProbe(Direction.READ, device, 0, MemorySegment.ofArray(seen)).submit();
          assertEquals(-1, Arrays.mismatch(seen, contents[seen[0]]), "torn");
        }
      } finally {
        stop.set(true);
        writer.join();
      }
    }
  }

  // --- completing ---

  @Test
  void cancelledBioIsNotCarriedOut() {
    try (MemoryDevice device = MemoryDevice.of(1 << 20)) {
      BioProbe write = BioProbe.write(device, 0, filled(512, 1));
      write.bio.requestCancel(write.bio.generation());
      assertEquals(Errno.ECANCELED.number(), write.submit().errno());
      assertArrayEquals(new byte[512], device.read(0, 512));
    }
  }

  @Test
  void memoryThatCannotBeTouchedIsAFault() {
    try (MemoryDevice device = MemoryDevice.of(1 << 20)) {
      MemorySegment closed;
      try (Arena arena = Arena.ofConfined()) {
        closed = arena.allocate(512);
      }
      BioProbe write = new BioProbe(Direction.WRITE, device, 0, closed).submit();
      assertEquals(Errno.EFAULT.number(), write.errno());
      String message = String.valueOf(write.error());
      assertTrue(message.contains("the memory of a piece cannot be used"), message);
      MemorySegment readOnly = MemorySegment.ofArray(new byte[512]).asReadOnly();
      BioProbe read = new BioProbe(Direction.READ, device, 0, readOnly).submit();
      assertEquals(Errno.EFAULT.number(), read.errno());
    }
  }

  @Test
  void closedDeviceFailsBiosAndFlushes() {
    MemoryDevice device = MemoryDevice.of(1 << 20);
    device.close();
    assertEquals(Errno.ENODEV.number(), BioProbe.read(device, 0, 512).submit().errno());
    assertThrows(IOException.class, device::flush);
    assertThrows(IllegalStateException.class, () -> device.read(0, 512), "its memory is freed");
  }

  @Test
  void mistakeInTheOwnerIsNotTakenForAnError() {
    try (MemoryDevice device = MemoryDevice.of(1 << 20)) {
      IllegalStateException mistake = new IllegalStateException("owner");
      BioProbe read =
          BioProbe.read(device, 0, 512)
              .then(
                  () -> {
                    throw mistake;
                  });
      assertSame(mistake, assertThrows(IllegalStateException.class, read::submit));
      assertEquals(1, read.completions());
    }
  }

  @Test
  @Rule("MAP-6")
  void aliasDropsReachTheListener() throws IOException {
    List<String> drops = new ArrayList<>();
    try (MemoryDevice device =
        MemoryDevice.builder()
            .aliasListener((offset, length) -> drops.add(offset + "+" + length))
            .build()) {
      device.dropCachedAliases(512, 1024);
      assertEquals(List.of("512+1024"), drops);
    }
  }

  // --- power ---

  private static MemoryDevice volatileDevice() {
    return MemoryDevice.builder().size(1 << 20).volatileCache(true).build();
  }

  @Test
  void unflushedWritesAreLostWithThePower() throws IOException {
    try (MemoryDevice device = volatileDevice()) {
      BioProbe.write(device, 0, filled(1024, 1)).submit();
      device.flush();
      BioProbe.write(device, 512, filled(1024, 2)).submit();
      assertArrayEquals(filled(1024, 2), device.read(512, 1024));
      assertEquals(2, device.cachedBlocks());

      device.losePower();
      assertArrayEquals(filled(1024, 1), device.read(0, 1024));
      assertArrayEquals(new byte[512], device.read(1024, 512));
      assertEquals(0, device.cachedBlocks());
    }
  }

  /** While the power takes back 4 MiB, another thread writes a block that lies before them. */
  @Test
  @Tag("stress")
  void whatIsWrittenWhileThePowerFailsIsLostWithTheNextFailureAtLatest() throws Exception {
    try (MemoryDevice device = MemoryDevice.builder().size(8 << 20).volatileCache(true).build()) {
      byte[] much = filled(4 << 20, 1);
      byte[] block = filled(512, 1);
      for (int i = 0; i < 200; i++) {
        BioProbe.write(device, 1 << 20, much).submit();
        Thread writer =
            Thread.ofPlatform()
                .name("writer-meanwhile")
                .start(() -> BioProbe.write(device, 0, block).submit());
        device.losePower();
        writer.join();
        device.losePower();
        assertArrayEquals(new byte[512], device.read(0, 512), "round " + i);
      }
    }
  }

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessSurvivesAlone() {
    try (MemoryDevice device = volatileDevice()) {
      BioProbe.write(device, 0, filled(1024, 1)).submit();
      BioProbe forced = BioProbe.write(device, 512, filled(512, 2));
      forced.bio.forcedUnitAccess(true);
      assertTrue(forced.submit().succeeded());
      assertEquals(1, device.cachedBlocks());

      device.losePower();
      assertArrayEquals(new byte[512], device.read(0, 512));
      assertArrayEquals(filled(512, 2), device.read(512, 512));
    }
  }

  @Test
  void cacheSpansItsGroupsOfBlocks() throws IOException {
    long boundary = 512L << 16; // where one group of blocks ends
    try (MemoryDevice device = MemoryDevice.builder().size(64L << 20).volatileCache(true).build()) {
      BioProbe.write(device, boundary - 1024, filled(2048, 7)).submit();
      assertEquals(4, device.cachedBlocks());
      device.flush();
      device.losePower();
      assertArrayEquals(filled(2048, 7), device.read(boundary - 1024, 2048));
    }
  }

  @Test
  void directWritesAndFillsSurvive() {
    try (MemoryDevice device = volatileDevice()) {
      device.fill((byte) 3);
      device.write(100, filled(50, 4));
      BioProbe.write(device, 512, filled(512, 5)).submit();
      device.write(600, filled(50, 6));
      device.losePower();
      assertArrayEquals(filled(50, 4), device.read(100, 50));
      assertArrayEquals(filled(50, 6), device.read(600, 50), "over what was only in the cache");
      assertArrayEquals(filled(88, 3), device.read(512, 88));
      assertArrayEquals(filled(374, 3), device.read(650, 374));
    }
  }

  @Test
  void deviceWithoutVolatileCacheHasNothingToLose() {
    try (MemoryDevice device = MemoryDevice.of(1 << 20)) {
      assertThrows(IllegalStateException.class, device::losePower);
      assertThrows(IllegalStateException.class, device::cachedBlocks);
    }
  }
}
