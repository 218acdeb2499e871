package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.References;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LI_Result;

/** A walk sends one more bio while an earlier one ends: no reference is lost (CMP-8). */
@OfRule("CMP-8")
@JCStressTest
@Outcome(
    id = "NOT_LAST, 2",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the end came after the next bio was counted")
@Outcome(id = "SUBMITTER_LEFT, 2", expect = ACCEPTABLE_INTERESTING, desc = "the end came before")
@Outcome(expect = FORBIDDEN, desc = "a reference was lost, or is left over")
@State
public class ReferencesTakenMeanwhile {

  private final References references = new References();

  public ReferencesTakenMeanwhile() {
    references.start();
    references.take(1);
  }

  @Actor
  public void submitter() {
    references.take(1);
  }

  @Actor
  public void device(LI_Result r) {
    r.r1 = references.dropBio(0);
  }

  @Arbiter
  public void count(LI_Result r) {
    r.r2 = references.count();
  }
}
