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

  /** The newest by writer or slot that must be there. */
  private final Map<Integer, Long> newest = new HashMap<>();

  /** The newest by writer or slot that may be there, but for one that was on its way. */
  private final Map<Integer, Long> perhaps = new HashMap<>();

  private Survivors(Way way, byte[] file, boolean losesCache) {
    this.way = way;
    this.file = file;
    this.losesCache = losesCache;
  }

  /**
   * Checks the file of a process that was killed: the cache is still there.
   *
   * @throws AssertionError when a record is lost or something is there that nobody wrote
   */
  public static void afterKill(Way way, byte[] file, List<Acknowledgement> acknowledged) {
    new Survivors(way, file, false).check(acknowledged, acknowledged);
  }

  /**
   * Checks the file of a file system that lost power.
   *
   * @param before acknowledged before that began: what is told meanwhile could not be told by a
   *     machine that has no power
   * @param all these and those that were told meanwhile
   * @throws AssertionError when a record is lost
   */
  public static void afterPowerLoss(
      Way way, byte[] file, List<Acknowledgement> before, List<Acknowledgement> all) {
    new Survivors(way, file, true).check(before, all);
  }

  private void check(List<Acknowledgement> sure, List<Acknowledgement> all) {
    sure.forEach(each -> newest.merge(each.writer(), each.sequence(), Math::max));
    all.forEach(each -> perhaps.merge(each.writer(), each.sequence(), Math::max));
    if (way.isLog()) {
      checkLog(sure);
    } else {
      checkSlots();
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

  /** In each slot the newest version that must be there, or parts of later ones. */
  private void checkSlots() {
    int end = Way.SLOTS * way.slotBytes();
    Check.that(
        file.length >= end && (losesCache || isBlank(end, new byte[0])),
        () -> "slots end at " + end + ", but the file at " + file.length + ", " + way);
    List<String> wrong = new ArrayList<>();
    for (int slot = 0; slot < Way.SLOTS; slot++) {
      String found = slot(slot, newest.getOrDefault(slot, 0L), perhaps.getOrDefault(slot, 0L) + 1);
      if (found != null) {
        wrong.add(found);
      }
    }
    Check.that(wrong.isEmpty(), () -> way + ": " + wrong);
  }

  private @Nullable String slot(int slot, long oldest, long youngest) {
    List<byte[]> versions = new ArrayList<>();
    for (long version = oldest; version <= youngest; version++) {
      versions.add(Records.bytes(slot, version, way.slotBytes()));
    }
    int from = slot * way.slotBytes();
    for (int i = 0; i < way.slotBytes(); i++) {
      int at = i;
      if (versions.stream().noneMatch(each -> each[at] == file[from + at])) {
        return "slot " + slot + " has lost version " + oldest + " at its byte " + i;
      }
    }
    return null;
  }
}
