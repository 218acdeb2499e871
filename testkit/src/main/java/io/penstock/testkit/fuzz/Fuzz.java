package io.penstock.testkit.fuzz;

import io.penstock.testkit.Dice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Feeds a target with its seeds and what becomes of them by mutation, from one seed; an input that
 * has an outcome not seen before is kept and mutated further. Each input has a bound on its time,
 * which another thread watches, and one on the memory it allocates; all of them together have one
 * on the native memory they leave behind.
 *
 * <p>Not thread-safe; a run uses a thread of its own for the target. The same seed and number of
 * executions feed the same inputs.
 */
public final class Fuzz {
  private static final int MOST_KEPT = 512;
  private static final long LOOK_MILLIS = 50;

  private final FuzzTarget target;
  private long seed = 1;
  private long executions = Long.MAX_VALUE;
  private long budgetNanos = Long.MAX_VALUE;
  private long least;
  private long timeLimitNanos = Duration.ofSeconds(5).toNanos();
  private long allocationLimit = 64 << 20;
  private long leakLimit = 1L << 30;

  /** What the thread of the target is at. */
  private volatile byte[] current = {};

  private volatile long currentSince;
  private volatile @Nullable FuzzFailure failure;

  private final Map<String, Long> refusals = new TreeMap<>();
  private final Set<String> signatures = new HashSet<>();
  private final List<byte[]> kept = new ArrayList<>();
  private long done;

  private Fuzz(FuzzTarget target) {
    this.target = target;
  }

  /** A run that has not begun; without bounds it goes on for ever. */
  public static Fuzz of(FuzzTarget target) {
    return new Fuzz(target);
  }

  /** What determines the inputs; 1 if not said. */
  public Fuzz seed(long value) {
    seed = value;
    return this;
  }

  /** Ends the run after so many inputs. */
  public Fuzz executions(long most) {
    executions = most;
    return this;
  }

  /** Ends the run after so long. */
  public Fuzz budget(Duration most) {
    budgetNanos = most.toNanos();
    return this;
  }

  /** Goes on beyond the budget until so many inputs were tried: a few would show nothing. */
  public Fuzz atLeast(long inputs) {
    least = inputs;
    return this;
  }

  /** How long one input may take; 5 seconds if not said. */
  public Fuzz timeLimit(Duration most) {
    timeLimitNanos = most.toNanos();
    return this;
  }

  /** Bytes that one input may allocate on the heap, by its thread; 64 MiB if not said. */
  public Fuzz allocationLimit(long bytes) {
    allocationLimit = bytes;
    return this;
  }

  /**
   * Bytes of native memory, whoever in the process takes it, that may be held more than at the
   * beginning; 1 GiB if not said. Looked at now and then on Linux, and nowhere else: memory of an
   * arena that is never closed shows after many inputs only.
   */
  public Fuzz leakLimit(long bytes) {
    leakLimit = bytes;
    return this;
  }

  /**
   * Tries one input, to repeat what a run has found.
   *
   * @return the outcome
   * @throws FuzzFailure when the target does not do what it must
   */
  public String repeat(byte[] input) {
    kept.clear();
    kept.add(input);
    executions = 1;
    run();
    return signatures.iterator().next();
  }

  /**
   * Runs.
   *
   * @throws FuzzFailure when the target does not do what it must; a thread that hangs is left
   *     behind, interrupted
   */
  public FuzzReport run() {
    long begin = System.nanoTime();
    CountDownLatch ended = new CountDownLatch(1);
    currentSince = begin;
    Thread feeder =
        Thread.ofPlatform()
            .daemon()
            .name("fuzz-" + target.name())
            .start(
                () -> {
                  try {
                    feed(begin);
                  } finally {
                    ended.countDown();
                  }
                });
    watch(feeder, ended);
    FuzzFailure found = failure;
    if (found != null) {
      throw found;
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new FuzzReport(target.name(), done, seconds, signatures.size(), refusals);
  }

  // --- the thread of the target ---

  private void feed(long begin) {
    Execution execution = new Execution(target, allocationLimit);
    Dice dice = Dice.of(seed, target.name().hashCode());
    Mutator mutator = new Mutator(dice, target.words());
    boolean repeats = !kept.isEmpty();
    kept.addAll(repeats ? List.of() : target.seeds());
    if (kept.isEmpty()) {
      kept.add(new byte[0]);
    }
    int seeds = kept.size();
    while (done < executions
        && (done < least || System.nanoTime() - begin < budgetNanos)
        && failure == null) {
      byte[] input = done < seeds ? kept.get((int) done) : mutator.mutate(any(dice), any(dice));
      if (!tryOne(execution, input, done >= seeds)) {
        return;
      }
    }
  }

  private byte[] any(Dice dice) {
    return kept.get(dice.below(kept.size()));
  }

  private boolean tryOne(Execution execution, byte[] input, boolean mayKeep) {
    Execution.Outcome outcome = timed(execution, input);
    done++;
    FuzzFailure.Kind kind = outcome.failure();
    if (kind != null) {
      FuzzFailure first = execution.failure(kind, input);
      byte[] small =
          new Shrinking(smaller -> timed(execution, smaller).equals(outcome)).shrink(input);
      // with threads in the target it may not happen again
      boolean again = timed(execution, small).equals(outcome);
      failure = again ? execution.failure(kind, small) : first;
      return false;
    }
    String refusal = outcome.refusal();
    if (refusal != null) {
      refusals.merge(refusal, 1L, Long::sum);
    }
    if (signatures.add(outcome.signature()) && mayKeep && kept.size() < MOST_KEPT) {
      kept.add(input);
    }
    return true;
  }

  private Execution.Outcome timed(Execution execution, byte[] input) {
    current = input;
    currentSince = System.nanoTime();
    return execution.run(input);
  }

  // --- the thread that watches ---

  private void watch(Thread feeder, CountDownLatch ended) {
    boolean interrupted = false;
    NativeMemory memory = new NativeMemory();
    while (true) {
      boolean over = false;
      try {
        over = ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      long grown = memory.grown();
      if (grown > leakLimit && failure == null) {
        failure = leak(grown, current); // which also ends the feeder
      }
      if (over) {
        break;
      }
      // the time first: an input that has just begun must not be given the time of the one before
      long since = currentSince;
      byte[] input = current;
      if (since == currentSince && System.nanoTime() - since > timeLimitNanos) {
        failure = hang(feeder, input);
        feeder.interrupt();
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private FuzzFailure leak(long bytes, byte[] input) {
    return new FuzzFailure(
        FuzzFailure.Kind.LEAK,
        target.name(),
        input,
        "has left native memory behind, like an arena that is never closed: "
            + bytes
            + " bytes more than at the beginning, the limit is "
            + leakLimit
            + ". This input is only the last",
        null);
  }

  private FuzzFailure hang(Thread feeder, byte[] input) {
    StringBuilder stack = new StringBuilder();
    for (StackTraceElement frame : feeder.getStackTrace()) {
      stack.append("\n    at ").append(frame);
    }
    return new FuzzFailure(
        FuzzFailure.Kind.HANG,
        target.name(),
        input,
        "has not come to an end after "
            + timeLimitNanos / 1_000_000
            + " ms; it is at"
            + (stack.isEmpty() ? " no frame" : stack),
        null);
  }
}
