package io.penstock.testkit.sweep;

import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MappingKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was seen of one step at the interfaces of the engine: what it asked, what it was answered,
 * what failed. The model draws its conclusions from these alone. Filled under the lock of the
 * {@link Ledger}.
 */
final class Facts {
  final Step step;
  final int writer;
  final long sizeBefore;
  final @Nullable Throwable stickyBefore;
  final List<Failure> failures = new ArrayList<>();
  final List<Answer> answers = new ArrayList<>();
  final List<SentBio> bios = new ArrayList<>();
  final List<Ending> endings = new ArrayList<>();
  final List<Throwable> warnings = new ArrayList<>();

  /** Kinds of calls in the order in which they were made. */
  final List<FaultKind> calls = new ArrayList<>();

  /** The first block of the last question to the mapper, or -1. */
  long lastQuestion = -1;

  /** Whether a failed write may have left bytes behind the end of file before the step. */
  boolean uncleanTail;

  int syncs;
  int invalidations;
  boolean undroppable;
  boolean dirtySeen;
  int handlerCalls;
  boolean refused;
  long bytes;
  @Nullable Throwable error;

  Facts(Step step, int writer, long sizeBefore, @Nullable Throwable stickyBefore) {
    this.step = step;
    this.writer = writer;
    this.sizeBefore = sizeBefore;
    this.stickyBefore = stickyBefore;
  }

  /** A call that failed, because of a plan or of its own. */
  record Failure(FaultKind kind, Throwable error, int index) {}

  /** What a mapper said. */
  record Answer(
      long firstBlock,
      long asked,
      MapIntent intent,
      MappingKind kind,
      long blocks,
      boolean dirty,
      @Nullable Object cookie) {}

  /** A call of the end-of-I/O hook. */
  record Ending(
      long position,
      boolean write,
      long bytes,
      @Nullable IOException error,
      @Nullable Object cookie,
      List<Long> uninitialised,
      int usingBlockMap,
      int outstanding) {}

  /** A device operation, remembered beyond its end. */
  static final class SentBio {
    final boolean write;
    final long fileOffset;
    final long length;
    final boolean forced;
    final List<MemorySegment> pieces;
    boolean ended;
    @Nullable IOException error;

    SentBio(
        boolean write, long fileOffset, long length, boolean forced, List<MemorySegment> pieces) {
      this.write = write;
      this.fileOffset = fileOffset;
      this.length = length;
      this.forced = forced;
      this.pieces = pieces;
    }

    boolean succeeded() {
      return ended && error == null;
    }
  }

  /** The first failure of this kind, or null. */
  @Nullable Failure failure(FaultKind kind) {
    for (Failure each : failures) {
      if (each.kind == kind) {
        return each;
      }
    }
    return null;
  }

  /** Device operations that have not ended. */
  int outstanding() {
    int open = 0;
    for (SentBio each : bios) {
      open += each.ended ? 0 : 1;
    }
    return open;
  }

  /** Bytes of {@code from} to {@code to} that were written for sure; bios do not overlap. */
  long written(long from, long to) {
    long sum = 0;
    for (SentBio each : bios) {
      if (each.write && each.succeeded()) {
        long low = Math.max(from, each.fileOffset);
        long high = Math.min(to, each.fileOffset + each.length);
        sum += Math.max(0, high - low);
      }
    }
    return sum;
  }
}
