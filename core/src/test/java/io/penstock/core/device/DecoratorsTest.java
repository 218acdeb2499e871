package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DecoratorsTest {
  private final MemoryDevice memory =
      MemoryDevice.builder()
          .size(1 << 20)
          .limits(
              QueueLimits.of(512)
                  .withMemoryAccess(true, true)
                  .withForcedUnitAccess(true)
                  .withAtomicWrites(512, 4096))
          .build();

  @AfterEach
  void close() {
    memory.close();
  }

  // --- recording ---

  @Test
  void recordKeepsEverythingInOrder() throws IOException {
    RecordDevice record = new RecordDevice(memory, true, 100);
    byte[] data = {1, 2, 3, 4};
    byte[] first = Arrays.copyOf(data, 512);
    BioProbe write =
        new BioProbe(
            Direction.WRITE,
            record,
            1024,
            MemorySegment.ofArray(first),
            MemorySegment.ofArray(new byte[1536]));
    write.bio.synchronous(true).noWait(true).forcedUnitAccess(true);
    write.submit();
    record.flush();
    record.dropCachedAliases(0, 512);
    BioProbe.read(record, 512, 512).submit();

    List<DeviceEvent> events = record.events();
    assertEquals(4, events.size());
    DeviceEvent.Transfer transfer = (DeviceEvent.Transfer) events.get(0);
    assertEquals(Direction.WRITE, transfer.direction());
    assertEquals(1024, transfer.deviceOffset());
    assertEquals(1024, transfer.fileOffset());
    assertEquals(2048, transfer.length());
    assertEquals(List.of(512L, 1536L), transfer.pieceLengths());
    assertTrue(transfer.synchronous() && transfer.noWait() && transfer.forcedUnitAccess());
    assertFalse(transfer.atomic());
    first[0] = 99;
    MemorySegment kept = Objects.requireNonNull(transfer.data());
    assertEquals(1, kept.get(ValueLayout.JAVA_BYTE, 0), "a copy");
    assertEquals(2048, kept.byteSize());
    assertEquals(new DeviceEvent.Flush(), events.get(1));
    assertEquals(new DeviceEvent.AliasDrop(0, 512), events.get(2));
    assertEquals(1, record.transfers(Direction.READ).size());
  }

  @Test
  @Rule("BIO-7")
  void recordTellsBatchesApart() {
    RecordDevice record = new RecordDevice(memory);
    Bio[] bios = new Bio[3];
    for (int i = 0; i < bios.length; i++) {
      bios[i] = BioProbe.read(record, i * 512L, 512).bio;
      bios[i].markInFlight();
    }
    record.submit(bios, 0, 2);
    record.submit(bios, 2, 3);
    assertEquals(List.of(0L, 0L, 1L), batches(record));
  }

  @Test
  void boundedRecordForgetsTheOldest() {
    RecordDevice record = new RecordDevice(memory, false, 2);
    for (int i = 0; i < 3; i++) {
      BioProbe.read(record, i * 512L, 512).submit();
    }
    assertEquals(
        List.of(512L, 1024L),
        record.transfers().stream().map(DeviceEvent.Transfer::deviceOffset).toList());
    record.clear();
    assertTrue(record.events().isEmpty());
  }

  // --- narrowing ---

  @Test
  @Rule("BIO-3")
  void narrowerLimitsAreToldAndEnforced() {
    LimitDevice narrow = new LimitDevice(memory, memory.limits().withMaximum(1, 512, 512));
    assertEquals(512, narrow.limits().maxBytes());
    assertTrue(BioProbe.read(narrow, 0, 512).submit().succeeded());
    assertEquals(Errno.EINVAL.number(), BioProbe.read(narrow, 0, 1024).submit().errno());
  }

  @Test
  @Rule("BIO-7")
  void narrowedDeviceKeepsABatchTogether() {
    RecordDevice record = new RecordDevice(memory);
    LimitDevice narrow = new LimitDevice(record, memory.limits().withMaximum(1, 512, 512));
    BioProbe[] probes = {
      BioProbe.read(narrow, 0, 512),
      BioProbe.read(narrow, 512, 512),
      BioProbe.read(narrow, 1024, 1024)
    };
    Bio[] bios = new Bio[probes.length];
    for (int i = 0; i < bios.length; i++) {
      bios[i] = probes[i].bio;
      bios[i].markInFlight();
    }
    narrow.submit(bios, 0, 2);
    assertEquals(List.of(0L, 0L), batches(record));
    narrow.submit(bios, 2, 3);
    assertEquals(Errno.EINVAL.number(), probes[2].errno());
    assertEquals(2, record.transfers().size());
  }

  private static List<Long> batches(RecordDevice record) {
    return record.transfers().stream().map(DeviceEvent.Transfer::batch).toList();
  }

  @Test
  void largerLogicalBlockEndsAtTheLastWholeOne() {
    try (MemoryDevice odd = MemoryDevice.of(4096 * 3 + 512)) {
      QueueLimits wide =
          new QueueLimits(4096, 4096, 1, 16, 1 << 20, 1 << 20, false, 0, 0, true, true);
      LimitDevice narrow = new LimitDevice(odd, wide);
      assertEquals(4096 * 3, narrow.size());
      assertEquals(Errno.EIO.number(), BioProbe.read(narrow, 4096 * 3, 4096).submit().errno());
      assertTrue(BioProbe.read(narrow, 4096 * 2, 4096).submit().succeeded());
    }
  }

  @Test
  void limitsCannotBeWidened() {
    QueueLimits limits = memory.limits();
    for (QueueLimits wider :
        List.of(
            limits.withMaximum(limits.maxSegments() + 1, 512, 512),
            limits.withAtomicWrites(512, 8192),
            limits.withMaximum(1, limits.maxSegmentBytes() + 512, 512))) {
      assertThrows(IllegalArgumentException.class, () -> new LimitDevice(memory, wider));
    }
    LimitDevice noHeap = new LimitDevice(memory, limits.withMemoryAccess(false, true));
    assertThrows(IllegalArgumentException.class, () -> new LimitDevice(noHeap, limits));
  }

  // --- failing ---

  private static int write(BlockDevice device, long offset, int value) {
    byte[] bytes = new byte[512];
    Arrays.fill(bytes, (byte) value);
    return BioProbe.write(device, offset, bytes).submit().errno();
  }

  private static int read(BlockDevice device, long offset) {
    return BioProbe.read(device, offset, 512).submit().errno();
  }

  @Test
  void badSectorFailsEveryReadThatTouchesItAndNothingElse() {
    ErrorDevice device =
        new ErrorDevice(memory).add(Fault.of(Errno.EIO).on(Direction.READ).within(1024, 512));
    assertEquals(0, write(device, 1024, 1));
    assertEquals(Errno.EIO.number(), read(device, 1024));
    assertEquals(Errno.EIO.number(), read(device, 1024));
    assertEquals(0, read(device, 512));
    assertEquals(0, read(device, 1536));
    assertEquals(
        Errno.EIO.number(), BioProbe.read(device, 512, 1024).submit().errno(), "touches it");
    assertEquals(3, device.failures());
    device.heal();
    assertEquals(0, read(device, 1024));
    device.add(Fault.of(Errno.EIO).within(0, 512));
    assertEquals(0, read(device, 1024), "forgotten, not only passed over");
  }

  @Test
  void faultStrikesTheGivenBioSoManyTimes() {
    ErrorDevice device =
        new ErrorDevice(memory).add(Fault.of(Errno.ENOSPC).on(Direction.WRITE).skip(1).times(2));
    assertEquals(0, write(device, 0, 1));
    assertEquals(0, read(device, 0));
    assertEquals(Errno.ENOSPC.number(), write(device, 0, 2));
    assertEquals(Errno.ENOSPC.number(), write(device, 0, 3));
    assertEquals(0, write(device, 0, 4));
    assertEquals(4, memory.read(0, 1)[0]);
  }

  @Test
  @Rule("CMP-2")
  void errorNumberIsKeptEvenIfNobodyKnowsIt() {
    ErrorDevice device =
        new ErrorDevice(memory).add(Fault.of(84).when(bio -> bio.deviceOffset() == 512));
    assertEquals(84, read(device, 512));
    assertEquals(0, read(device, 0));
  }

  @Test
  void bioThatFailsBeforeIsNotCarriedOutOneThatFailsAfterwardsIs() {
    ErrorDevice before = new ErrorDevice(memory).add(Fault.of(Errno.EIO).times(1));
    assertEquals(Errno.EIO.number(), write(before, 0, 1));
    assertEquals(0, memory.read(0, 1)[0]);

    RecordDevice record = new RecordDevice(memory);
    ErrorDevice after = new ErrorDevice(record).add(Fault.of(Errno.EIO).afterwards());
    BioProbe write = BioProbe.write(after, 0, new byte[512]);
    memory.write(0, new byte[] {7});
    write.bio.synchronous(true).atomic(true).forcedUnitAccess(true).noWait(true);
    assertEquals(Errno.EIO.number(), write.submit().errno());
    assertEquals(0, memory.read(0, 1)[0], "carried out");
    DeviceEvent.Transfer seen = record.transfers().getFirst();
    assertTrue(
        seen.synchronous() && seen.atomic() && seen.forcedUnitAccess() && seen.noWait(),
        "the copy has the flags of the original");
    assertEquals(1, write.completions());
  }

  @Test
  void flushesAndAliasDropsFailAsOftenAsAsked() throws IOException {
    RecordDevice record = new RecordDevice(memory);
    ErrorDevice device =
        new ErrorDevice(record).failFlushes(Errno.EIO, 2).failAliasDrops(Errno.EBUSY, 1);
    assertThrows(IOException.class, device::flush);
    assertThrows(IOException.class, device::flush);
    device.flush();
    assertThrows(IOException.class, () -> device.dropCachedAliases(0, 512));
    device.dropCachedAliases(0, 512);
    assertEquals(
        List.of(new DeviceEvent.Flush(), new DeviceEvent.AliasDrop(0, 512)), record.events());
  }

  // --- interposing ---

  @Test
  @Rule("CMP-11")
  void cancelReachesTheCopyAndOnlyTheUseItWasMeantFor() {
    HoldDevice hold = new HoldDevice(memory);
    ErrorDevice device = new ErrorDevice(hold).add(Fault.of(Errno.EIO).afterwards());
    BioProbe write = BioProbe.write(device, 0, new byte[512]);
    long generation = write.bio.generation();
    write.submit();
    device.cancel(write.bio, generation - 1);
    device.cancel(write.bio, generation + 1);
    assertEquals(1, hold.pending());
    hold.ignoreCancel(true);
    Bio copy = hold.pending(0);
    assertFalse(copy.isCancelRequested());
    device.cancel(write.bio, generation);
    assertTrue(copy.isCancelRequested());
    hold.ignoreCancel(false);
    device.cancel(write.bio, generation);
    assertEquals(0, hold.pending());
    assertEquals(1, write.completions());
    device.cancel(write.bio, generation);
    assertEquals(1, write.completions());
  }

  @Test
  @Rule("CMP-11")
  void cancelGoesTheWayOfTheBioThroughAnInterposerThatLetItPass() {
    HoldDevice hold = new HoldDevice(memory);
    List<String> seen = new ArrayList<>();
    BlockDevice middle =
        new ForwardingDevice(new ErrorDevice(hold).add(Fault.of(Errno.EIO).afterwards())) {
          @Override
          public void cancel(Bio bio, long generation) {
            seen.add("cancel");
            super.cancel(bio, generation);
          }
        };
    ErrorDevice outer = new ErrorDevice(middle);
    BioProbe read = BioProbe.read(outer, 0, 512).submit();
    outer.cancel(read.bio, read.bio.generation());
    assertEquals(List.of("cancel"), seen);
    assertEquals(0, hold.pending());
    assertEquals(1, read.completions());
  }

  @Test
  void copiesAreUsedAgain() {
    List<Bio> copies = new ArrayList<>();
    BlockDevice behind =
        new ForwardingDevice(memory) {
          @Override
          public void submit(Bio bio) {
            copies.add(bio);
            super.submit(bio);
          }
        };
    ErrorDevice device = new ErrorDevice(behind).add(Fault.of(Errno.EIO).afterwards());
    for (int pieces = 1; pieces < 12; pieces++) {
      MemorySegment[] memory = new MemorySegment[pieces];
      Arrays.setAll(memory, i -> MemorySegment.ofArray(new byte[512]));
      BioProbe read = new BioProbe(Direction.READ, device, 0, memory).submit();
      assertEquals(Errno.EIO.number(), read.errno());
      assertEquals(1, read.completions());
    }
    assertEquals(11, device.failures());
    assertEquals(11, copies.size());
    assertEquals(1, copies.stream().distinct().count());
  }

  @Test
  void stackedInterposersCompleteOnce() {
    ErrorDevice inner = new ErrorDevice(memory).add(Fault.of(Errno.EIO).afterwards());
    ErrorDevice outer = new ErrorDevice(inner).add(Fault.of(Errno.ENOSPC).afterwards());
    BioProbe read = BioProbe.read(outer, 0, 512).submit();
    assertEquals(Errno.ENOSPC.number(), read.errno());
    assertTrue(String.valueOf(read.error()).contains("ENOSPC"));
    assertEquals(1, read.completions());
  }

  @Test
  void stackHasOneSetOfCountersAndClosesWhatIsBehind() throws IOException {
    MemoryDevice behind = MemoryDevice.of(1 << 20);
    BlockDevice stack = new RecordDevice(new ErrorDevice(new HoldDevice(behind)));
    assertTrue(behind.counters() == stack.counters());
    assertEquals(behind.name(), stack.name());
    stack.close();
    stack.close();
    assertEquals(Errno.ENODEV.number(), read(behind, 0));
  }

  @Test
  void nullDeviceCompletesAtOnceAndTouchesNothing() throws IOException {
    try (NullDevice device = new NullDevice()) {
      byte[] bytes = {5, 5};
      BioProbe read =
          new BioProbe(Direction.READ, device, 1L << 60, MemorySegment.ofArray(bytes)).submit();
      assertTrue(read.succeeded());
      assertArrayEquals(new byte[] {5, 5}, bytes);
      device.flush();
      assertEquals(Long.MAX_VALUE, device.size());
      assertFalse(HandlerQueue.isInHandler());
    }
  }
}
