package io.penstock.testkit.soak;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import io.penstock.testkit.simulation.SimulatedDevice;
import io.penstock.testkit.simulation.SimulatedMachine;
import io.penstock.testkit.simulation.VirtualClock;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One run of a {@link SectorWorkload}: the program, and what it knows. */
final class SectorRun {
  /** {@code L}, bytes. */
  static final int SECTOR = 512;

  /** {@code F} of a layout's file, bytes. */
  static final int FILE_BLOCK = 4096;

  private static final int SECTORS = 256;
  private static final int LONGEST = 40;
  private static final int DEPTH = 8;
  private static final int POWER_CUT_EVERY = 250;

  private final SectorWorkload workload;
  private final Dice dice;
  private final FaultPlan faults;
  private final Referee referee;
  private final VirtualClock clock = new VirtualClock();
  private final SimulatedMachine machine;
  private final SimulatedDevice disk;
  private final BlockDevice device;
  private final SectorOracle oracle = new SectorOracle(SECTORS, SECTOR);
  private final SectorVerdict verdict;
  private final List<SectorSlot> slots = new ArrayList<>();
  private final boolean[] allocated = new boolean[SECTORS * SECTOR / FILE_BLOCK];
  private BlockFile file;
  private @Nullable Thread program;
  private boolean powerCutPlanned;

  SectorRun(SectorWorkload workload, SoakCase one, FaultPlan faults, Referee referee) {
    this.workload = workload;
    this.faults = faults;
    this.referee = referee;
    dice = Dice.of(one.seed(), 1);
    machine = new SimulatedMachine(one.seed(), clock);
    disk =
        SimulatedDevice.builder(clock)
            .seed(one.seed())
            .faults(faults)
            .size(workload.isRaw() ? SECTORS * SECTOR : 64L << 20)
            .limits(limits())
            .fill(workload.isRaw() ? 0 : (byte) 0xd5)
            .build();
    device = workload.between(disk);
    file = workload.create(device);
    verdict = new SectorVerdict(workload, disk, oracle, faults, referee);
  }

  private QueueLimits limits() {
    return QueueLimits.of(SECTOR)
        .withMaximum(dice.pickInt(4, 16, 256), 16 << 10, dice.pickInt(4 << 10, 16 << 10, 1 << 20))
        .withForcedUnitAccess(dice.oneIn(2))
        .withAtomicWrites(SECTOR, 4096);
  }

  long run() {
    try (IoArena arena = IoArena.ofShared()) {
      for (int i = 0; i < DEPTH; i++) {
        long bytes = LONGEST * SECTOR + SectorSlot.GUARD;
        slots.add(new SectorSlot(this, arena.allocate(bytes, FILE_BLOCK)));
      }
      machine.run(this::program);
    }
    return clock.trace();
  }

  private void program() {
    program = Thread.currentThread();
    while (referee.takeOperation()) {
      if (!disk.isPowered()) {
        recover();
      }
      step();
      verdict.size(file);
    }
    drain();
    powerCutPlanned = false; // not while everything is looked at
    if (!referee.hasFailed()) {
      if (!disk.isPowered()) {
        recover();
      }
      lookAtAll(false);
    }
    file.close();
  }

  private void step() {
    int choice = dice.below(100);
    if (choice < 70) {
      begin();
    } else if (choice < 85) {
      machine.sleep(dice.below(150_000));
    } else if (choice < 90) {
      cancel();
    } else if (choice < 96) {
      sync();
    } else if (choice < 98 && !workload.isRaw()) {
      truncate();
    } else if (verdict.syncFailed() && dice.oneIn(2)) {
      reopen();
    }
    if (dice.oneIn(POWER_CUT_EVERY) && faults.has(FaultKind.POWER_CUT) && !powerCutPlanned) {
      powerCutPlanned = true;
      clock.after(dice.below(300_000), this::cutPower);
    }
  }

  private void cutPower() {
    if (powerCutPlanned) {
      disk.cutPower();
    }
  }

  // --- requests ---

  private void begin() {
    SectorSlot slot = idleSlot();
    slot.write = dice.oneIn(2);
    slot.flags = flags(slot.write);
    place(slot);
    boolean blocking = dice.oneIn(6);
    slot.since = referee.now();
    slot.sizeBefore = file.size();
    slot.cancelled = false;
    MemorySegment memory = slot.prepare((long) (slot.to - slot.from) * SECTOR);
    slot.busy.clear();
    for (int i = slot.from; i < slot.to; i++) {
      slot.busy.set(i, oracle.isBusy(i));
    }
    if (slot.write) {
      allocating(slot);
      slot.id = oracle.begin(slot.from, slot.to);
      Pattern.fill(memory, 0, slot.length, slot.id, (long) slot.from * SECTOR);
    } else {
      slot.seen = seen(slot);
    }
    slot.next = oracle.number();
    IoVector vector = slot.vector(SECTOR * dice.pickInt(1, 3, 8, LONGEST));
    slot.inFlight = true;
    verdict.began(slot);
    if (blocking) {
      carryOut(slot, vector);
    } else {
      submit(slot, vector);
    }
  }

  private SectorSlot idleSlot() {
    while (true) {
      List<SectorSlot> idle = slots.stream().filter(each -> !each.inFlight).toList();
      if (!idle.isEmpty()) {
        return idle.get(dice.below(idle.size()));
      }
      machine.park(this);
    }
  }

  private IoFlags flags(boolean write) {
    return switch (dice.below(12)) {
      case 0, 1 -> IoFlags.of(IoFlag.NOWAIT);
      case 2, 3 -> write ? IoFlags.of(IoFlag.DATA_SYNC) : IoFlags.NONE;
      case 4 -> write ? IoFlags.of(IoFlag.ATOMIC) : IoFlags.NONE;
      default -> IoFlags.NONE;
    };
  }

  private void place(SectorSlot slot) {
    int length = dice.oneIn(4) ? dice.between(1, LONGEST) : dice.between(1, 8);
    if (slot.has(IoFlag.NOWAIT)) {
      length = dice.between(1, 4); // one device operation: what is refused has changed nothing
    } else if (slot.has(IoFlag.ATOMIC)) {
      length = dice.pickInt(1, 2, 4, 8);
    }
    int from = dice.below(SECTORS - length + 1);
    if (slot.has(IoFlag.ATOMIC) || slot.has(IoFlag.NOWAIT)) {
      from -= from % (slot.has(IoFlag.ATOMIC) ? length : 4);
    }
    slot.from = from;
    slot.to = from + length;
  }

  private List<List<Integer>> seen(SectorSlot slot) {
    List<List<Integer>> all = new ArrayList<>();
    for (int i = slot.from; i < slot.to; i++) {
      all.add(oracle.seen(i));
    }
    return all;
  }

  /** A write into a block that holds nothing yet allocates it, and it was used before. */
  private void allocating(SectorSlot slot) {
    if (!workload.isRaw()) {
      int perBlock = FILE_BLOCK / SECTOR;
      for (int block = slot.from / perBlock; block <= (slot.to - 1) / perBlock; block++) {
        if (!allocated[block]) {
          oracle.unsettled(block * perBlock, (block + 1) * perBlock);
        }
      }
    }
  }

  private void allocated(SectorSlot slot) {
    allocating(slot);
    int perBlock = FILE_BLOCK / SECTOR;
    for (int block = slot.from / perBlock; block <= (slot.to - 1) / perBlock; block++) {
      allocated[block] = true;
    }
  }

  private void submit(SectorSlot slot, IoVector vector) {
    Direction direction = slot.write ? Direction.WRITE : Direction.READ;
    try {
      slot.generation =
          DirectIo.submit(
              slot.request, direction, file, vector, (long) slot.from * SECTOR, slot.flags, slot);
    } catch (IOException refused) {
      ended(slot, 0, refused);
    }
  }

  private void carryOut(SectorSlot slot, IoVector vector) {
    long position = (long) slot.from * SECTOR;
    long bytes = 0;
    IOException failure = null;
    try {
      bytes =
          slot.write
              ? DirectIo.write(file, vector, position, slot.flags)
              : DirectIo.read(file, vector, position, slot.flags);
    } catch (IOException error) {
      failure = error;
    }
    ended(slot, bytes, failure);
  }

  /** A request has ended; on any thread of the machine. */
  void ended(SectorSlot slot, long bytes, @Nullable IOException error) {
    if (slot.inFlight && slot.write && error == null) {
      allocated(slot);
    } else if (slot.inFlight && slot.write && slot.has(IoFlag.DATA_SYNC)) {
      allocating(slot); // perhaps only the flush failed: the layout has the blocks
    }
    verdict.ended(slot, file, bytes, error);
    slot.inFlight = false;
    machine.unpark(program);
  }

  private void cancel() {
    SectorSlot slot = slots.get(dice.below(slots.size()));
    if (slot.inFlight && slot.generation > 0) {
      slot.cancelled = true;
      slot.request.cancel(slot.generation);
    }
  }

  private void drain() {
    while (slots.stream().anyMatch(each -> each.inFlight)) {
      machine.park(this);
    }
    verdict.drained(file);
  }

  // --- the file as a whole ---

  private void sync() {
    long[] since = referee.now();
    int next = oracle.beginSync();
    IOException failure = null;
    try {
      file.sync(dice.oneIn(2) ? SyncScope.DATA : SyncScope.ALL);
    } catch (IOException error) {
      failure = error;
    }
    verdict.synced(since, next, failure);
  }

  private void truncate() {
    drain();
    int sectors = dice.below(SECTORS);
    long size = (long) sectors * SECTOR;
    if (size >= file.size() || !disk.isPowered()) {
      return;
    }
    try {
      faults.pause(true); // what a failed truncation leaves is the layout's business
      DirectIo.truncate(file, size);
    } catch (IOException failure) {
      if (disk.isPowered()) {
        referee.fail("ZERO-8", "a truncation failed without a fault: " + failure);
      }
    } finally {
      faults.pause(false);
    }
    oracle.cut(sectors);
    int block = Math.ceilDiv(sectors, FILE_BLOCK / SECTOR);
    boolean cutShort = !disk.isPowered(); // then how much of it was done is anybody's guess
    oracle.unsettled(sectors, cutShort ? SECTORS : block * FILE_BLOCK / SECTOR);
    Arrays.fill(allocated, block, allocated.length, false);
    verdict.truncated(Math.max(size, file.size()));
  }

  /** A file whose sync has failed is opened again (CMP-6). */
  private void reopen() {
    drain();
    long size = file.size();
    BlockFile before = file;
    before.close();
    BlockFile.Builder builder =
        BlockFile.builder(device, before.mapper()).blockSize(before.blockSize()).size(size);
    if (before.mapper() instanceof EndOfIoHook hook) {
      builder.endOfIo(hook);
    }
    file = builder.build();
    verdict.reopened();
  }

  /**
   * The power has gone: what is there now? Life goes on; a layout, whose table was in memory,
   * begins another one on a used disk.
   */
  private void recover() {
    drain();
    if (referee.hasFailed()) {
      return;
    }
    disk.restart();
    powerCutPlanned = false;
    lookAtAll(true);
    if (!workload.isRaw()) {
      file.close();
      file = workload.create(device);
      oracle.cut(0);
      Arrays.fill(allocated, false);
      verdict.created();
    }
  }

  private void lookAtAll(boolean afterPowerCut) {
    faults.pause(true);
    SectorSlot slot = idleSlot();
    for (int from = 0; from < SECTORS && !referee.hasFailed(); from += LONGEST) {
      int to = Math.min(SECTORS, from + LONGEST);
      MemorySegment memory = slot.prepare((long) (to - from) * SECTOR);
      try {
        long bytes = DirectIo.read(file, IoVector.of(memory), (long) from * SECTOR);
        verdict.read(from, to, Math.max(0, bytes), file.size());
        verdict.found(from, from + (int) (Math.max(0, bytes) / SECTOR), memory, afterPowerCut);
      } catch (IOException failure) {
        referee.fail("CMP-2", "a read failed while nothing goes wrong: " + failure);
      }
    }
    verdict.looked((int) (file.size() / SECTOR), afterPowerCut);
    faults.pause(false);
  }
}
