package io.penstock.core.device;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Devices that one thread drives by itself: it opens them, submits to them, and calls {@link #poll}
 * or {@link #await} to have operations begun and completions delivered. For storage engines that
 * run their own loops; made by {@link DeviceProvider#newLoop(int)}.
 *
 * <p><b>Confined.</b> All methods but {@link #wakeUp} are for the thread that made the loop, which
 * must be a platform thread; any other gets a {@link WrongThreadException}. Other threads may
 * submit to its devices, less cheaply: it is begun when the loop's thread polls or awaits next.
 * Synchronous requests do not use the loop. Handlers run in {@link #poll} and {@link #await}; they
 * may submit, and must not wait.
 *
 * <p>Submissions are collected until the next {@link #poll} or {@link #await} and then begun
 * together.
 */
public interface ConfinedLoop extends AutoCloseable {

  /**
   * Opens a file or block device of this loop, as {@link DeviceProvider#open}. The caller closes it
   * before the loop.
   */
  HostDevice open(Path path, OpenMode mode) throws IOException;

  /**
   * Begins what was submitted and delivers what is completed, without waiting.
   *
   * @return operations whose completion was delivered
   */
  int poll();

  /**
   * Begins what was submitted, waits until at least so many operations are completed or the time
   * has passed, and delivers them. With fewer in flight it waits for those only. An interrupt does
   * not end the wait; {@link #wakeUp} does.
   *
   * @param atLeast operations to wait for; 0 for none
   * @param timeoutNanos nanoseconds to wait at most; {@link Long#MAX_VALUE} for no bound
   * @return operations whose completion was delivered
   */
  int await(int atLeast, long timeoutNanos);

  /** Waits without a bound for at least one completion, if anything is in flight. */
  default int await() {
    return await(1, Long.MAX_VALUE);
  }

  /**
   * As {@link #await(int, long)} for one operation, but waits also with nothing in flight: for
   * submissions of other threads, or {@link #wakeUp}.
   *
   * @return operations whose completion was delivered
   */
  int park(long timeoutNanos);

  /**
   * Has the present {@link #await} or {@link #park}, or else the next one, end its wait. Any thread
   * may call it.
   */
  void wakeUp();

  /** Operations submitted and not completed. */
  int inFlight();

  /**
   * Waits for what is in flight, delivers it, and releases the loop. Its devices must not be used
   * any more. Idempotent.
   */
  @Override
  void close();
}
