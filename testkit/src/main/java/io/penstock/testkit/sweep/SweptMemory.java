package io.penstock.testkit.sweep;

import io.penstock.core.memory.SegmentSource;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.sweep.Facts.SentBio;
import io.penstock.testkit.sweep.Step.Transfer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The memory of one transfer: hands out its segments, one of which may fail, and takes them back.
 */
final class SweptMemory implements SegmentSource {
  private final Transfer step;
  private final Facts facts;
  private final Ledger ledger;

  /** All of it: the segments are slices. */
  private final MemorySegment whole;

  private final MemorySegment[] segments;
  private final int[] taken;
  private final int[] given;

  SweptMemory(Transfer step, Facts facts, Ledger ledger, MemoryBank bank) {
    this.step = step;
    this.facts = facts;
    this.ledger = ledger;
    int count = step.lengths().size();
    segments = new MemorySegment[count];
    taken = new int[count];
    given = new int[count];
    long total = Math.max(1, step.total());
    whole = step.heap() ? MemorySegment.ofArray(new byte[(int) total]) : bank.take(total);
    if (step.isWrite()) {
      WriterBytes.fill(whole, 0, step.total(), facts.writer, step.position());
    } else {
      whole.fill((byte) Pattern.SENTINEL);
    }
    long at = 0;
    for (int i = 0; i < count; i++) {
      segments[i] = whole.asSlice(at, step.lengths().get(i));
      at += step.lengths().get(i);
    }
  }

  MemorySegment whole() {
    return whole;
  }

  @Override
  public MemorySegment acquire(int index) throws IOException {
    ledger.call(FaultKind.MEMORY, () -> {});
    synchronized (ledger) {
      taken[index]++;
    }
    return segments[index];
  }

  @Override
  public void release(int index) {
    synchronized (ledger) {
      given[index]++;
      for (SentBio each : facts.bios) {
        if (!each.ended && uses(each, segments[index])) {
          ledger.violated(
              "segment " + index + " was released under an operation in flight (MEM-4)");
        }
      }
    }
  }

  private static boolean uses(SentBio bio, MemorySegment segment) {
    return bio.pieces.stream().anyMatch(piece -> piece.asOverlappingSlice(segment).isPresent());
  }

  /** Where in the file the segment is whose turn it was when memory failed, or -1. */
  long faultAt() {
    synchronized (ledger) {
      if (facts.failure(FaultKind.MEMORY) == null) {
        return -1;
      }
      long at = step.position();
      for (int i = 0; i < taken.length && (taken[i] > 0 || step.lengths().get(i) == 0); i++) {
        at += step.lengths().get(i);
      }
      return at;
    }
  }

  /** What is wrong with how segments were taken and given back, or null (MEM-4). */
  @Nullable String unbalanced() {
    synchronized (ledger) {
      for (int i = 0; i < taken.length; i++) {
        if (taken[i] > 1 || taken[i] != given[i]) {
          return "segment "
              + i
              + " was taken "
              + taken[i]
              + " times and released "
              + given[i]
              + " times (MEM-4)";
        }
      }
      return null;
    }
  }
}
