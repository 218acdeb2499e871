package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.References;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZL_Result;

/**
 * A walk pauses while the bio that it waits for ends: it goes on by itself, or is told to (BIO-6,
 * CMP-8).
 */
@OfRule({"BIO-6", "CMP-8"})
@JCStressTest
@Outcome(
    id = "true, RESUME",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it paused first, and the end of the bio resumes it")
@Outcome(
    id = "false, SUBMITTER_LEFT",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the bio ended first, and it goes on")
@Outcome(expect = FORBIDDEN, desc = "nobody goes on, or two do")
@State
public class PausedWalkGoesOn {

  private final References references = new References();

  public PausedWalkGoesOn() {
    references.start();
    references.take(1);
  }

  @Actor
  public void walk(ZL_Result r) {
    r.r1 = references.suspendUnless(1);
  }

  @Actor
  public void device(ZL_Result r) {
    r.r2 = references.dropBio(1);
  }
}
