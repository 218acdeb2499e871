package io.penstock.testkit.simulation;

import io.penstock.testkit.Dice;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * Which faults a simulated device has, when each strikes, and how often it has. Every kind has dice
 * of its own, which are thrown whether the kind is wanted or not: leaving one out does not change
 * when the others strike. Thread-safe.
 */
public final class FaultPlan {
  private final Set<FaultKind> wanted;
  private final Map<FaultKind, Dice> dice = new EnumMap<>(FaultKind.class);
  private final long[] hits = new long[FaultKind.values().length];
  private boolean paused;

  private FaultPlan(long seed, Set<FaultKind> wanted) {
    this.wanted = wanted;
    for (FaultKind each : FaultKind.values()) {
      dice.put(each, Dice.of(seed, 1000 + each.ordinal()));
    }
  }

  /** Nothing goes wrong. */
  public static FaultPlan none() {
    return new FaultPlan(0, EnumSet.noneOf(FaultKind.class));
  }

  /** Faults of these kinds, as the seed says. */
  public static FaultPlan of(long seed, Set<FaultKind> kinds) {
    Set<FaultKind> copy = EnumSet.noneOf(FaultKind.class);
    copy.addAll(kinds);
    return new FaultPlan(seed, copy);
  }

  /** Whether a kind is wanted, and nobody has {@linkplain #pause paused} it. */
  public synchronized boolean has(FaultKind kind) {
    return wanted.contains(kind) && !paused;
  }

  /** Until told otherwise nothing new goes wrong: for whoever looks at what is there. */
  public synchronized void pause(boolean value) {
    paused = value;
  }

  /** Throws the dice of a kind; whether it strikes this time. */
  synchronized boolean strikes(FaultKind kind) {
    boolean thrown = dice(kind).oneIn(kind.oneIn());
    return thrown && has(kind);
  }

  /** The dice of a kind. */
  Dice dice(FaultKind kind) {
    Dice own = dice.get(kind);
    assert own != null;
    return own;
  }

  /** It has struck. */
  synchronized void hit(FaultKind kind) {
    hits[kind.ordinal()]++;
  }

  /** How often a kind has struck. */
  public synchronized long hits(FaultKind kind) {
    return hits[kind.ordinal()];
  }

  /** How often each kind has struck, by {@link FaultKind#ordinal()}; a copy. */
  public synchronized long[] hits() {
    return hits.clone();
  }

  @Override
  public String toString() {
    return "faults " + wanted;
  }
}
