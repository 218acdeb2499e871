package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.rules.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** What a device may declare, and how it is narrowed. */
@Rule("BIO-3")
class QueueLimitsTest {
  private static final QueueLimits PLAIN = QueueLimits.of(512);

  private static void refused(String message, Executable declaration) {
    assertEquals(message, assertThrows(IllegalArgumentException.class, declaration).getMessage());
  }

  @Test
  void limitsChangeOneByOne() {
    assertEquals(
        new QueueLimits(512, 512, 1, 1024, 1 << 30, 1 << 30, false, 0, 0, false, false), PLAIN);
    QueueLimits all =
        PLAIN
            .withMemoryAlignment(4)
            .withPhysicalBlock(4096)
            .withMaximum(7, 8192, 16384)
            .withForcedUnitAccess(true)
            .withAtomicWrites(512, 2048)
            .withMemoryAccess(true, false);
    assertEquals(new QueueLimits(512, 4096, 4, 7, 8192, 16384, true, 512, 2048, true, false), all);
    assertEquals(all, all.withMemoryAlignment(8).withMemoryAlignment(4));
    assertEquals(all, all.withPhysicalBlock(512).withPhysicalBlock(4096));
    assertEquals(all, all.withMaximum(1, 512, 512).withMaximum(7, 8192, 16384));
    assertEquals(all, all.withForcedUnitAccess(false).withForcedUnitAccess(true));
    assertEquals(all, all.withAtomicWrites(0, 0).withAtomicWrites(512, 2048));
    assertEquals(all, all.withMemoryAccess(false, true).withMemoryAccess(true, false));
  }

  @Test
  void blocksAndAlignmentsArePowersOfTwoThatAreLargeEnough() {
    refused(
        "logicalBlock 256 must be a power of two and at least 512 bytes",
        () -> QueueLimits.of(256));
    refused(
        "logicalBlock 1536 must be a power of two and at least 512 bytes",
        () -> QueueLimits.of(1536));
    refused(
        "physicalBlock 2048 must be a power of two and at least 4096 bytes",
        () -> QueueLimits.of(4096).withPhysicalBlock(2048));
    refused(
        "memoryAlignment 0 must be a power of two and at least 1 bytes",
        () -> PLAIN.withMemoryAlignment(0));
    refused(
        "memoryAlignment 12 must be a power of two and at least 1 bytes",
        () -> PLAIN.withMemoryAlignment(12));
    assertEquals(1, PLAIN.withMemoryAlignment(1).memoryAlignment());
    assertEquals(65536, PLAIN.withMemoryAlignment(65536).memoryAlignment());
  }

  @Test
  void lengthsAreCutToWholeBlocksOfWhichOneMustFit() {
    QueueLimits cut = PLAIN.withMaximum(1, 1023, 5000);
    assertEquals(512, cut.maxSegmentBytes());
    assertEquals(4608, cut.maxBytes());
    refused(
        "maxSegmentBytes 511 must hold at least one logical block of 512 bytes",
        () -> PLAIN.withMaximum(1, 511, 512));
    refused(
        "maxBytes 511 must hold at least one logical block of 512 bytes",
        () -> PLAIN.withMaximum(1, 512, 511));
    refused("maxSegments 0 must be at least 1", () -> PLAIN.withMaximum(0, 512, 512));
  }

  @Test
  void atomicWritesHaveARange() {
    assertEquals(512, PLAIN.withAtomicWrites(512, 512).atomicWriteMax());
    refused("atomicWriteMin -1 must be at least 0", () -> PLAIN.withAtomicWrites(-1, 512));
    refused("atomicWriteMax 512 must be at least 1024", () -> PLAIN.withAtomicWrites(1024, 512));
  }

  // --- narrowing ---

  @Test
  void everyLimitMayStayAsItIsAndNoneMayBeWidened() {
    QueueLimits behind =
        new QueueLimits(4096, 4096, 64, 8, 8192, 16384, false, 4096, 8192, false, false);
    try (NullDevice device = new NullDevice(1 << 20, behind)) {
      assertDoesNotThrow(() -> new LimitDevice(device, behind));
      assertDoesNotThrow(() -> new LimitDevice(device, behind.withAtomicWrites(0, 0)), "none");
      QueueLimits small =
          new QueueLimits(512, 4096, 64, 8, 8192, 16384, false, 4096, 8192, false, false);
      wider(device, "logicalBlock", small);
      wider(device, "memoryAlignment", behind.withMemoryAlignment(32));
      wider(device, "maxSegments", behind.withMaximum(9, 8192, 16384));
      wider(device, "maxSegmentBytes", behind.withMaximum(8, 12288, 16384));
      wider(device, "maxBytes", behind.withMaximum(8, 8192, 20480));
      wider(device, "forcedUnitAccess", behind.withForcedUnitAccess(true));
      wider(device, "atomicWriteMax", behind.withAtomicWrites(4096, 16384));
      wider(device, "atomicWriteMin", behind.withAtomicWrites(2048, 8192));
      wider(device, "acceptsHeap", behind.withMemoryAccess(true, false));
      wider(device, "runsInCaller", behind.withMemoryAccess(false, true));
    }
  }

  private static void wider(NullDevice device, String limit, QueueLimits limits) {
    refused(
        limit
            + " must not allow more than the device behind: "
            + limits
            + " before "
            + device.limits(),
        () -> new LimitDevice(device, limits));
  }

  @Test
  void allLimitsMayBeNarrowed() {
    QueueLimits behind = new QueueLimits(512, 512, 4, 8, 8192, 16384, true, 512, 8192, true, true);
    QueueLimits narrow =
        new QueueLimits(4096, 4096, 64, 1, 4096, 4096, false, 4096, 4096, false, false);
    try (NullDevice device = new NullDevice(1 << 20, behind)) {
      assertEquals(narrow, new LimitDevice(device, narrow).limits());
    }
  }

  // --- what the host says ---

  @Test
  @Rule("FILE-2")
  void hostAlignmentsArePowersOfTwo() {
    assertEquals(4096, new HostAlignment(4, 512, 4096, 0, 0, "statx").unit());
    assertEquals(4096, new HostAlignment(4, 4096, 512, 0, 0, "statx").unit());
    assertEquals(1, new HostAlignment(1, 1, 1, 512, 512, "nobody").unit());
    for (List<Integer> each :
        List.of(List.of(0, 512, 512), List.of(4, 768, 512), List.of(4, 512, -1))) {
      assertThrows(
          IllegalArgumentException.class,
          () -> new HostAlignment(each.get(0), each.get(1), each.get(2), 0, 0, "statx"));
    }
    assertThrows(
        IllegalArgumentException.class, () -> new HostAlignment(4, 512, 512, -1, 0, "statx"));
    refused(
        "atomic writes of 1024 to 512 bytes cannot be",
        () -> new HostAlignment(4, 512, 512, 1024, 512, "statx"));
    refused(
        "memory alignment 3 must be a power of two and at least 1 byte",
        () -> new HostAlignment(3, 512, 512, 0, 0, "statx"));
    refused(
        "memory alignment -2147483648 must be a power of two and at least 1 byte",
        () -> new HostAlignment(Integer.MIN_VALUE, 512, 512, 0, 0, "statx"));
  }

  @Test
  void openModesChangeOneByOne() {
    OpenMode mode = OpenMode.READ_WRITE;
    assertEquals(
        new OpenMode(true, OpenMode.Creation.IF_ABSENT, true, false, 8),
        mode.withCreation(OpenMode.Creation.IF_ABSENT));
    assertEquals(
        new OpenMode(true, OpenMode.Creation.NEVER, true, true, 8),
        mode.withBufferedFallback(true));
    assertEquals(new OpenMode(true, OpenMode.Creation.NEVER, true, false, 1), mode.withDepth(1));
    refused("depth 0 must be at least 1", () -> mode.withDepth(0));
    refused(
        "a file that may be created must be opened for writing",
        () -> OpenMode.READ.withCreation(OpenMode.Creation.NEW));
  }

  @Test
  @Rule("FILE-6")
  void identityOfADeviceIsItsNumberAndThatOfAFileItsInodeToo() {
    assertEquals(new FileIdentity(false, 7, 9), FileIdentity.ofFile(7, 9));
    assertEquals(new FileIdentity(true, 7, 0), FileIdentity.ofDevice(7));
    assertEquals(0x0803, FileIdentity.deviceNumber(8, 3));
    // minor 0..7, major 0..11, minor 8..31, major 12..31, from the lowest bit on
    assertEquals(0x12345_1abcde_678_f9L, FileIdentity.deviceNumber(0x12345_678, 0x1abcde_f9));
    assertEquals(0xfffff_ffffff_000_00L, FileIdentity.deviceNumber(0xfffff_000, 0xffffff_00));
  }
}
