package io.penstock.core.walk;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** A request is cancelled while it ends and is used again: the next use goes on (CMP-11). */
@OfRule("CMP-11")
@JCStressTest
@Outcome(id = "true, false", expect = ACCEPTABLE_INTERESTING, desc = "the wish came in time")
@Outcome(id = "false, false", expect = ACCEPTABLE_INTERESTING, desc = "the wish came too late")
@Outcome(expect = FORBIDDEN, desc = "the next use is cancelled")
@State
public class LateCancel {

  private final StopControl control = new StopControl();
  private final long generation;

  public LateCancel() {
    control.begin();
    generation = control.generation();
  }

  @Actor
  public void user() {
    control.end();
    control.begin();
  }

  @Actor
  public void canceller(ZZ_Result r) {
    r.r1 = control.request(generation, StopControl.CANCELLED);
  }

  @Arbiter
  public void nextUse(ZZ_Result r) {
    r.r2 = control.isStopRequested() || control.generation() != generation + 1;
  }
}
