package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.References;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Two ends of bios, the submitter gone: one of them completes the request (CMP-8). */
@OfRule("CMP-8")
@JCStressTest
@Outcome(
    id = "LAST, SUBMITTER_LEFT",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the first thread completes it")
@Outcome(
    id = "SUBMITTER_LEFT, LAST",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the second thread completes it")
@Outcome(expect = FORBIDDEN, desc = "completed twice, or never")
@State
public class LastTwoBios {

  private final References references = new References();

  public LastTwoBios() {
    references.start();
    references.take(2);
    references.dropSubmitter();
  }

  @Actor
  public void first(LL_Result r) {
    r.r1 = references.dropBio(1);
  }

  @Actor
  public void second(LL_Result r) {
    r.r2 = references.dropBio(1);
  }
}
