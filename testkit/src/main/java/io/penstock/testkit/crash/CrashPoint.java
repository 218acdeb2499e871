package io.penstock.testkit.crash;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The moment of a crash, as the workload has noted it: what it had begun by then, and what it had
 * been told is durable. Immutable during a check.
 */
public final class CrashPoint {
  private final int number;
  private final List<Object> begun;
  private final Set<Object> acknowledged;

  CrashPoint(int number, List<Object> begun, Set<Object> acknowledged) {
    this.number = number;
    this.begun = Collections.unmodifiableList(begun);
    this.acknowledged = Collections.unmodifiableSet(acknowledged);
  }

  /** Its number in the log, from 1. */
  public int number() {
    return number;
  }

  /** What the workload had begun, in that order: all that can be found in the image. */
  public List<Object> begun() {
    return begun;
  }

  /** What the workload had been told is durable: all that must be found. In that order. */
  public Set<Object> acknowledged() {
    return acknowledged;
  }

  /** Those of {@link #begun()} that are of one class. */
  public <T> List<T> begun(Class<T> kind) {
    return begun.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Those of {@link #acknowledged()} that are of one class. */
  public <T> List<T> acknowledged(Class<T> kind) {
    return acknowledged.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  @Override
  public String toString() {
    return "crash point " + number;
  }
}
