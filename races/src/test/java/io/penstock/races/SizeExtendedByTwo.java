package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.FileState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** Two writes extend a file: the larger size stays (ADM-8). */
@OfRule("ADM-8")
@JCStressTest
@Outcome(id = "200", expect = ACCEPTABLE_INTERESTING, desc = "the larger size")
@Outcome(expect = FORBIDDEN, desc = "the smaller size came last")
@State
public class SizeExtendedByTwo {

  private final FileState state = FileState.shared(0);

  @Actor
  public void shorter() {
    state.extendTo(100);
  }

  @Actor
  public void longer() {
    state.extendTo(200);
  }

  @Arbiter
  public void look(J_Result r) {
    r.r1 = state.size();
  }
}
