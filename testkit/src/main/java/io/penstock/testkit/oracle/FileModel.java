package io.penstock.testkit.oracle;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a file may hold, sector by sector. A sector holds the data of one writer whole; a candidate
 * says which writer, and how many bytes of it are kept (the rest being zeros). Mostly there is one
 * candidate. There are more while writes overlap and after failed ones.
 *
 * <p>The rule is that of a register that everybody may write at any time: a write adds itself to
 * the candidates when it starts, and when it has succeeded it takes away every candidate that had
 * ended before it started.
 */
final class FileModel {
  private static final long[] NONE = {};

  private final int sectorBytes;
  private final int blockBytes;
  private final long[] single;
  private final long[][] several;
  private long[] startOf = new long[1024];
  private long[] endOf = new long[1024];
  private boolean[] succeeded = new boolean[1024];
  private int writers = 1;
  private long clock = 1;
  private final List<Reading> readings = new ArrayList<>();

  /** A file of holes. */
  FileModel(int sectorBytes, int blockBytes, long capacity) {
    this.sectorBytes = sectorBytes;
    this.blockBytes = blockBytes;
    int sectors = Math.toIntExact(capacity / sectorBytes);
    single = new long[sectors];
    several = new long[sectors][];
  }

  static long candidate(int writer, int keep) {
    return keep == 0 && writer >= 0 && writer < 1 ? 0 : (long) writer << 16 | keep;
  }

  static int writer(long candidate) {
    return (int) (candidate >> 16);
  }

  static int keep(long candidate) {
    return (int) (candidate & 0xFFFF);
  }

  /** A writer nobody knows yet, which has neither started nor ended. */
  int newWriter() {
    int id = writers++;
    if (id == startOf.length) {
      startOf = Arrays.copyOf(startOf, id * 2);
      endOf = Arrays.copyOf(endOf, id * 2);
      succeeded = Arrays.copyOf(succeeded, id * 2);
    }
    startOf[id] = clock++;
    endOf[id] = Long.MAX_VALUE;
    return id;
  }

  private long end(long candidate) {
    int writer = writer(candidate);
    return writer <= 0 ? -1 : endOf[writer];
  }

  int sectorBytes() {
    return sectorBytes;
  }

  long capacity() {
    return (long) single.length * sectorBytes;
  }

  /** All that the sector may hold. */
  long[] candidates(int sector) {
    long[] more = several[sector];
    return more != null ? more : new long[] {single[sector]};
  }

  /**
   * Whole sectors hold this and nothing else, because nobody is reading or writing; keeps count
   * from the start of each sector.
   */
  void set(long from, long to, int writer) {
    for (int sector = index(from); (long) sector * sectorBytes < to; sector++) {
      single[sector] = candidate(writer, writer == 0 ? 0 : sectorBytes);
      several[sector] = null;
    }
  }

  /** Bytes from {@code size} on are zeros, to the end of the sector it is in. */
  void cut(long size) {
    int keep = (int) (size % sectorBytes);
    if (keep == 0 || size >= capacity()) {
      return;
    }
    int sector = index(size);
    long[] all = candidates(sector);
    for (int i = 0; i < all.length; i++) {
      if (writer(all[i]) != Pattern.POISON) {
        all[i] = candidate(writer(all[i]), Math.min(keep(all[i]), keep));
      }
    }
    store(sector, all);
  }

  private int index(long offset) {
    return Math.toIntExact(offset / sectorBytes);
  }

  private void store(int sector, long[] all) {
    if (all.length == 1) {
      single[sector] = all[0];
      several[sector] = null;
    } else {
      several[sector] = all;
    }
  }

  private void add(int sector, long candidate) {
    long[] all = candidates(sector);
    for (long each : all) {
      if (each == candidate) {
        return;
      }
    }
    long[] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = candidate;
    store(sector, more);
  }

  private interface Condemned {
    boolean test(long candidate);
  }

  private void remove(int sector, Condemned condemned) {
    long[] all = candidates(sector);
    long[] left = NONE;
    for (long each : all) {
      if (condemned.test(each)) {
        for (Reading reading : readings) {
          reading.alsoAllow(sector, each);
        }
      } else {
        left = Arrays.copyOf(left, left.length + 1);
        left[left.length - 1] = each;
      }
    }
    if (left.length != all.length) {
      store(sector, left.length == 0 ? new long[] {0} : left);
    }
  }

  private long roundUp(long value, long unit) {
    return (value + unit - 1) / unit * unit;
  }

  /**
   * The range in which a write of {@code from..to} may leave zeros beside its data: at most all
   * that lies beyond the file's end in the blocks from there to its own last one.
   */
  private long[] zeroable(long from, long to, long size) {
    long beyond = roundUp(size, sectorBytes);
    return new long[] {
      Math.max(beyond, Math.min(from / blockBytes, size / blockBytes) * blockBytes),
      Math.min(capacity(), Math.max(roundUp(to, blockBytes), roundUp(size, blockBytes)))
    };
  }

  /** A write starts; it sees at least {@code size} bytes of file. */
  void beginWrite(int writer, long from, long to, long size) {
    for (long at = from; at < to; at += sectorBytes) {
      add(index(at), candidate(writer, sectorBytes));
    }
    long[] zeros = zeroable(from, to, size);
    for (long at = zeros[0]; at < zeros[1]; at += sectorBytes) {
      if (at < from || at >= to) {
        add(index(at), candidate(writer, 0));
      }
    }
  }

  /**
   * A write that lost its memory at {@code from} and then failed may have left zeros from there to
   * the end of the block, beyond the end of the file.
   */
  void mayBeZeroed(int writer, long from, long to, long size) {
    long first = Math.max(from, roundUp(size, sectorBytes));
    for (long at = first; at < Math.min(to, roundUp(from, blockBytes)); at += sectorBytes) {
      add(index(at), candidate(writer, 0));
    }
  }

  /**
   * A write has ended.
   *
   * @param done bytes that are written for sure
   * @param failed whether the rest is uncertain, rather than untouched
   * @param zeroed whether it may have left zeros beyond the end of the file although it did not
   *     extend it
   * @param sampled the size it saw, or -1 when that is not known
   */
  void endWrite(
      int writer,
      long from,
      long to,
      long sizeAtStart,
      long done,
      boolean failed,
      boolean zeroed,
      long sampled) {
    endOf[writer] = clock++;
    succeeded[writer] = !failed;
    long start = startOf[writer];
    for (long at = from; at < to; at += sectorBytes) {
      int sector = index(at);
      if (at < from + done) {
        remove(sector, each -> writer(each) != writer && end(each) < start);
      } else if (!failed) {
        remove(sector, each -> writer(each) == writer);
      }
    }
    boolean extended = sampled >= 0 && done > 0 && from + done > sampled;
    long[] zeros = zeroable(from, to, sizeAtStart);
    for (long at = zeros[0]; at < zeros[1]; at += sectorBytes) {
      if (at >= from && at < to) {
        continue;
      }
      int sector = index(at);
      boolean touched =
          sampled < 0 || (at >= roundUp(sampled, sectorBytes) && isZeroed(at, from, to, sampled));
      boolean mine = touched && !overwritten(sector, writer);
      boolean required = extended && (at < from || at < roundUp(from + done, blockBytes));
      if (!mine || (!extended && !zeroed)) {
        remove(sector, each -> writer(each) == writer);
      } else if (required) {
        remove(sector, each -> writer(each) != writer && end(each) < start);
      }
    }
    // A short extension zeroes from its own end to the end of that block.
    if (extended && done < to - from) {
      for (long at = from + done;
          at < Math.min(to, roundUp(from + done, blockBytes));
          at += sectorBytes) {
        add(index(at), candidate(writer, 0));
        remove(index(at), each -> writer(each) != writer && end(each) < start);
      }
    }
  }

  /**
   * Zeros go to the rest of the block the file ended in, and of those the write begins and ends in.
   */
  private boolean isZeroed(long at, long from, long to, long size) {
    long block = at / blockBytes;
    boolean fileEnd = block == size / blockBytes && size % blockBytes != 0;
    return fileEnd || block == from / blockBytes || block == (to - 1) / blockBytes;
  }

  /**
   * Whether another write put data there that succeeded while {@code writer} was under way: zeros
   * may not have replaced it (ZERO-6).
   */
  private boolean overwritten(int sector, int writer) {
    for (long each : candidates(sector)) {
      int other = writer(each);
      if (other > 0
          && other != writer
          && keep(each) > 0
          && succeeded[other]
          && endOf[other] > startOf[writer]) {
        return true;
      }
    }
    return false;
  }

  /** What a read may see: everything that was there at some time between its start and its end. */
  final class Reading {
    private final int first;
    private final long[][] extra;

    private Reading(long from, long to) {
      first = index(from);
      extra = new long[Math.max(0, index(to + sectorBytes - 1) - first)][];
    }

    private void alsoAllow(int sector, long candidate) {
      int i = sector - first;
      if (i >= 0 && i < extra.length) {
        long[] before = extra[i];
        long[] more = before == null ? new long[1] : Arrays.copyOf(before, before.length + 1);
        more[more.length - 1] = candidate;
        extra[i] = more;
      }
    }

    /** Index of the first of {@code length} bytes of memory that cannot be the sector's, or -1. */
    long mismatch(int sector, MemorySegment memory, long at, long length) {
      long first = mismatchOf(candidates(sector), sector, memory, at, length);
      int i = sector - this.first;
      return first < 0 || extra[i] == null
          ? first
          : mismatchOf(extra[i], sector, memory, at, length);
    }

    void end() {
      readings.remove(this);
    }
  }

  Reading beginRead(long from, long to) {
    Reading reading = new Reading(Math.min(from, capacity()), Math.min(to, capacity()));
    readings.add(reading);
    return reading;
  }

  private long mismatchOf(long[] all, int sector, MemorySegment memory, long at, long length) {
    long first = 0;
    for (long each : all) {
      long wrong = mismatch(each, (long) sector * sectorBytes, memory, at, length);
      if (wrong < 0) {
        return -1;
      }
      first = Math.max(first, wrong);
    }
    return first;
  }

  /**
   * Index of the first of {@code length} bytes that differ from the candidate, whose pattern starts
   * at {@code offset}; or -1.
   */
  static long mismatch(long candidate, long offset, MemorySegment memory, long at, long length) {
    long kept = Math.min(keep(candidate), length);
    if (kept > 0) {
      long wrong = Pattern.mismatch(memory, at, kept, writer(candidate), offset);
      if (wrong >= 0) {
        return wrong;
      }
    }
    long wrong = Pattern.mismatch(memory, at + kept, length - kept, 0, 0);
    return wrong < 0 ? -1 : kept + wrong;
  }

  /**
   * Whether a sector of a device may be what the file holds there; poison is recognised by its
   * place on the device.
   */
  boolean matches(int sector, MemorySegment device, long deviceOffset) {
    for (long each : candidates(sector)) {
      if (writer(each) == Pattern.POISON) {
        if (Pattern.mismatch(device, deviceOffset, sectorBytes, Pattern.POISON, deviceOffset) < 0) {
          return true;
        }
      } else if (mismatch(each, (long) sector * sectorBytes, device, deviceOffset, sectorBytes)
          < 0) {
        return true;
      }
    }
    return false;
  }

  /** The sector's candidates, for people. */
  String describe(int sector) {
    StringBuilder text = new StringBuilder("one of");
    for (long each : candidates(sector)) {
      int writer = writer(each);
      text.append(
          writer == Pattern.POISON
              ? " poison"
              : keep(each) == 0 ? " zeros" : " data of writer " + writer);
      if (keep(each) > 0 && keep(each) < sectorBytes) {
        text.append(" cut at ").append(keep(each));
      }
      if (writer > 0) {
        text.append(
            endOf[writer] == Long.MAX_VALUE
                ? " (under way)"
                : succeeded[writer] ? "" : " (failed)");
      }
    }
    return text.toString();
  }

  /** Who wrote a sector, found by trying: for messages only. */
  String whose(MemorySegment memory, long at, int sector, long deviceOffset) {
    long offset = (long) sector * sectorBytes;
    if (Pattern.mismatch(memory, at, sectorBytes, 0, 0) < 0) {
      return "zeros";
    }
    if (Pattern.mismatch(memory, at, 8, Pattern.POISON, deviceOffset) < 0) {
      return "poison: bytes that were never written";
    }
    for (int writer = 1; writer < writers; writer++) {
      if (Pattern.mismatch(memory, at, 8, writer, offset) < 0) {
        return "data of writer " + writer;
      }
    }
    for (int shift = 8; shift < sectorBytes; shift += 8) {
      if (Pattern.mismatch(memory, at + shift, 8, 0, 0) < 0) {
        return "something else, zeros from byte " + shift;
      }
    }
    return "bytes nobody wrote to this place";
  }

  void succeeded(int writer) {
    endOf[writer] = clock++;
    succeeded[writer] = true;
  }
}
