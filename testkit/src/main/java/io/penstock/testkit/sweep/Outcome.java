package io.penstock.testkit.sweep;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.sweep.Facts.Answer;
import io.penstock.testkit.sweep.Facts.Failure;
import io.penstock.testkit.sweep.Step.Transfer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a transfer has to report, worked out from the rules of the behaviour and what was seen at
 * the interfaces; nothing of it comes from the engine.
 */
final class Outcome {
  /** One error of several that may be reported. */
  private record Reason(@Nullable Throwable error, @Nullable Errno ruled, boolean wrapped) {
    boolean is(Throwable reported) {
      if (error == null) {
        return reported instanceof BlockIoException block && block.errno() == number();
      }
      boolean asItIs = !wrapped && error instanceof java.io.IOException;
      return asItIs ? reported == error : isCausedBy(reported, error);
    }

    private int number() {
      return ruled == null ? 0 : ruled.number();
    }

    @Override
    public String toString() {
      return error == null ? String.valueOf(ruled) : (wrapped ? "one caused by " : "") + error;
    }
  }

  private final Transfer step;
  private final Facts facts;
  private final BlockFile file;
  private final long faultAt;

  private final List<Reason> reasons = new ArrayList<>();
  private boolean admitted = true;
  private boolean refused;
  private long bytes;

  /** What the end-of-I/O hook has to be told: {@link #reasons} before it was called. */
  private List<Reason> beforeHook = List.of();

  private boolean failedAfterData;

  /**
   * @param faultAt where in the file the memory that failed would have gone, or -1
   */
  Outcome(Transfer step, Facts facts, BlockFile file, boolean asynchronous, long faultAt) {
    this.step = step;
    this.facts = facts;
    this.file = file;
    this.faultAt = faultAt;
    if (step.total() == 0 || (!step.isWrite() && step.position() >= facts.sizeBefore)) {
      admitted = false;
      bytes = step.total() == 0 ? 0 : IoRequest.END_OF_FILE;
      return;
    }
    Failure executor = facts.failure(FaultKind.EXECUTOR);
    if (executor != null && asynchronous && isDataSync()) {
      // ADM-13, ADM-5
      admitted = false;
      refused = true;
      because(executor.error());
      return;
    }
    Failure cleaning = cleaningFailure();
    if (cleaning != null) {
      admitted = false;
      because(cleaning.error());
      return;
    }
    admitted = !isRefusedUnlocked();
    bytes = transferred();
    beforeTheHook();
    beforeHook = List.copyOf(reasons);
    atTheHook();
    afterTheHook();
  }

  private boolean isDataSync() {
    return step.isWrite() && (file.isDataSync() || step.has(IoFlag.DATA_SYNC));
  }

  private void because(Throwable error) {
    reasons.add(new Reason(error, null, false));
  }

  /** ADM-11: a read whose write-back fails has not begun. */
  private boolean isRefusedUnlocked() {
    boolean failed = facts.failure(FaultKind.WRITE_BACK) != null;
    boolean dirty = step.has(IoFlag.NOWAIT) && facts.dirtySeen;
    return !step.isWrite() && file.traits().locking() && (failed || dirty);
  }

  /**
   * ZERO-8: a write behind the end of file first clears what a failed one has left there: one
   * question, and the operations of its answer. If that fails it has not begun.
   */
  private @Nullable Failure cleaningFailure() {
    if (!step.isWrite() || !facts.uncleanTail || step.position() <= facts.sizeBefore) {
      return null;
    }
    for (Failure each : facts.failures) {
      long questions =
          facts.calls.subList(0, each.index()).stream()
              .filter(call -> call == FaultKind.MAPPER)
              .count();
      boolean counts =
          switch (each.kind()) {
            case MAPPER, BIO, EXECUTOR -> true;
            case MEMORY, ALIASES, WRITE_BACK, END_OF_IO, SYNC, FLUSH, INVALIDATE, TRUNCATE -> false;
          };
      if (counts && questions <= 1) {
        return each;
      }
    }
    return null;
  }

  // --- bytes ---

  private long transferred() {
    long end = step.end();
    if (step.isWrite()) {
      end = facts.undroppable ? step.position() : Math.min(end, firstHole());
    } else {
      end = Math.min(end, facts.sizeBefore);
    }
    if (faultAt >= 0) {
      end = Math.min(end, faultAt);
    }
    return end - step.position();
  }

  /** Where a write meets blocks that the layout does not allocate (WALK-4). */
  private long firstHole() {
    for (Answer each : answers()) {
      if (each.kind() == MappingKind.HOLE) {
        return Math.max(step.position(), each.firstBlock() * file.blockSize());
      }
    }
    return Long.MAX_VALUE;
  }

  /** The answers for blocks of the request; one before is for the block the file ends in. */
  private List<Answer> answers() {
    long first = step.position() / file.blockSize();
    return facts.answers.stream().filter(each -> each.firstBlock() >= first).toList();
  }

  // --- errors ---

  /** CMP-1. */
  private void beforeTheHook() {
    Failure device = facts.failure(FaultKind.BIO);
    Failure walk = walkFailure();
    Errno ruled = ruled();
    if (walk != null) {
      because(walk.error());
    } else if (ruled != null) {
      reasons.add(new Reason(null, ruled, false));
      if (device != null) {
        // whether the walk came that far before the device failed is not said
        because(device.error());
      }
    } else if (device != null) {
      because(device.error());
    } else if (bytes == 0) {
      Failure memory = facts.failure(FaultKind.MEMORY);
      if (memory != null) {
        because(memory.error());
      }
    }
  }

  private @Nullable Failure walkFailure() {
    for (Failure each : facts.failures) {
      boolean whole = step.has(IoFlag.ATOMIC) && each.kind() == FaultKind.MEMORY;
      if (each.kind().endsWalk() || whole) {
        return each;
      }
    }
    return null;
  }

  /** The error of a request that its flags do not allow to go on (ADM-12, ZERO-6, BIO-9). */
  private @Nullable Errno ruled() {
    boolean overwrite = step.isWrite() && step.has(IoFlag.OVERWRITE_ONLY);
    boolean atomic = step.has(IoFlag.ATOMIC);
    boolean noWait = step.has(IoFlag.NOWAIT);
    if ((overwrite && step.end() > facts.sizeBefore)
        || (noWait && facts.dirtySeen)
        || (atomic && facts.undroppable)) {
      return Errno.EAGAIN;
    }
    for (Answer each : answers()) {
      boolean covers = (each.firstBlock() + each.blocks()) * file.blockSize() >= walkEnd();
      if (each.kind() == MappingKind.WOULD_BLOCK || (noWait && !covers)) {
        return Errno.EAGAIN;
      }
      if (overwrite && each.kind() != MappingKind.MAPPED) {
        return Errno.EAGAIN;
      }
      boolean partial = (step.position() | step.end()) % file.blockSize() != 0;
      if (atomic && (!covers || (each.kind() != MappingKind.MAPPED && partial))) {
        return Errno.EINVAL;
      }
    }
    return null;
  }

  private long walkEnd() {
    return step.isWrite() ? step.end() : Math.min(step.end(), facts.sizeBefore);
  }

  /** CMP-4: its error becomes the request's, unless that has one. */
  private void atTheHook() {
    Failure hook = facts.failure(FaultKind.END_OF_IO);
    if (hook != null && reasons.isEmpty()) {
      because(hook.error());
      failedAfterData = true;
    }
  }

  /** CMP-6. */
  private void afterTheHook() {
    if (!reasons.isEmpty() || !isDataSync() || bytes <= 0) {
      return;
    }
    Failure sync = facts.failure(FaultKind.SYNC);
    if (sync != null) {
      because(sync.error());
    } else if (facts.stickyBefore != null) {
      reasons.add(new Reason(facts.stickyBefore, null, true));
    }
    failedAfterData = !reasons.isEmpty();
  }

  // --- what it says ---

  /** Whether it is counted in, and its end told to the hook. */
  boolean isAdmitted() {
    return admitted;
  }

  /** Whether the submission throws. */
  boolean isRefused() {
    return refused;
  }

  boolean fails() {
    return !reasons.isEmpty();
  }

  /** Whether all data was written and only what came after failed: hook or sync. */
  boolean failedAfterData() {
    return failedAfterData;
  }

  /** Bytes when it does not fail. */
  long bytes() {
    return bytes;
  }

  boolean dataSync() {
    return isDataSync();
  }

  /** What is wrong with the reported result, or null. */
  @Nullable String wrong(long reported, @Nullable Throwable error) {
    String wrong = wrong(reasons, error);
    if (wrong != null) {
      return wrong;
    }
    if (error == null && reported != bytes) {
      return "reported " + reported + " bytes, expected " + bytes + " (CMP-1, MEM-3)";
    }
    return error == null ? null : unattached(error);
  }

  /** What is wrong with what the end-of-I/O hook was told, or null. */
  @Nullable String wrongAtHook(long told, @Nullable Throwable error) {
    String wrong = wrong(beforeHook, error);
    long expected = beforeHook.isEmpty() ? Math.max(0, bytes) : 0;
    if (wrong == null && told != expected) {
      wrong = "told of " + told + " bytes, expected " + expected;
    }
    return wrong == null ? null : "the end-of-I/O hook (CMP-4): " + wrong;
  }

  private static @Nullable String wrong(List<Reason> expected, @Nullable Throwable error) {
    if (error == null) {
      return expected.isEmpty() ? null : "reported no error, expected " + expected;
    }
    if (expected.isEmpty()) {
      return "reported " + error + ", expected no error";
    }
    for (Reason each : expected) {
      if (each.is(error)) {
        return null;
      }
    }
    return "reported " + error + ", expected " + expected + " (CMP-1, CMP-2)";
  }

  /** CMP-2: what failed beside the error that is reported is attached to it. */
  private @Nullable String unattached(Throwable reported) {
    for (Failure each : facts.failures) {
      boolean counts =
          switch (each.kind()) {
            case MAPPER, BIO, END_OF_IO, ALIASES, WRITE_BACK -> true;
            case MEMORY, SYNC, FLUSH, INVALIDATE, TRUNCATE, EXECUTOR -> false;
          };
      if (counts && !isAttached(reported, each.error())) {
        return each.error() + " is not attached to " + reported + " (CMP-2)";
      }
    }
    return null;
  }

  private static boolean isCausedBy(Throwable reported, Throwable wanted) {
    for (Throwable each = reported; each != null; each = each.getCause()) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }

  private static boolean isAttached(Throwable reported, Throwable wanted) {
    if (isCausedBy(reported, wanted)) {
      return true;
    }
    for (Throwable each : reported.getSuppressed()) {
      if (isAttached(each, wanted)) {
        return true;
      }
    }
    Throwable cause = reported.getCause();
    return cause != null && isAttached(cause, wanted);
  }
}
