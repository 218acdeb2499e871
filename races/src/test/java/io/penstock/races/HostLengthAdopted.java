package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.FileState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/**
 * The length that the host tells is taken over while a write extends the file: the write's size
 * stays (FILE-6).
 */
@OfRule("FILE-6")
@JCStressTest
@Outcome(
    id = "true, 200",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the host was believed before the write began")
@Outcome(id = "false, 200", expect = ACCEPTABLE_INTERESTING, desc = "the write was noticed")
@Outcome(expect = FORBIDDEN, desc = "an old length has hidden what was written")
@State
public class HostLengthAdopted {

  private final FileState state = FileState.shared(100);

  @Actor
  public void writer() {
    state.beginExtending();
    state.extendTo(200);
    state.endExtending();
  }

  /** The host told 50 before the write changed its mind. */
  @Actor
  public void opener(ZJ_Result r) {
    long stamp = state.unextended();
    long before = state.size();
    r.r1 = before == 100 && state.adopt(50, stamp, before);
  }

  @Arbiter
  public void look(ZJ_Result r) {
    r.r2 = state.size();
  }
}
