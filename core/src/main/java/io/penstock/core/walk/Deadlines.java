package io.penstock.core.walk;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The one timer thread behind request timeouts (CMP-11), made when the first request with a timeout
 * is submitted.
 */
final class Deadlines {
  private static final ScheduledThreadPoolExecutor TIMER = timer();

  private Deadlines() {}

  private static ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1, task -> Thread.ofPlatform().daemon().name("penstock-deadlines").unstarted(task));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** Cancels that use of the request with ETIMEDOUT when the time has passed. */
  static Future<?> schedule(RequestWalk request, long generation, long nanos) {
    return TIMER.schedule(() -> request.expire(generation), nanos, TimeUnit.NANOSECONDS);
  }
}
