package io.penstock.core.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.races.OfRule;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A thread takes a buffer of a pool while another takes two and gives the first of them back:
 * nobody has another one's (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(
    id = "2, 3",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the first thread has the one on top, taken before or given back since")
@Outcome(id = "1, 3", expect = ACCEPTABLE, desc = "it came between: the next")
@Outcome(id = "0, 3", expect = ACCEPTABLE_INTERESTING, desc = "it came between: the last")
@Outcome(expect = FORBIDDEN, desc = "a buffer is lent twice, or is lost")
@State
public class BufferComesBackMeanwhile {

  private final IdleStack stack = new IdleStack();
  private PoolSlot kept;
  private PoolSlot taken;

  public BufferComesBackMeanwhile() {
    IdleBuffers.fill(stack, 3);
  }

  @Actor
  public void taker(II_Result r) {
    taken = stack.pop();
    r.r1 = taken.index;
  }

  @Actor
  public void giver() {
    PoolSlot top = stack.pop();
    kept = stack.pop();
    stack.push(top);
  }

  /** Counts how many different buffers there are, with those that are still idle. */
  @Arbiter
  public void count(II_Result r) {
    Set<PoolSlot> all = new HashSet<>(List.of(kept));
    int lent = all.add(taken) ? 2 : 0;
    for (PoolSlot idle = stack.pop(); idle != null; idle = stack.pop()) {
      lent += all.add(idle) ? 1 : -10;
    }
    r.r2 = lent;
  }
}
