package io.penstock.failures.record;

import io.penstock.failures.Check;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a file after its writer was stopped: every acknowledged record must be there, and what
 * is there besides must be records, or the torn ones that were on their way.
 */
public final class Survivors {
  /** An edge is padded to a block, and a block is no larger. */
  private static final int LARGEST_BLOCK = 65_536;

  private final Way way;
  private final byte[] file;
  private final boolean losesCache;

  /** The newest acknowledged by writer or slot. */
  private final Map<Integer, Long> newest = new HashMap<>();

  private Survivors(Way way, byte[] file, boolean losesCache) {
    this.way = way;
    this.file = file;
    this.losesCache = losesCache;
  }

  /**
   * Checks a file.
   *
   * @param losesCache whether what was not acknowledged may be lost in parts, as with a loss of
   *     power: then the file is not looked at beyond what was acknowledged
   * @throws AssertionError when a record is lost or something is there that nobody wrote
   */
  public static void check(
      Way way, byte[] file, List<Acknowledgement> acknowledged, boolean losesCache) {
    Survivors survivors = new Survivors(way, file, losesCache);
    for (Acknowledgement each : acknowledged) {
      survivors.newest.merge(each.writer(), each.sequence(), Math::max);
    }
    if (way.isLog()) {
      survivors.checkLog(acknowledged);
    } else {
      survivors.checkSlots();
    }
  }

  // --- logs ---

  private void checkLog(List<Acknowledgement> acknowledged) {
    for (Acknowledgement each : acknowledged) {
      Records.Name found = Records.at(file, Math.toIntExact(each.position()));
      Check.that(
          found != null && found.writer() == each.writer() && found.sequence() == each.sequence(),
          () -> each + " is not there: " + found + " in " + file.length + " bytes, " + way);
    }
    if (!losesCache) {
      checkNothingElse();
    }
  }

  /** From the start, record by record; then the one that was on its way, and its padding. */
  private void checkNothingElse() {
    Map<Integer, Long> last = new HashMap<>();
    int at = 0;
    for (Records.Name each = Records.at(file, at); each != null; each = Records.at(file, at)) {
      Records.Name name = each;
      int where = at;
      long before = last.getOrDefault(each.writer(), 0L);
      Check.same(before + 1, each.sequence(), () -> "sequence of " + name + " at " + where);
      last.put(each.writer(), each.sequence());
      at += Records.length(each.writer(), each.sequence());
    }
    int end = at;
    for (Map.Entry<Integer, Long> each : newest.entrySet()) {
      Check.that(
          last.getOrDefault(each.getKey(), 0L) >= each.getValue(),
          () -> each + " is the newest acknowledged, but records end at " + end);
    }
    Check.that(isTorn(end, last), () -> "garbage at " + end + " of " + file.length + ", " + way);
  }

  /** Whether what follows is zeros and parts of records that could have been on their way. */
  private boolean isTorn(int end, Map<Integer, Long> last) {
    if (isBlank(end, new byte[0])) {
      return true;
    }
    for (int writer = 0; writer < way.writers(); writer++) {
      long next = last.getOrDefault(writer, 0L) + 1;
      byte[] record = Records.bytes(writer, next);
      while (way.hasSeveralInFlight() && record.length < file.length - end) {
        byte[] more = Records.bytes(writer, ++next);
        int length = record.length;
        record = Arrays.copyOf(record, length + more.length);
        System.arraycopy(more, 0, record, length, more.length);
      }
      if (isBlank(end, record)) {
        return true;
      }
    }
    return false;
  }

  /** Whether each byte is the record's or zero, and not more than its blocks are there. */
  private boolean isBlank(int end, byte[] record) {
    if (file.length - end > record.length + LARGEST_BLOCK) {
      return false;
    }
    for (int i = end; i < file.length; i++) {
      int within = i - end;
      if (file[i] != 0 && (within >= record.length || file[i] != record[within])) {
        return false;
      }
    }
    return true;
  }

  // --- slots ---

  /** In each slot the newest version acknowledged, or parts of the one after it. */
  private void checkSlots() {
    int end = Way.SLOTS * way.slotBytes();
    Check.that(
        file.length >= end && isBlank(end, new byte[0]),
        () -> "slots end at " + end + ", but the file at " + file.length + ", " + way);
    List<String> wrong = new ArrayList<>();
    for (int slot = 0; slot < Way.SLOTS; slot++) {
      String found = slot(slot, newest.getOrDefault(slot, 0L));
      if (found != null) {
        wrong.add(found);
      }
    }
    Check.that(wrong.isEmpty(), () -> way + ": " + wrong);
  }

  private @Nullable String slot(int slot, long version) {
    byte[] now = Records.bytes(slot, version, way.slotBytes());
    byte[] next = Records.bytes(slot, version + 1, way.slotBytes());
    int from = slot * way.slotBytes();
    for (int i = 0; i < now.length; i++) {
      byte found = file[from + i];
      if (found != now[i] && found != next[i]) {
        return "slot " + slot + " has lost version " + version + " at its byte " + i;
      }
    }
    return null;
  }
}
