package io.penstock.testkit.simulation;

import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** One file of a {@link SimulatedHost}, whoever has it open: its blocks and its lengths. */
final class SimulatedInode {
  private static final long MOST = 1L << 30;

  private final SimulatedDevice disk;
  private final SectorStore store;
  private final int block;

  /** Guarded by the disk, as are the lengths since the durable one, which is the first. */
  private long length;

  private final List<Long> lengths = new ArrayList<>(List.of(0L));

  SimulatedInode(String name, VirtualClock clock, FaultPlan faults, QueueLimits limits, long seed) {
    block = limits.logicalBlock();
    disk =
        SimulatedDevice.builder(clock)
            .name(name)
            .size(MOST)
            .limits(limits)
            .faults(faults)
            .seed(seed)
            .written(this::reaches)
            .forced(this::reachesDurably)
            .flushing(this::flushing)
            .build();
    store = disk.store();
  }

  SimulatedDevice disk() {
    return disk;
  }

  /** A write has reached so far; under the disk's lock. */
  private void reaches(long end) {
    if (end > length) {
      changeLength(end);
    }
  }

  /** Forced unit access makes durable also the length that is needed to read it back. */
  private void reachesDurably(long end) {
    while (lengths.size() > 1 && lengths.getFirst() < end) {
      lengths.removeFirst();
    }
  }

  private void changeLength(long to) {
    length = to;
    lengths.add(to);
  }

  long length() throws IOException {
    synchronized (disk) {
      requirePower("tell the length of");
      return length;
    }
  }

  private void requirePower(String operation) throws IOException {
    if (!disk.isPowered()) {
      throw new BlockIoException(Errno.EIO, operation, disk.name(), "the host has no power");
    }
  }

  void setLength(long to) throws IOException {
    synchronized (disk) {
      requirePower("truncate");
      if (to > MOST) {
        throw new BlockIoException(Errno.EFBIG, "truncate", disk.name(), "most is " + MOST);
      }
      zero(to, Long.MAX_VALUE);
      changeLength(to);
    }
  }

  boolean clear(long from, long end) throws IOException {
    synchronized (disk) {
      requirePower("clear");
      zero(from, Math.min(end, length));
    }
    return true;
  }

  private void zero(long from, long end) {
    for (long index : store.writtenFrom(from / block)) {
      long start = index * block;
      if (start >= end) {
        break;
      }
      byte[] bytes = store.read(index);
      int first = (int) Math.max(0, from - start);
      int last = (int) Math.min(block, end - start);
      java.util.Arrays.fill(bytes, first, last, (byte) 0);
      store.replace(index, bytes);
    }
  }

  /** Data and length are durable when it returns. */
  void flush() throws IOException {
    disk.flush();
  }

  /** What a flush that begins now makes durable of the lengths, once it takes effect. */
  private Runnable flushing() {
    long before = length;
    return () -> {
      int at = lengths.lastIndexOf(before);
      if (at > 0) {
        lengths.subList(0, at).clear();
      }
    };
  }

  void cutPower(Dice dice) {
    disk.cutPower();
    synchronized (disk) {
      boolean loses = disk.faults().has(FaultKind.LOST_CACHE);
      long survived = loses ? lengths.get(dice.below(lengths.size())) : length;
      zero(survived, Long.MAX_VALUE);
      length = survived;
      lengths.clear();
      lengths.add(survived);
      for (long index : store.writtenFrom(0)) {
        store.persist(index);
      }
    }
  }

  long nextData(long position) throws IOException {
    long end = length();
    if (position >= end) {
      return -1;
    }
    synchronized (disk) {
      for (long index : store.writtenFrom(position / block)) {
        if (index * block < end) {
          return Math.max(position, index * block);
        }
      }
    }
    return -1;
  }

  long nextHole(long position) throws IOException {
    long end = length();
    if (position >= end) {
      return -1;
    }
    synchronized (disk) {
      long at = position / block;
      for (long index : store.writtenFrom(at)) {
        if (index != at) {
          break;
        }
        at++;
      }
      return Math.min(end, Math.max(position, at * block));
    }
  }
}
