package io.penstock.testkit.soak;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * What every logical block of a file may hold, now and after a loss of power. Every write has a
 * number, greater than those before it, and fills its blocks with the {@link Pattern} of its
 * number; 0 stands for zeros. Not thread-safe.
 */
final class SectorOracle {
  /** One logical block. */
  private static final class Sector {
    /** What a read may see, when no write is in flight. */
    List<Integer> now = new ArrayList<>(List.of(0));

    /** What may be there without power. */
    List<Integer> durable = new ArrayList<>(List.of(0));

    /** In flight. */
    final List<Integer> pending = new ArrayList<>();

    /** If not 0: without power anything may be there until a sync that begins after this moment. */
    int anything;

    /** The last write that was begun. */
    int last;

    /** First of the writes that were in flight together, and whether one of them has succeeded. */
    int firstTogether;

    boolean anyTogether;
    boolean together;

    /** Writes before this one may have been given up by a failed flush. */
    int lostBefore;

    /** What {@link #now} and {@link #pending} were when the present sync began. */
    List<Integer> atSync = List.of();
  }

  private final int bytes;
  private final Sector[] sectors;

  /** Counts writes, and other moments in between. */
  private int numbers;

  /** So many blocks of so many bytes. */
  SectorOracle(int sectors, int bytes) {
    this.bytes = bytes;
    this.sectors = new Sector[sectors];
    for (int i = 0; i < sectors; i++) {
      this.sectors[i] = new Sector();
    }
  }

  int sectors() {
    return sectors.length;
  }

  /** Blocks from this one on are zeros: they have no place on the disk. */
  void cut(int from) {
    for (int i = from; i < sectors.length; i++) {
      sectors[i] = new Sector();
    }
  }

  /** Blocks are newly allocated: without power anything may be there until the next sync. */
  void unsettled(int from, int to) {
    numbers++;
    for (int i = from; i < to; i++) {
      sectors[i].anything = numbers;
    }
  }

  // --- writes ---

  /** The number of the next write. */
  int number() {
    return numbers + 1;
  }

  /** A write of blocks is begun. */
  int begin(int from, int to) {
    int id = ++numbers;
    for (int i = from; i < to; i++) {
      Sector each = sectors[i];
      if (each.pending.isEmpty()) {
        each.firstTogether = id;
        each.anyTogether = false;
        each.together = false;
      } else {
        each.together = true;
      }
      each.pending.add(id);
      each.durable.add(id);
      each.last = id;
    }
    return id;
  }

  /** It was carried out, durably or not. */
  void written(int id, int from, int to, boolean durably) {
    for (int i = from; i < to; i++) {
      Sector each = sectors[i];
      boolean alone = !each.together;
      each.pending.remove(Integer.valueOf(id));
      if (alone) {
        each.now.clear();
      } else if (!each.anyTogether) {
        int first = each.firstTogether;
        each.now.removeIf(older -> older < first);
      }
      each.anyTogether = true;
      each.now.add(id);
      if (durably && alone) {
        each.durable.removeIf(older -> older < id);
        each.anything = 0;
      }
    }
  }

  /** It failed: each of its blocks may have been written. */
  void failed(int id, int from, int to) {
    for (int i = from; i < to; i++) {
      sectors[i].pending.remove(Integer.valueOf(id));
      sectors[i].now.add(id);
    }
  }

  /** It was refused: nothing of it may have been written. */
  void refused(int id, int from, int to) {
    for (int i = from; i < to; i++) {
      sectors[i].pending.remove(Integer.valueOf(id));
      sectors[i].durable.remove(Integer.valueOf(id));
    }
  }

  // --- durability ---

  /** A sync begins. Answers the number of the next write. */
  int beginSync() {
    for (Sector each : sectors) {
      each.atSync = new ArrayList<>(each.now);
      each.atSync.addAll(each.pending);
    }
    return number();
  }

  /** The sync that began when {@code next} was the next number has succeeded. */
  void synced(int next) {
    for (Sector each : sectors) {
      boolean rewritten = each.atSync.stream().allMatch(id -> id >= each.lostBefore);
      if (each.lostBefore == 0 || rewritten) {
        List<Integer> covered = each.atSync;
        each.durable.removeIf(id -> id < next && !covered.contains(id));
        each.anything = each.anything < next ? 0 : each.anything;
        each.lostBefore = 0;
      }
    }
  }

  /**
   * A sync has failed: nothing written before is durable for sure, even if a later one succeeds.
   */
  void syncFailed() {
    for (Sector each : sectors) {
      if (each.durable.size() > 1 || each.anything > 0) {
        each.lostBefore = number();
      }
    }
  }

  // --- what is there ---

  /** What a read that begins now may see of a block. */
  List<Integer> seen(int sector) {
    List<Integer> all = new ArrayList<>(sectors[sector].now);
    all.addAll(sectors[sector].pending);
    return all;
  }

  /** Whether a read since {@code next} was the next number had a block for itself. */
  boolean isQuiet(int sector, int next) {
    return sectors[sector].pending.isEmpty() && sectors[sector].last < next;
  }

  /** Whether a block is being written. */
  boolean isBusy(int sector) {
    return !sectors[sector].pending.isEmpty();
  }

  /** The last write that was begun on a block. */
  int last(int sector) {
    return sectors[sector].last;
  }

  /** What may be there without power; empty for anything. */
  List<Integer> durable(int sector) {
    return sectors[sector].anything > 0 ? List.of() : List.copyOf(sectors[sector].durable);
  }

  /** Whether a block has only ever been zeros, as far as can be told. */
  boolean isZero(int sector) {
    return sectors[sector].now.equals(List.of(0));
  }

  /** A read has seen what is there. */
  void adopt(int sector, int id) {
    sectors[sector].now = new ArrayList<>(List.of(id));
  }

  /** After a loss of power: this is what has survived. */
  void survived(int sector, int id) {
    Sector fresh = new Sector();
    fresh.now = new ArrayList<>(List.of(id));
    fresh.durable = new ArrayList<>(List.of(id));
    fresh.last = sectors[sector].last;
    sectors[sector] = fresh;
  }

  /** Which of these writes has filled a block, as a whole; -1 for none. */
  int find(List<Integer> candidates, MemorySegment memory, long offset, int sector) {
    for (int i = candidates.size() - 1; i >= 0; i--) {
      int id = candidates.get(i);
      if (Pattern.mismatch(memory, offset, bytes, id, (long) sector * bytes) < 0) {
        return id;
      }
    }
    return -1;
  }

  /** For people: what a block seems to hold. */
  String describe(MemorySegment memory, long offset, int sector) {
    for (int id = numbers; id >= 0; id--) {
      long wrong = Pattern.mismatch(memory, offset, bytes, id, (long) sector * bytes);
      if (wrong != 0) {
        return wrong < 0 ? "all of write " + id : "the first " + wrong + " bytes of write " + id;
      }
    }
    return "nothing that was written there";
  }
}
