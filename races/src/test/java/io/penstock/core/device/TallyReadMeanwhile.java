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

/**
 * The counters of a device are read while a thread adds to them: each addition is seen whole, and
 * counted once (BIO-10).
 */
@OfRule("BIO-10")
@JCStressTest
@Outcome(id = "0, 1024", expect = ACCEPTABLE_INTERESTING, desc = "read before the second addition")
@Outcome(id = "512, 1024", expect = ACCEPTABLE_INTERESTING, desc = "read after it")
@Outcome(expect = FORBIDDEN, desc = "an addition was lost, or counted twice")
@State
public class TallyReadMeanwhile {

  private final Tally tally = new Tally();

  public TallyReadMeanwhile() {
    tally.add(512, 1);
  }

  @Actor
  public void adder() {
    tally.add(512, 1);
  }

  @Actor
  public void reader(JJ_Result r) {
    r.r1 = tally.bytes() - 512;
  }

  @Arbiter
  public void sum(JJ_Result r) {
    r.r2 = tally.bytes();
  }
}
