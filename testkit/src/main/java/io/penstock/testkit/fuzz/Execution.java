package io.penstock.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;

/** Tries one input on the calling thread and judges what came of it. */
final class Execution {
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);
  private static final int LONGEST_SIGNATURE = 120;

  private final FuzzTarget target;
  private final long allocationLimit;

  Execution(FuzzTarget target, long allocationLimit) {
    this.target = target;
    this.allocationLimit = allocationLimit;
  }

  /**
   * What came of it.
   *
   * @param signature the same for alike outcomes
   * @param refusal simple name of the exception that refused, or null
   * @param failure what the target must not do, or null
   */
  record Outcome(String signature, @Nullable String refusal, FuzzFailure.@Nullable Kind failure) {}

  /** The last thing thrown, for the message of a failure. */
  private @Nullable Throwable thrown;

  /** How much the last one allocated, bytes. */
  private long allocated;

  Outcome run(byte[] input) {
    thrown = null;
    long before = THREADS.getCurrentThreadAllocatedBytes();
    Outcome outcome = judge(input);
    allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
    if (outcome.failure() == null && allocated > allocationLimit) {
      return new Outcome("allocation", null, FuzzFailure.Kind.ALLOCATION);
    }
    return outcome;
  }

  private Outcome judge(byte[] input) {
    try {
      return new Outcome(cut(target.run(new FuzzInput(input))), null, null);
    } catch (Throwable failure) {
      thrown = failure;
      String name = failure.getClass().getSimpleName();
      String message = failure.getMessage();
      if (failure instanceof Error || !target.isRefusal(failure)) {
        String where =
            failure.getStackTrace().length == 0 ? "" : " at " + failure.getStackTrace()[0];
        return new Outcome(name + where, null, FuzzFailure.Kind.UNDOCUMENTED);
      }
      if (message == null || message.isBlank()) {
        return new Outcome(name + " without a word", null, FuzzFailure.Kind.SILENT);
      }
      return new Outcome(name + ": " + shape(message), name, null);
    }
  }

  /** A message without what differs from input to input. */
  private static String shape(String message) {
    String same = message.replaceAll("[0-9]+", "#").replaceAll("'[^']*'|\"[^\"]*\"", "…");
    return cut(same);
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), LONGEST_SIGNATURE));
  }

  FuzzFailure failure(FuzzFailure.Kind kind, byte[] input) {
    String detail =
        switch (kind) {
          case HANG -> "does not come to an end";
          case LEAK -> "leaves native memory behind";
          case ALLOCATION ->
              "allocated " + allocated + " bytes, more than the limit of " + allocationLimit;
          case UNDOCUMENTED -> "threw what it does not document: " + thrown;
          case SILENT -> "refused without saying what is wrong: " + thrown;
        };
    return new FuzzFailure(kind, target.name(), input, detail, thrown);
  }
}
