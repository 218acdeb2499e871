package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.BlockExclusion;
import io.penstock.core.file.FileState;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLLL_Result;

/** Two writes touch one block in part: never at the same time, and nobody is forgotten (ZERO-6). */
@OfRule("ZERO-6")
@JCStressTest
@Outcome(
    id = "false, false, 2, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "one came after the other had let go")
@Outcome(
    id = "true, false, 2, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the first thread waited for the second")
@Outcome(
    id = "false, true, 2, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the second thread waited for the first")
@Outcome(expect = FORBIDDEN, desc = "both touched the block at once, or one waits for ever")
@State
public class SubBlockWritersExclude {

  private final BlockExclusion exclusion = FileState.shared(0).withoutClaims().exclusion();
  private final Turn turn = new Turn();

  @Actor
  public void first(LLLL_Result r) {
    r.r1 = write(new BlockClaim().set(0, 0, BlockClaim.NONE, true, false));
  }

  @Actor
  public void second(LLLL_Result r) {
    r.r2 = write(new BlockClaim().set(0, 0, BlockClaim.NONE, false, true));
  }

  /** Returns whether it had to wait. */
  private boolean write(BlockClaim claim) {
    Pause.sometimes();
    if (!exclusion.acquire(claim, () -> touch(claim))) {
      return true;
    }
    touch(claim);
    return false;
  }

  private void touch(BlockClaim claim) {
    turn.begin();
    Pause.sometimes();
    turn.end();
    exclusion.release(claim);
  }

  @Arbiter
  public void count(LLLL_Result r) {
    r.r3 = turn.done();
    r.r4 = turn.wasShared() || !exclusion.isIdle();
  }
}
