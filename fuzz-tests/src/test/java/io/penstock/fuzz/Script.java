package io.penstock.fuzz;

import io.penstock.testkit.fuzz.FuzzInput;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * The decisions of one episode, taken from the fuzzer's bytes; zeros, and so the end of the bytes,
 * mean good behaviour. Thread-safe: devices and executors decide too.
 */
public final class Script {
  /** What can go wrong; each episode has some of it. */
  public enum Vice {
    MAPPER_ANSWERS,
    MAPPER_THROWS,
    MAPPER_CALLS_BACK,
    DEVICE_FAILS,
    DEVICE_THROWS,
    DEVICE_TWICE,
    DEVICE_LATE,
    DEVICE_LIMITS,
    DEVICE_SIZE,
    DEVICE_OBJECTS,
    HOOKS_THROW,
    SUBMIT_HOOK,
    MEMORY_SOURCE,
    EXECUTOR,
    CANCELS,
    WARNINGS_THROW
  }

  private final FuzzInput input;
  private final int vices;
  private final Set<Throwable> all = Collections.newSetFromMap(new IdentityHashMap<>());

  /** Decisions from these bytes; the first two choose the vices. */
  public Script(FuzzInput input) {
    this.input = input;
    vices = input.next() | input.next() << 8;
  }

  boolean has(Vice vice) {
    return (vices & 1 << vice.ordinal()) != 0;
  }

  /** Whether to give in to a vice this time. */
  synchronized boolean indulges(Vice vice) {
    return has(vice) && input.oneIn(3);
  }

  synchronized int below(int bound) {
    return input.below(bound);
  }

  synchronized boolean oneIn(int n) {
    return input.oneIn(n);
  }

  synchronized long number() {
    return input.number();
  }

  /** Throws something, of any kind that needs no declaration. */
  void throwSomething(String who) {
    switch (below(6)) {
      case 0 -> throw own(new IllegalStateException(who + " is in no state for that"));
      case 1 -> throw own(new NullPointerException());
      case 2 -> throw own(new StackOverflowError(who + " went too deep"));
      case 3 -> throw own(new OutOfMemoryError(who + " has no memory"));
      case 4 -> throw own(new AssertionError(who + " asserts"));
      default -> throw own(new ClassCastException(who));
    }
  }

  private synchronized <T extends Throwable> T own(T thrown) {
    all.add(thrown);
    return thrown;
  }

  /** Whether the script itself threw this. */
  public synchronized boolean isOwn(Throwable thrown) {
    return all.contains(thrown);
  }
}
