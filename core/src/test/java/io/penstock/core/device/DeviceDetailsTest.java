package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What devices promise beside carrying out bios. */
class DeviceDetailsTest {
  private final MemoryDevice memory = MemoryDevice.of(1 << 20);
  private final RecordDevice record = new RecordDevice(memory);

  @AfterEach
  void close() {
    memory.close();
  }

  private static BioProbe read(BlockDevice device, long offset) {
    return BioProbe.read(device, offset, 512).submit();
  }

  private static Bio[] batchOf(BlockDevice device, int bios) {
    Bio[] batch = new Bio[bios];
    for (int i = 0; i < bios; i++) {
      batch[i] = BioProbe.read(device, i * 512L, 512).bio;
      batch[i].markInFlight();
    }
    return batch;
  }

  // --- faults ---

  @Test
  void firstFaultThatStrikesDecidesAndTheOthersWait() {
    ErrorDevice device =
        new ErrorDevice(memory)
            .add(Fault.of(Errno.EIO).within(0, 512).times(1))
            .add(Fault.of(Errno.ENOSPC).times(1));
    assertEquals(Errno.EIO.number(), read(device, 0).errno());
    assertEquals(Errno.ENOSPC.number(), read(device, 0).errno());
    assertEquals(0, read(device, 0).errno());
    assertEquals(2, device.failures());
  }

  @Test
  void faultSkipsExactlySoManyOfTheBiosItConcerns() {
    ErrorDevice device = new ErrorDevice(memory).add(Fault.of(Errno.EIO).within(0, 512).skip(2));
    assertEquals(0, read(device, 0).errno());
    assertEquals(0, read(device, 512).errno(), "does not concern it");
    assertEquals(0, read(device, 0).errno());
    assertEquals(Errno.EIO.number(), read(device, 0).errno());
    assertEquals(Errno.EIO.number(), read(device, 0).errno(), "for ever");
  }

  @Test
  @Rule("BIO-7")
  void batchIsHandedOnWholeWhereNothingIsToFail() {
    ErrorDevice device = new ErrorDevice(record);
    device.submit(batchOf(device, 2), 0, 2);
    device.add(Fault.of(Errno.EIO).times(1));
    device.submit(batchOf(device, 3), 0, 3);
    device.submit(batchOf(device, 2), 0, 2);
    List<Long> batches = record.transfers().stream().map(DeviceEvent.Transfer::batch).toList();
    assertEquals(List.of(0L, 0L, 1L, 2L, 3L, 3L), batches, "one of the second failed");
    assertEquals(1, device.failures());
  }

  @Test
  void injectedErrorSaysSoAndKeepsTheDevicesOwnError() {
    ErrorDevice bad = new ErrorDevice(memory).add(Fault.of(Errno.ENODEV));
    ErrorDevice device = new ErrorDevice(bad).add(Fault.of(Errno.EIO).afterwards());
    IOException error = Objects.requireNonNull(read(device, 512).error());
    String message = "read memory at 512 length 512: EIO (input/output error): injected fault";
    assertEquals(message, error.getMessage());
    assertEquals(
        Errno.ENODEV.number(),
        ((BlockIoException) Objects.requireNonNull(error.getCause())).errno());
    device.heal();
    bad.heal();
    assertEquals(0, read(device, 512).errno());
  }

  @Test
  void flushesMayFailForEverAndAreHealedWithTheRest() throws IOException {
    ErrorDevice device =
        new ErrorDevice(memory)
            .failFlushes(Errno.EIO, Long.MAX_VALUE)
            .failAliasDrops(Errno.EBUSY, Long.MAX_VALUE);
    for (int i = 0; i < 3; i++) {
      Expect.failure(
          Errno.EIO, "flush memory: EIO (input/output error): injected fault", device::flush);
      Expect.failure(
          Errno.EBUSY,
          "drop cached aliases memory: EBUSY (device or resource busy): injected fault",
          () -> device.dropCachedAliases(0, 512));
    }
    device.heal();
    device.flush();
    device.dropCachedAliases(0, 512);
  }

  // --- recording ---

  @Test
  void recordKeepsAtLeastOneEventAndOnlyTheDataOfWrites() {
    assertEquals(
        "bound 0 must be at least 1 event",
        assertThrows(IllegalArgumentException.class, () -> new RecordDevice(memory, true, 0))
            .getMessage());
    RecordDevice one = new RecordDevice(memory, true, 1);
    MemorySegment first = MemorySegment.ofArray(new byte[513]);
    MemorySegment second = MemorySegment.ofArray(new byte[512]);
    first.fill((byte) 1);
    second.fill((byte) 2);
    BioProbe write = new BioProbe(Direction.WRITE, one, 0);
    write.bio.add(first, 1, 512, false, 512);
    write.bio.add(second, 0, 512, false, 512);
    write.submit();
    MemorySegment data = Objects.requireNonNull(one.transfers().getFirst().data());
    assertTrue(data.isReadOnly());
    assertEquals(1, data.get(ValueLayout.JAVA_BYTE, 0));
    assertEquals(1, data.get(ValueLayout.JAVA_BYTE, 511));
    assertEquals(2, data.get(ValueLayout.JAVA_BYTE, 512));
    assertEquals(2, data.get(ValueLayout.JAVA_BYTE, 1023));
    read(one, 512);
    assertEquals(1, one.events().size());
    assertNull(one.transfers(Direction.READ).getFirst().data());
    assertEquals(List.of(), one.transfers(Direction.WRITE), "forgotten");
    BioProbe.write(record, 0, new byte[512]).submit();
    assertNull(record.transfers().getFirst().data(), "not asked for");
  }

  @Test
  void memoryThatCannotBeReadIsRecordedWithoutData() {
    RecordDevice all = new RecordDevice(memory, true, 9);
    MemorySegment gone;
    try (Arena arena = Arena.ofShared()) {
      gone = arena.allocate(512, 512);
    }
    BioProbe write = new BioProbe(Direction.WRITE, all, 0, gone).submit();
    assertEquals(Errno.EFAULT.number(), write.errno(), "the device says what is wrong");
    assertNull(all.transfers().getFirst().data());
  }

  // --- memory ---

  @Test
  void deviceInMemoryHasWholeBlocksAndDefaults() {
    for (long size : new long[] {0, -512, 513}) {
      assertEquals(
          "size " + size + " must be a positive multiple of the logical block of 512 bytes",
          assertThrows(IllegalArgumentException.class, () -> MemoryDevice.of(size)).getMessage());
    }
    MemoryDevice plain = MemoryDevice.builder().build();
    try (plain) {
      assertEquals(64 << 20, plain.size());
      assertEquals("memory (memory, 67108864 bytes)", plain.toString());
      assertTrue(plain.limits().acceptsHeap() && plain.limits().runsInCaller());
      assertTrue(plain.limits().forcedUnitAccess());
    }
    assertEquals("memory (memory, 67108864 bytes, closed)", plain.toString());
  }

  @Test
  void directAccessReachesBothEndsAndNoFurther() {
    byte[] one = {7};
    memory.write(0, one);
    memory.write((1 << 20) - 1, one);
    assertEquals(7, memory.read(0, 1)[0]);
    assertEquals(7, memory.read((1 << 20) - 1, 1)[0]);
    assertEquals(0, memory.read(1 << 20, 0).length);
    assertThrows(IndexOutOfBoundsException.class, () -> memory.read(-1, 1));
    assertThrows(IndexOutOfBoundsException.class, () -> memory.write(1 << 20, one));
    assertEquals(
        "range 1048575 length 2 is not within the 1048576 bytes of memory",
        assertThrows(IndexOutOfBoundsException.class, () -> memory.read((1 << 20) - 1, 2))
            .getMessage());
  }

  @Test
  void nullDeviceIsWhatItIsToldToBe() throws IOException {
    QueueLimits limits = QueueLimits.of(4096);
    try (NullDevice device = new NullDevice(0, limits)) {
      assertEquals(0, device.size());
      assertSame(limits, device.limits());
      assertEquals("null", device.name());
      assertEquals("null device of 0 bytes", device.toString());
      assertEquals(0, device.counters().reads());
      BioProbe one = BioProbe.read(device, 0, 512);
      BioProbe two = BioProbe.read(device, 512, 512);
      BioProbe three = BioProbe.read(device, 1024, 512);
      Bio[] batch = {one.bio, two.bio, three.bio};
      one.bio.markInFlight();
      two.bio.markInFlight();
      three.bio.markInFlight();
      device.submit(batch, 1, 2);
      assertEquals(0, one.completions());
      assertTrue(two.succeeded());
      assertEquals(0, three.completions());
    }
    assertEquals(
        "size -1 must not be negative",
        assertThrows(IllegalArgumentException.class, () -> new NullDevice(-1)).getMessage());
  }

  @Test
  void deviceBeforeAnotherHandsEverythingOn() throws IOException {
    List<String> asked = new ArrayList<>();
    BlockDevice behind =
        new ForwardingDevice(memory) {
          @Override
          public void cancel(Bio bio, long generation) {
            asked.add("cancel " + generation);
          }

          @Override
          public void flush() {
            asked.add("flush");
          }

          @Override
          public void dropCachedAliases(long offset, long length) {
            asked.add("drop " + offset + "+" + length);
          }

          @Override
          public String toString() {
            return "behind";
          }
        };
    BlockDevice before = new LimitDevice(behind, memory.limits());
    Bio bio = BioProbe.read(before, 0, 512).bio;
    before.cancel(bio, bio.generation());
    before.flush();
    before.dropCachedAliases(512, 1024);
    assertEquals(List.of("cancel 1", "flush", "drop 512+1024"), asked);
    assertSame(memory.counters(), before.counters());
    assertEquals("memory", before.name());
    assertEquals("LimitDevice before behind", before.toString());
    assertSame(memory.limits(), new Plain(behind).limits());
    assertEquals(1 << 20, new Plain(behind).size());
  }

  private static final class Plain extends ForwardingDevice {
    Plain(BlockDevice delegate) {
      super(delegate);
    }
  }

  @Test
  void deviceThatCannotGetABioBackLeavesItAlone() throws IOException {
    try (NullDevice device = new NullDevice()) {
      BioProbe probe = BioProbe.read(device, 0, 512);
      device.cancel(probe.bio, probe.bio.generation());
      device.dropCachedAliases(0, 512);
      assertEquals(0, probe.completions(), "the bio is completed by who has it");
    }
  }

  // --- the host's ---

  /** A host that can do nothing of its own. */
  private static final class PlainHost extends ForwardingDevice implements HostDevice {
    final List<String> asked = new ArrayList<>();
    private final boolean isBlockDevice;

    PlainHost(BlockDevice delegate, boolean isBlockDevice) {
      super(delegate);
      this.isBlockDevice = isBlockDevice;
    }

    @Override
    public void flush() {
      asked.add("flush");
    }

    @Override
    public String provider() {
      return "plain";
    }

    @Override
    public boolean isBlockDevice() {
      return isBlockDevice;
    }

    @Override
    public boolean isDirect() {
      return true;
    }

    @Override
    public HostAlignment alignment() {
      return new HostAlignment(512, 512, 512, 0, 0, "nobody");
    }

    @Override
    public Object identity() {
      return this;
    }

    @Override
    public long length() {
      return size();
    }

    @Override
    public void setLength(long newLength) {}

    @Override
    public boolean preallocate(long from, long length) {
      return false;
    }

    @Override
    public boolean clear(long from, long length) {
      asked.add("clear " + from + "+" + length);
      return from == 0;
    }

    @Override
    public boolean knowsHoles() {
      return false;
    }

    @Override
    public long nextData(long position) {
      return position;
    }

    @Override
    public long nextHole(long position) {
      return length();
    }
  }

  @Test
  void hostThatDoesNotSaySoCannotKeepSpaceAndDiscardsFilesByClearingThem() throws IOException {
    PlainHost file = new PlainHost(memory, false);
    file.flushAll();
    assertEquals(List.of("flush"), file.asked);
    assertFalse(file.zeroRange(0, 512));
    assertTrue(file.discard(0, 512));
    assertFalse(file.discard(512, 512), "it could not");
    assertEquals(List.of("flush", "clear 0+512", "clear 512+512"), file.asked);
    PlainHost disk = new PlainHost(memory, true);
    assertFalse(disk.discard(0, 512), "what is cleared reads as zeros, and takes its time");
    assertEquals(List.of(), disk.asked);
  }

  @Test
  void providerIsAvailableWhereItNamesNoCauseAndHasNoLoopsUnlessItSaysSo() {
    String[] cause = {null};
    DeviceProvider provider =
        new DeviceProvider() {
          @Override
          public String name() {
            return "plain";
          }

          @Override
          public Optional<String> unavailabilityCause() {
            return Optional.ofNullable(cause[0]);
          }

          @Override
          public HostDevice open(Path path, OpenMode mode) {
            return new PlainHost(memory, false);
          }
        };
    assertTrue(provider.isAvailable());
    cause[0] = "no";
    assertFalse(provider.isAvailable());
    assertEquals(
        "the way 'plain' has no loops of its own; use another, such as uring",
        assertThrows(UnsupportedOperationException.class, () -> provider.newLoop(1)).getMessage());
  }

  @Test
  void loopAwaitsOneCompletionWithoutABoundUnlessToldOtherwise() {
    ConfinedLoop loop =
        new ConfinedLoop() {
          @Override
          public HostDevice open(Path path, OpenMode mode) {
            return new PlainHost(memory, false);
          }

          @Override
          public int poll() {
            return 0;
          }

          @Override
          public int await(int atLeast, long timeoutNanos) {
            assertEquals(1, atLeast);
            assertEquals(Long.MAX_VALUE, timeoutNanos);
            return 5;
          }

          @Override
          public int park(long timeoutNanos) {
            return 0;
          }

          @Override
          public void wakeUp() {}

          @Override
          public int inFlight() {
            return 0;
          }

          @Override
          public void close() {}
        };
    assertEquals(5, loop.await());
  }
}
