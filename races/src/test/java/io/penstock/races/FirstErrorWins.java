package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.FirstError;
import java.io.IOException;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two bios fail at the same time: one error is the first, the other is attached to it (CMP-2). */
@OfRule("CMP-2")
@JCStressTest
@Outcome(id = "first, second", expect = ACCEPTABLE_INTERESTING, desc = "the first error won")
@Outcome(id = "second, first", expect = ACCEPTABLE_INTERESTING, desc = "the second error won")
@Outcome(expect = FORBIDDEN, desc = "an error was lost, or is there twice")
@State
public class FirstErrorWins {

  private final FirstError error = new FirstError();
  private final IOException first = new IOException("first");
  private final IOException second = new IOException("second");

  @Actor
  public void first() {
    error.add(first);
  }

  @Actor
  public void second() {
    error.add(second);
  }

  @Arbiter
  public void look(LL_Result r) {
    IOException winner = error.get();
    r.r1 = winner == null ? "none" : winner.getMessage();
    Throwable[] others = winner == null ? new Throwable[0] : winner.getSuppressed();
    r.r2 = others.length == 1 ? others[0].getMessage() : others.length + " others";
  }
}
