package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.References;
import io.penstock.core.completion.References.Drop;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * The submitter and the end of the last bio drop their references: one of them has the last
 * (CMP-8).
 */
@OfRule("CMP-8")
@JCStressTest
@Outcome(
    id = "true, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the submitter completes the request")
@Outcome(
    id = "false, true",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the device's thread completes the request")
@Outcome(expect = FORBIDDEN, desc = "completed twice, or never")
@State
public class LastReferenceDrop {

  private final References references = new References();

  public LastReferenceDrop() {
    references.start();
    references.take(1);
  }

  @Actor
  public void submitter(ZZ_Result r) {
    r.r1 = references.dropSubmitter();
  }

  @Actor
  public void device(ZZ_Result r) {
    r.r2 = references.dropBio(1) == Drop.LAST;
  }
}
