package io.penstock.testkit.simulation;

import io.penstock.testkit.Pattern;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Time that passes only when it is told to: a queue of events, each at its nanosecond, run one
 * after the other by whoever calls {@link #runNext}. Events of the same nanosecond run in the order
 * in which they were asked for.
 *
 * <p>Keeps a {@linkplain #trace() trace} of all that happened, by which two runs can be compared.
 * Thread-safe; events run on the thread that runs them.
 */
public final class VirtualClock {
  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long sequence;
  private long trace;
  private long ran;

  /** A clock that stands at 0. */
  public VirtualClock() {}

  /** Nanoseconds that have passed. */
  public synchronized long now() {
    return now;
  }

  /** Has {@code event} run so many nanoseconds from now, 0 or more. */
  public synchronized void after(long nanos, Runnable event) {
    if (nanos < 0) {
      throw new IllegalArgumentException("delay of " + nanos + " ns is negative; time goes on");
    }
    events.add(new Event(now + nanos, sequence++, event));
  }

  /**
   * Lets time pass up to the next event and runs it.
   *
   * @return false when there is none
   */
  public boolean runNext() {
    Event event = take();
    if (event == null) {
      return false;
    }
    event.action.run();
    return true;
  }

  private synchronized @Nullable Event take() {
    Event event = events.poll();
    if (event != null) {
      now = event.time;
      ran++;
      note(event.time, event.sequence);
    }
    return event;
  }

  /** Runs events until there is none. Answers how many there were. */
  public long runUntilIdle() {
    long count = 0;
    while (runNext()) {
      count++;
    }
    return count;
  }

  /** Whether no event is left. */
  public synchronized boolean isIdle() {
    return events.isEmpty();
  }

  /** Events that have run. */
  public synchronized long events() {
    return ran;
  }

  /** Adds what happened to the trace. */
  public synchronized void note(long... what) {
    for (long each : what) {
      trace = Pattern.mix(trace * 31 + each + 1);
    }
  }

  /** A number that is the same for two runs in which the same happened at the same times. */
  public synchronized long trace() {
    return trace;
  }

  @Override
  public synchronized String toString() {
    return now + " ns, " + events.size() + " events to come";
  }

  private record Event(long time, long sequence, Runnable action) implements Comparable<Event> {
    @Override
    public int compareTo(Event other) {
      int order = Long.compare(time, other.time);
      return order != 0 ? order : Long.compare(sequence, other.sequence);
    }
  }
}
