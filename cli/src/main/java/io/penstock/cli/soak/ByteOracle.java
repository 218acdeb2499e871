package io.penstock.cli.soak;

import io.penstock.testkit.Pattern;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What each byte of a range of a file may be, now and after a loss of power, where one thread
 * changes the range. Positions are those of the file. Writer 0 writes zeros, the others their
 * {@link Pattern}. Not thread-safe.
 */
final class ByteOracle {
  /** Something that was written, or may have been. */
  private record Change(int id, int from, int to, int moment) {
    boolean covers(int index) {
      return from <= index && index < to;
    }
  }

  private final long base;
  private final byte[] now;
  private final byte[] durable;

  /**
   * When each byte was last changed for sure, and when it was last made durable. A failed write
   * counts once its bytes were seen: until then they may be those of before, which a failed flush
   * may have lost.
   */
  private final int[] changedAt;

  private final int[] durableAt;

  /** Bytes that a failed write may have changed. */
  private final BitSet unsure = new BitSet();

  private final List<Change> failed = new ArrayList<>();
  private List<Change> changes = new ArrayList<>();
  private int moment = 1;

  /** Zeros, durably. */
  ByteOracle(long base, int span) {
    this.base = base;
    now = new byte[span];
    durable = new byte[span];
    changedAt = new int[span];
    durableAt = new int[span];
  }

  private byte value(int id, int index) {
    return Pattern.at(id, base + index);
  }

  // --- changes ---

  /** Bytes were written. */
  void written(int id, long from, long to) {
    int end = (int) (to - base);
    for (int i = (int) (from - base); i < end; i++) {
      now[i] = value(id, i);
    }
    unsure.clear((int) (from - base), end);
    changes.add(next(id, from, to));
    Arrays.fill(changedAt, (int) (from - base), end, moment);
  }

  /** Bytes were to be written; each may have been. */
  void failed(int id, long from, long to) {
    unsure.set((int) (from - base), (int) (to - base));
    Change change = next(id, from, to);
    failed.add(change);
    changes.add(change);
  }

  private Change next(int id, long from, long to) {
    moment++;
    return new Change(id, (int) (from - base), (int) (to - base), moment);
  }

  // --- durability ---

  /** The moment at which a flush has failed, or may have: nothing before is durable for sure. */
  int moment() {
    return moment;
  }

  /** A sync has succeeded; what was changed up to {@code lost} may be lost all the same. */
  void synced(int lost) {
    moment++;
    for (int i = 0; i < now.length; i++) {
      boolean clean = changedAt[i] <= durableAt[i];
      if (!unsure.get(i) && (clean || changedAt[i] > lost)) {
        durable[i] = now[i];
        durableAt[i] = moment;
      }
    }
    if (changes.size() > 200) {
      List<Change> left = new ArrayList<>(changes);
      left.removeIf(this::isPast);
      changes = left;
    }
  }

  private boolean isPast(Change change) {
    for (int i = change.from; i < change.to; i++) {
      if (durableAt[i] < change.moment) {
        return false;
      }
    }
    return true;
  }

  // --- what is there ---

  /**
   * Bytes were read.
   *
   * @return index of the first that cannot be, or -1
   */
  int wrong(byte[] read, long from) {
    for (int i = 0; i < read.length; i++) {
      int index = (int) (from - base) + i;
      if (read[i] != now[index]) {
        Change seen = unsure.get(index) ? first(failed, read[i], index, changedAt[index]) : null;
        if (seen == null) {
          return i;
        }
        now[index] = read[i];
        changedAt[index] = seen.moment;
      }
    }
    unsure.clear((int) (from - base), (int) (from - base) + read.length);
    return -1;
  }

  /**
   * Bytes were read after a loss of power: they are what is there from now on.
   *
   * @return index of the first that cannot be, or -1
   */
  int survived(byte[] read, long from) {
    for (int i = 0; i < read.length; i++) {
      int index = (int) (from - base) + i;
      if (read[i] != durable[index] && first(changes, read[i], index, durableAt[index]) == null) {
        return i;
      }
      now[index] = read[i];
      durable[index] = read[i];
      durableAt[index] = moment + 1;
    }
    return -1;
  }

  /** The file ends here after a loss of power. */
  void gone(long from) {
    int start = (int) (from - base);
    Arrays.fill(now, start, now.length, (byte) 0);
    Arrays.fill(durable, start, now.length, (byte) 0);
    Arrays.fill(changedAt, start, now.length, 0);
    Arrays.fill(durableAt, start, now.length, moment);
  }

  /** All bytes were looked at after a loss of power. */
  void begun() {
    moment += 2;
    changes.clear();
    failed.clear();
    unsure.clear();
  }

  /** The first change since then that may have made a byte what it is, or null. */
  private @Nullable Change first(List<Change> any, byte value, int index, int after) {
    for (Change each : any) {
      if (each.moment >= after && each.covers(index) && value(each.id, index) == value) {
        return each;
      }
    }
    return null;
  }

  int span() {
    return now.length;
  }

  long base() {
    return base;
  }
}
