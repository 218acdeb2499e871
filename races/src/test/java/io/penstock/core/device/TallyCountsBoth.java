package io.penstock.core.device;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** Two threads add to the counters of a device: nothing is lost (BIO-10). */
@OfRule("BIO-10")
@JCStressTest
@Outcome(id = "1536, 3", expect = ACCEPTABLE_INTERESTING, desc = "both were counted")
@Outcome(expect = FORBIDDEN, desc = "an addition was lost")
@State
public class TallyCountsBoth {

  private final Tally tally = new Tally();

  @Actor
  public void first() {
    tally.add(512, 1);
  }

  @Actor
  public void second() {
    tally.add(1024, 2);
  }

  @Arbiter
  public void sum(JJ_Result r) {
    r.r1 = tally.bytes();
    r.r2 = tally.operations();
  }
}
