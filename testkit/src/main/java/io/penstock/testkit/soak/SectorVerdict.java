package io.penstock.testkit.soak;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.request.IoFlag;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import io.penstock.testkit.simulation.SimulatedDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Whether what came of a request of a {@link SectorRun} is what may come of it. */
final class SectorVerdict {
  private static final int SECTOR = SectorRun.SECTOR;

  /** In the place of a write's number: a block that may hold anything. */
  private static final int UNKNOWN = -9;

  private final SectorWorkload workload;
  private final SimulatedDevice disk;
  private final SectorOracle oracle;
  private final FaultPlan faults;
  private final Referee referee;

  /** In the order they began. */
  private final Set<SectorSlot> inFlight = new LinkedHashSet<>();

  /** Atomic writes since power was there. */
  private final List<Atomic> atomics = new ArrayList<>();

  private long[] sincePower;
  private boolean syncFailed;
  private boolean syncMayHaveFailed;

  /** How far the file may reach at most. */
  private long bound;

  private record Atomic(int id, int from, int to) {}

  SectorVerdict(
      SectorWorkload workload,
      SimulatedDevice disk,
      SectorOracle oracle,
      FaultPlan faults,
      Referee referee) {
    this.workload = workload;
    this.disk = disk;
    this.oracle = oracle;
    this.faults = faults;
    this.referee = referee;
    sincePower = referee.now();
    created();
  }

  /** The file is new. */
  void created() {
    bound = workload.isRaw() ? disk.size() : 0;
    reopened();
  }

  void reopened() {
    syncFailed = false;
    syncMayHaveFailed = false;
  }

  boolean syncFailed() {
    return syncFailed || syncMayHaveFailed;
  }

  void truncated(long size) {
    bound = size;
  }

  void began(SectorSlot slot) {
    inFlight.add(slot);
    if (slot.has(IoFlag.ATOMIC) && slot.busy.isEmpty()) {
      atomics.add(new Atomic(slot.id, slot.from, slot.to));
    }
  }

  /** What has struck since the oldest request in flight began. */
  private long[] since(SectorSlot slot) {
    return inFlight.isEmpty() ? slot.since : inFlight.iterator().next().since;
  }

  private static boolean struck(long[] since, long[] now, FaultKind... kinds) {
    for (FaultKind each : kinds) {
      if (now[each.ordinal()] > since[each.ordinal()]) {
        return true;
      }
    }
    return false;
  }

  // --- requests ---

  void ended(SectorSlot slot, BlockFile file, long bytes, @Nullable IOException error) {
    long[] since = since(slot);
    referee.check("CMP-8", since, slot.inFlight, () -> slot + " has completed twice");
    if (!inFlight.remove(slot)) {
      return;
    }
    long violations = disk.violations();
    referee.check(
        "BIO-3", since, violations == 0, () -> violations + " bios broke the device's limits");
    boolean kept = slot.guardIsUntouched() && (!slot.write || slot.sourceIsUntouched(SECTOR));
    referee.check("MEM-4", since, kept, () -> slot + " has changed memory it must not");
    if (slot.cancelled) {
      referee.check("CMP-11", since, true, () -> "");
    }
    if (error != null) {
      failed(slot, since, error);
    } else if (slot.write) {
      written(slot, file, since, bytes);
    } else {
      read(slot, file, since, bytes);
    }
  }

  private void written(SectorSlot slot, BlockFile file, long[] since, long bytes) {
    referee.check(
        "CMP-1",
        since,
        bytes == slot.length,
        () -> slot + " was reported with " + bytes + " bytes of " + slot.length);
    boolean durably = slot.has(IoFlag.DATA_SYNC);
    if (durably) {
      referee.check(
          "CMP-6", since, !syncFailed, () -> slot + " is durable after a sync has failed");
    }
    oracle.written(slot.id, slot.from, slot.to, durably);
    bound = Math.max(bound, (long) slot.to * SECTOR);
    if (!workload.isRaw()) {
      long end = (long) slot.to * SECTOR;
      referee.check(
          "ADM-8", since, file.size() >= end, () -> slot + " ends past the size " + file.size());
    }
  }

  private void read(SectorSlot slot, BlockFile file, long[] since, long bytes) {
    long position = (long) slot.from * SECTOR;
    long least = Math.clamp(slot.sizeBefore - position, 0, slot.length);
    long most = Math.clamp(file.size() - position, 0, slot.length);
    long read = Math.max(0, bytes);
    referee.check(
        workload.isRaw() ? "CMP-1" : "CMP-3",
        since,
        read >= least && read <= most,
        () -> slot + " gave " + bytes + " bytes, not " + least + " to " + most);
    for (int i = slot.from; i < slot.from + read / SECTOR; i++) {
      sector(slot, since, i);
    }
  }

  private void sector(SectorSlot slot, long[] since, int sector) {
    long offset = (long) (sector - slot.from) * SECTOR;
    MemorySegment memory = slot.memory();
    Set<Integer> allowed = new LinkedHashSet<>(slot.seen.get(sector - slot.from));
    boolean quiet = !slot.busy.get(sector) && oracle.isQuiet(sector, slot.next);
    if (!quiet) {
      allowed.addAll(oracle.seen(sector));
      for (int id = slot.next; id < oracle.number(); id++) {
        allowed.add(id); // begun meanwhile; it may have ended too
      }
    }
    int id = oracle.find(List.copyOf(allowed), memory, offset, sector);
    referee.check(
        rule(sector),
        since,
        id >= 0,
        () ->
            slot
                + " saw in block "
                + sector
                + " "
                + oracle.describe(memory, offset, sector)
                + ", not one of "
                + allowed);
    if (id >= 0 && quiet) {
      oracle.adopt(sector, id);
    }
  }

  /** Which rule says what is in a block. */
  private String rule(int sector) {
    if (workload.isRaw() || !oracle.isZero(sector)) {
      return "WALK-1";
    }
    int perBlock = SectorRun.FILE_BLOCK / SECTOR;
    int first = sector / perBlock * perBlock;
    for (int i = first; i < first + perBlock; i++) {
      if (!oracle.isZero(i)) {
        return "ZERO-1";
      }
    }
    return "WALK-3";
  }

  private void failed(SectorSlot slot, long[] since, IOException error) {
    int errno = error instanceof BlockIoException block ? block.errno() : 0;
    long[] now = faults.hits();
    boolean synced = slot.write && slot.has(IoFlag.DATA_SYNC);
    boolean explained =
        switch (Errno.of(errno)) {
          case EIO ->
              !disk.isPowered()
                  || struck(
                      slot.since,
                      now,
                      FaultKind.TRANSIENT_ERROR,
                      FaultKind.STICKY_ERROR,
                      FaultKind.POWER_CUT)
                  || synced && (syncFailed() || struck(slot.since, now, FaultKind.FLUSH_ERROR));
          case EAGAIN -> slot.has(IoFlag.NOWAIT);
          case ECANCELED -> slot.cancelled;
          case EINVAL -> slot.has(IoFlag.ATOMIC); // more than one mapping, or device operation
          case null, default -> false;
        };
    referee.check("CMP-2", since, explained, () -> slot + " failed for no reason: " + error);
    if (errno == Errno.EAGAIN.number()) {
      referee.check("ADM-12", since, true, () -> "");
      oracleRefused(slot);
    } else if (slot.write) {
      oracle.failed(slot.id, slot.from, slot.to);
    }
    if (synced) {
      // whether it was the write or the flush that failed, nobody says
      syncMayHaveFailed = true;
      oracle.syncFailed();
      bound = Math.max(bound, (long) slot.to * SECTOR);
    }
  }

  private void oracleRefused(SectorSlot slot) {
    if (slot.write) {
      oracle.refused(slot.id, slot.from, slot.to);
    }
  }

  // --- the file as a whole ---

  /** Nobody may see a size before its data. */
  void size(BlockFile file) {
    if (!workload.isRaw()) {
      long most = bound;
      for (SectorSlot each : inFlight) {
        if (each.write && each.has(IoFlag.DATA_SYNC)) {
          most = Math.max(most, (long) each.to * SECTOR); // written, and being made durable
        }
      }
      long end = most;
      long size = file.size();
      long[] since = inFlight.isEmpty() ? referee.now() : inFlight.iterator().next().since;
      referee.check(
          "ADM-8", since, size <= end, () -> "the size is " + size + ", but data ends at " + end);
    }
  }

  void drained(BlockFile file) {
    int left = file.requestsInFlight() + file.requestsUsingBlockMap();
    referee.check(
        "ADM-10", sincePower, left == 0, () -> "nothing is in flight, but it counts: " + file);
  }

  void synced(long[] since, int next, @Nullable IOException failure) {
    boolean gone = !disk.isPowered() || struck(since, faults.hits(), FaultKind.POWER_CUT);
    if (failure == null) {
      referee.check("CMP-6", since, !syncFailed, () -> "a sync has succeeded after one had failed");
      oracle.synced(next);
    } else {
      boolean explained =
          gone || syncFailed() || struck(since, faults.hits(), FaultKind.FLUSH_ERROR);
      referee.check("CMP-6", since, explained, () -> "a sync failed for no reason: " + failure);
      syncFailed = true;
      oracle.syncFailed();
    }
  }

  /** A read of blocks while nothing is in flight. */
  void read(int from, int to, long bytes, long size) {
    long length = (long) (to - from) * SECTOR;
    long expected = Math.clamp(size - (long) from * SECTOR, 0, length);
    referee.check(
        workload.isRaw() ? "CMP-1" : "CMP-3",
        sincePower,
        bytes == expected,
        () -> "a read from block " + from + " gave " + bytes + " bytes, not " + expected);
  }

  /** What is in blocks while nothing is in flight. */
  void found(int from, int to, MemorySegment memory, boolean afterPowerCut) {
    for (int i = from; i < to; i++) {
      long offset = (long) (i - from) * SECTOR;
      int sector = i;
      List<Integer> allowed = afterPowerCut ? oracle.durable(i) : oracle.seen(i);
      if (allowed.isEmpty()) {
        oracle.survived(i, UNKNOWN);
        continue;
      }
      int id = oracle.find(allowed, memory, offset, i);
      Supplier<String> told =
          () ->
              (afterPowerCut ? "without power block " : "block ")
                  + sector
                  + " holds "
                  + oracle.describe(memory, offset, sector)
                  + ", not one of "
                  + allowed;
      if (afterPowerCut) {
        referee.check("CMP-6", sincePower, id >= 0, told);
      }
      referee.check(rule(i), sincePower, id >= 0, told);
      if (id < 0) {
        return;
      }
      if (afterPowerCut) {
        oracle.survived(i, id);
      } else {
        oracle.adopt(i, id);
      }
    }
  }

  /** All blocks of the file were looked at, so many. */
  void looked(int blocks, boolean afterPowerCut) {
    for (Atomic each : atomics) {
      if (each.to <= blocks) { // what has failed may have left the file shorter
        whole(each);
      }
    }
    atomics.clear();
    if (afterPowerCut) {
      sincePower = referee.now();
    }
  }

  /** An atomic write that nobody has written over is there or not (BIO-9). */
  private void whole(Atomic write) {
    int there = 0;
    for (int i = write.from; i < write.to; i++) {
      if (oracle.last(i) != write.id || oracle.seen(i).contains(UNKNOWN)) {
        return;
      }
      there += oracle.seen(i).contains(write.id) ? 1 : 0;
    }
    int found = there;
    referee.check(
        "BIO-9",
        sincePower,
        there == 0 || there == write.to - write.from,
        () -> "of atomic write " + write + " " + found + " blocks are there");
  }
}
