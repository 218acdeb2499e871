package io.penstock.testkit.oracle;

import io.penstock.core.error.Errno;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one request has to do, given the answers of the layout: which question comes next, and which
 * bytes go to or come from where. Offsets are bytes of the file unless named otherwise.
 */
final class Walk {
  /** A run of bytes of the file and where it is on a device. */
  static final class Extent {
    final ModelDevice device;
    final long deviceOffset;
    final long offset;
    long length;
    boolean zeros;
    boolean breakAfter;

    /** Whether it goes where data is already, on a device that can make a write durable. */
    boolean forceable;

    Extent(ModelDevice device, long deviceOffset, long offset, long length, boolean zeros) {
      this.device = device;
      this.deviceOffset = deviceOffset;
      this.offset = offset;
      this.length = length;
      this.zeros = zeros;
    }

    boolean continues(Extent before) {
      return device == before.device
          && deviceOffset == before.deviceOffset + before.length
          && offset == before.offset + before.length
          && !before.breakAfter;
    }

    @Override
    public String toString() {
      return (zeros ? "zeros " : "data ")
          + offset
          + "+"
          + length
          + " at "
          + device.name()
          + "+"
          + deviceOffset
          + (breakAfter ? " boundary" : "");
    }
  }

  /** A run of new blocks whose cached aliases have to be dropped before it is written. */
  static final class Fresh {
    final ModelDevice device;
    final long deviceOffset;
    final long length;
    boolean dropped;

    Fresh(ModelDevice device, long deviceOffset, long length) {
      this.device = device;
      this.deviceOffset = deviceOffset;
      this.length = length;
    }
  }

  private final RunShape shape;
  private final int block;
  private final int sector;
  private final int unit;
  private final boolean write;
  private final IoFlags flags;
  private final long position;
  private final long asked;

  private final List<Extent> plan = new ArrayList<>();
  private int sentExtents;
  private long sentBytes;
  private int mustBeSent;
  private int optionalFrom = Integer.MAX_VALUE;
  private int lastAnswerFrom;

  private long sampled = -1;
  private long at;
  private long end;
  private boolean over;
  private boolean tailLookedUp;
  private long faultAt = Long.MAX_VALUE;
  private MappingKind lastKind = MappingKind.HOLE;

  private int mappings;
  private boolean stoppedAtHole;
  private boolean onlyMapped = true;
  private boolean everyDeviceForces = true;
  private boolean clean = true;
  private boolean durablySized;
  private boolean defers;
  private @Nullable Object cookie;
  private @Nullable Errno mustFail;
  private @Nullable Errno mayFail;
  private final List<Fresh> fresh = new ArrayList<>();
  private final Map<Long, Long> writtenOfNew = new HashMap<>();

  Walk(RunShape shape, boolean write, IoFlags flags, long position, long asked, int unit) {
    this.shape = shape;
    this.write = write;
    this.flags = flags;
    this.position = position;
    this.asked = asked;
    this.unit = unit;
    block = shape.blockBytes();
    sector = shape.sectorBytes();
    at = position;
    end = position + asked;
  }

  private static long up(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }

  // --- questions ---

  /** Why this question cannot be this request's next one, or null when it can. */
  @Nullable String wrongQuestion(MapQuery query, long leastSize, long mostSize) {
    if (over) {
      return "it needs no mapping any more";
    }
    if (sampled >= 0
        ? query.fileSize() != sampled
        : query.fileSize() < leastSize || query.fileSize() > mostSize) {
      return "file size " + (sampled >= 0 ? sampled : leastSize + ".." + mostSize);
    }
    if (query.isNoWait() != flags.has(IoFlag.NOWAIT)) {
      return "no-wait " + flags.has(IoFlag.NOWAIT);
    }
    if (mayAskForOldTail(query)) {
      return null;
    }
    if (asksForOldTail(query.fileSize())) {
      long last = query.fileSize() / block;
      return "LOOK_UP block " + last + ", in which the file ends";
    }
    long first = at / block;
    long toRequestEnd = up(position + asked, block) / block - first;
    long toWalkEnd =
        up(write ? end : Math.min(end, up(query.fileSize(), unit)), block) / block - first;
    boolean inside = first * block < query.fileSize();
    boolean allocate =
        write && !flags.has(IoFlag.OVERWRITE_ONLY) && (shape.traits().fillsHoles() || !inside);
    long toFileEnd = up(query.fileSize(), block) / block - first;
    boolean count =
        query.blocks() == toRequestEnd
            || query.blocks() == toWalkEnd
            || (write
                && !shape.traits().fillsHoles()
                && inside
                && query.blocks() == Math.min(toFileEnd, toRequestEnd));
    return query.firstBlock() == first
            && count
            && query.intent() == (allocate ? MapIntent.ALLOCATE : MapIntent.LOOK_UP)
        ? null
        : (allocate ? "ALLOCATE" : "LOOK_UP") + " blocks " + first + "+" + toRequestEnd;
  }

  /**
   * Whether this is the question for the block the file ends in. It is needless when that block's
   * last sector is in use, but not wrong.
   */
  private boolean mayAskForOldTail(MapQuery query) {
    long last = query.fileSize() / block;
    return write
        && !tailLookedUp
        && mappings == 0
        && position / block > last
        && query.fileSize() % block != 0
        && query.firstBlock() == last
        && query.blocks() == 1
        && query.intent() == MapIntent.LOOK_UP;
  }

  /**
   * Whether a write leaves a gap behind the block the file ends in, which has to hold zeros then
   * (ZERO-8).
   */
  private boolean asksForOldTail(long size) {
    return write
        && !tailLookedUp
        && mappings == 0
        && position / block > size / block
        && up(size, sector) % block != 0;
  }

  /** Whether something that had to be sent before this question has not been (BIO-4). */
  @Nullable String unsentBeforeQuestion() {
    return sentExtents < mustBeSent ? "the boundary after " + plan.get(mustBeSent - 1) : null;
  }

  void answered(MapQuery query, Mapping answer) {
    if (sampled < 0) {
      sampled = query.fileSize();
      end = write ? end : Math.min(end, up(sampled, unit));
    }
    lastAnswerFrom = plan.size();
    clean &= !answer.isDirty();
    if (answer.cookie() != null) {
      cookie = answer.cookie();
    }
    defers |= answer.isDefer();
    if (mayAskForOldTail(query)) {
      tailLookedUp = true;
      lastKind = MappingKind.MAPPED;
      if (answer.kind() == MappingKind.MAPPED && up(sampled, sector) % block != 0) {
        long from = up(sampled, sector);
        long start = query.firstBlock() * block;
        add(answer, from - start, from, start + block - from, true);
        if (flags.has(IoFlag.NOWAIT) || flags.has(IoFlag.ATOMIC)) {
          fail(flags.has(IoFlag.NOWAIT) ? Errno.EAGAIN : Errno.EINVAL);
        }
      }
      return;
    }
    mappings++;
    lastKind = answer.kind();
    long start = query.firstBlock() * block;
    long to = Math.min(end, start + answer.blocks() * block);
    checkFlags(answer.kind(), to);
    onlyMapped &= answer.kind() == MappingKind.MAPPED || answer.kind() == MappingKind.HOLE;
    if (over) {
      noteNew(answer, start);
      return;
    }
    if (write) {
      planWrite(answer, start, to);
    } else if (answer.kind() == MappingKind.MAPPED) {
      add(answer, at - start, at, to - at, false);
    }
    if (answer.isBoundary()
        && plan.size() > lastAnswerFrom
        && to >= Math.min(end, start + answer.blocks() * block)) {
      plan.getLast().breakAfter = true;
      mustBeSent = plan.size();
    }
    if (!stoppedAtHole) {
      at = to;
    }
    over |= at >= end || stoppedAtHole;
  }

  private void checkFlags(MappingKind kind, long to) {
    if (flags.has(IoFlag.OVERWRITE_ONLY) && kind != MappingKind.MAPPED) {
      fail(Errno.EAGAIN);
    }
    if (flags.has(IoFlag.NOWAIT)) {
      if (kind == MappingKind.WOULD_BLOCK || to < end || mappings > 1) {
        fail(Errno.EAGAIN);
      } else if (kind == MappingKind.HOLE && write) {
        mayFail = Errno.EAGAIN;
      }
    }
    if (flags.has(IoFlag.ATOMIC)) {
      boolean zeros = kind != MappingKind.MAPPED && (position % block != 0 || end % block != 0);
      zeros |=
          kind == MappingKind.MAPPED
              && end > sampled
              && (end % block != 0
                  || (position > up(sampled, sector)
                      && position / block == sampled / block
                      && sampled % block != 0));
      if (to < end || kind == MappingKind.HOLE || zeros) {
        fail(Errno.EINVAL);
      }
    }
  }

  private void fail(Errno errno) {
    if (mustFail == null) {
      mustFail = errno;
    }
    over = true;
  }

  private void noteNew(Mapping answer, long start) {
    if (answer.kind() == MappingKind.NEW) {
      for (long each = 0; each < answer.blocks(); each++) {
        writtenOfNew.put(start / block + each, 0L);
      }
      fresh.add(
          new Fresh(
              (ModelDevice) Objects.requireNonNull(answer.device()),
              answer.deviceOffset(),
              answer.blocks() * block));
    }
  }

  private void planWrite(Mapping answer, long start, long to) {
    switch (answer.kind()) {
      case HOLE -> stoppedAtHole = true;
      case WOULD_BLOCK -> over = true;
      case NEW, UNWRITTEN -> {
        noteNew(answer, start);
        if (at > start) {
          add(answer, 0, start, at - start, true);
        }
        add(answer, at - start, at, to - at, false);
        if (to == end && end % block != 0) {
          add(answer, end - start, end, up(end, block) - end, true);
        }
      }
      case MAPPED -> {
        long beyond = up(sampled, sector);
        if (at == position
            && at > beyond
            && at / block == sampled / block
            && sampled % block != 0) {
          add(answer, beyond - start, beyond, at - beyond, true);
        }
        add(answer, at - start, at, to - at, false);
        if (to == end && end > sampled && end % block != 0) {
          add(answer, end - start, end, up(end, block) - end, true);
        }
      }
    }
  }

  private void add(Mapping answer, long offsetInMapping, long offset, long length, boolean zeros) {
    ModelDevice device = (ModelDevice) Objects.requireNonNull(answer.device());
    everyDeviceForces &= device.limits().forcedUnitAccess();
    Extent extent =
        new Extent(device, answer.deviceOffset() + offsetInMapping, offset, length, zeros);
    extent.forceable =
        !zeros
            && answer.kind() == MappingKind.MAPPED
            && !answer.isDirty()
            && device.limits().forcedUnitAccess();
    plan.add(extent);
  }

  /**
   * The memory from {@code offset} on cannot be had: the walk ends where the next question would
   * come (MEM-1, MAP-10).
   */
  void memoryFault(long offset) {
    over = true;
    if (flags.has(IoFlag.ATOMIC)) {
      // whole or not at all (BIO-9)
      plan.clear();
      mustBeSent = 0;
      faultAt = position;
      return;
    }
    faultAt = Math.min(faultAt, offset);
    if (offset >= at || !write) {
      cutPlan(offset);
      return;
    }
    if (lastKind == MappingKind.NEW) {
      for (int i = 0; i < plan.size(); i++) {
        Extent each = plan.get(i);
        if (!each.zeros && each.offset < offset && each.offset + each.length > offset) {
          Extent rest =
              new Extent(
                  each.device,
                  each.deviceOffset + offset - each.offset,
                  offset,
                  each.offset + each.length - offset,
                  true);
          rest.breakAfter = each.breakAfter;
          each.breakAfter = false;
          each.length = offset - each.offset;
          plan.add(i + 1, rest);
        } else if (each.offset >= offset) {
          each.zeros = true;
        }
      }
      return;
    }
    Extent cut = cutPlan(offset);
    boolean exposed = lastKind == MappingKind.UNWRITTEN || offset > sampled;
    if (cut != null && offset % block != 0 && exposed) {
      plan.add(
          new Extent(
              cut.device, cut.deviceOffset + cut.length, offset, up(offset, block) - offset, true));
    }
    if (offset == position) {
      optionalFrom = lastAnswerFrom;
    }
  }

  /**
   * Takes everything from {@code offset} on out of the plan; answers the extent before it if it
   * ends there.
   */
  private @Nullable Extent cutPlan(long offset) {
    Extent before = null;
    for (int i = plan.size() - 1; i >= 0; i--) {
      Extent each = plan.get(i);
      if (each.offset >= offset) {
        plan.remove(i);
      } else if (each.offset + each.length >= offset && !each.zeros) {
        each.length = offset - each.offset;
        each.breakAfter = false;
        before = each;
        break;
      }
    }
    mustBeSent = Math.min(mustBeSent, plan.size());
    return before;
  }

  /** The last answer turned out to be of no use: nothing of it is sent. */
  void dropLastAnswer() {
    while (plan.size() > lastAnswerFrom) {
      plan.removeLast();
    }
    mustBeSent = Math.min(mustBeSent, plan.size());
    over = true;
  }

  void stop() {
    over = true;
  }

  boolean isOver() {
    return over;
  }

  // --- bios ---

  /** A run of bytes of one bio. */
  record Slice(long offset, long length, boolean zeros) {}

  /** Whether a bio at this place could be this request's next one. */
  boolean isNext(ModelDevice device, long deviceOffset, long fileOffset) {
    if (sentExtents >= plan.size()) {
      return false;
    }
    Extent next = plan.get(sentExtents);
    return next.device == device
        && next.deviceOffset + sentBytes == deviceOffset
        && next.offset + sentBytes == fileOffset;
  }

  /** Where the next bio has to begin, for people. */
  String next() {
    return sentExtents < plan.size()
        ? plan.get(sentExtents) + (sentBytes > 0 ? " from byte " + sentBytes : "")
        : "no bio";
  }

  /**
   * What a bio of {@code length} bytes consists of, or null when it goes beyond what belongs
   * together. Sends nothing yet.
   */
  @Nullable List<Slice> slices(long length) {
    List<Slice> slices = new ArrayList<>();
    long left = length;
    long skip = sentBytes;
    for (int i = sentExtents; left > 0; i++) {
      if (i >= plan.size() || (i > sentExtents && !plan.get(i).continues(plan.get(i - 1)))) {
        return null;
      }
      Extent each = plan.get(i);
      long bytes = Math.min(left, each.length - skip);
      slices.add(new Slice(each.offset + skip, bytes, each.zeros));
      left -= bytes;
      skip = 0;
    }
    return slices;
  }

  /** A bio of {@code length} bytes was sent. Answers whether it ends at a boundary. */
  boolean sent(long length) {
    long left = length;
    boolean atBreak = false;
    while (left > 0) {
      Extent each = plan.get(sentExtents);
      long bytes = Math.min(left, each.length - sentBytes);
      left -= bytes;
      sentBytes += bytes;
      if (sentBytes == each.length) {
        atBreak = each.breakAfter;
        sentExtents++;
        sentBytes = 0;
      }
    }
    return atBreak && sentBytes == 0;
  }

  boolean everythingSent() {
    return sentExtents >= Math.min(plan.size(), optionalFrom);
  }

  boolean nothingSent() {
    return sentExtents == 0 && sentBytes == 0;
  }

  /** Bytes that were written to the device for sure. */
  void written(Slice slice) {
    if (writtenOfNew.isEmpty()) {
      return;
    }
    for (long from = slice.offset; from < slice.offset + slice.length; ) {
      long to = Math.min(slice.offset + slice.length, (from / block + 1) * block);
      long bytes = to - from;
      writtenOfNew.computeIfPresent(from / block, (key, sum) -> sum + bytes);
      from = to;
    }
  }

  // --- results ---

  /** Bytes the request transfers when nothing fails but memory. */
  long bytes() {
    long to = Math.min(at, faultAt);
    return Math.max(0, (write ? to : Math.min(to, Math.max(0, sampled))) - position);
  }

  /** Where a read stops to write to memory. */
  long touchedEnd() {
    return Math.min(end, faultAt);
  }

  long sampled() {
    return sampled;
  }

  int mappings() {
    return mappings;
  }

  boolean defers() {
    return defers;
  }

  @Nullable Object cookie() {
    return cookie;
  }

  @Nullable Errno mustFail() {
    return mustFail;
  }

  @Nullable Errno mayFail() {
    return mayFail;
  }

  void mayFail(Errno errno) {
    mayFail = errno;
  }

  void mustFail(Errno errno) {
    fail(errno);
  }

  List<Extent> plan() {
    return plan;
  }

  List<Fresh> fresh() {
    return fresh;
  }

  /** The size that a crash would leave, as the request maps. */
  void durableSize(long size) {
    durablySized |= position + asked <= size;
  }

  /**
   * Whether a data-sync write needs no flush: it replaces data by data whose mapping and size are
   * durable, on devices that can make a write durable themselves (BIO-9).
   */
  boolean isForced() {
    return onlyMapped && clean && durablySized && everyDeviceForces && position + asked <= sampled;
  }

  /**
   * Whether that holds for what was written, though not for all that was asked; the size may have
   * become durable only while the request was in flight.
   */
  boolean mayBeForced(long durableSize) {
    boolean all = position + bytes() <= sampled && position + asked <= durableSize;
    for (Extent each : plan) {
      all &= each.forceable;
    }
    return all;
  }

  /** New blocks, and how many bytes of each were written. */
  Map<Long, Long> writtenOfNew() {
    return writtenOfNew;
  }
}
