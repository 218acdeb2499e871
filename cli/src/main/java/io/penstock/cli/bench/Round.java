package io.penstock.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * One engine's turn: what all of its threads share. The harness goes from phase to phase; lanes
 * look at it after every operation. Thread-safe.
 */
public final class Round {
  private static final int PRECISE_DIGITS = 3;
  private static final int COARSE_DIGITS = 2;

  private enum Phase {
    RAMP,
    MEASURED,
    OVER
  }

  private final Workload workload;
  private final CountDownLatch preparing;
  private final CountDownLatch start = new CountDownLatch(1);
  private final List<Lane> lanes = new ArrayList<>();
  private final AtomicLong cursor = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile Phase phase = Phase.RAMP;
  private volatile String provider = "";

  Round(Workload workload, int workers) {
    this.workload = workload;
    preparing = new CountDownLatch(workers);
  }

  /** What is to be done. */
  public Workload workload() {
    return workload;
  }

  /** A new lane, for one thread at a time, with latencies to 0.1 per cent. */
  public Lane newLane() {
    return newLane(PRECISE_DIGITS);
  }

  /**
   * A new lane for one of very many threads: latencies to 1 per cent, in an eighth of the memory.
   */
  public Lane newSmallLane() {
    return newLane(COARSE_DIGITS);
  }

  private Lane newLane(int digits) {
    synchronized (lanes) {
      Lane lane = new Lane(this, digits, lanes.size());
      lanes.add(lane);
      return lane;
    }
  }

  /** Tells what is really in use, such as the name of a device's provider. */
  public void inUse(String what) {
    provider = what;
  }

  /**
   * Called by each worker when its files are open and its memory is there; waits for the others.
   */
  public void arrive() throws InterruptedException {
    preparing.countDown();
    start.await();
  }

  /** Whether no further operation is to be begun. */
  public boolean isOver() {
    return phase == Phase.OVER;
  }

  boolean isMeasured() {
    return phase == Phase.MEASURED;
  }

  /** The number of the next block of a sequential pattern. */
  long nextInSequence() {
    return cursor.getAndIncrement() % workload.blocks();
  }

  // --- the harness's side ---

  /** Waits until all workers are ready, or one has failed, and lets them begin. */
  void begin() throws InterruptedException {
    preparing.await();
    start.countDown();
  }

  void measureFromNow() {
    phase = Phase.MEASURED;
  }

  void endNow() {
    phase = Phase.OVER;
  }

  /** A worker cannot go on: the round ends at once. */
  void fail(Throwable cause) {
    if (!failure.compareAndSet(null, cause)) {
      return;
    }
    phase = Phase.OVER;
    start.countDown();
    while (preparing.getCount() > 0) {
      preparing.countDown();
    }
  }

  @Nullable Throwable failure() {
    return failure.get();
  }

  String provider() {
    return provider;
  }

  /** What all lanes saw; to be asked when no worker runs any more. */
  Histogram latencies() {
    Histogram sum = Lane.newHistogram(PRECISE_DIGITS);
    synchronized (lanes) {
      lanes.forEach(each -> sum.add(each.histogram()));
    }
    return sum;
  }

  long errors() {
    synchronized (lanes) {
      return lanes.stream().mapToLong(Lane::errors).sum();
    }
  }

  String firstError() {
    synchronized (lanes) {
      return lanes.stream()
          .map(Lane::firstError)
          .filter(each -> !each.isEmpty())
          .findFirst()
          .orElse("");
    }
  }
}
