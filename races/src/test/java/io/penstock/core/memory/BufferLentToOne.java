package io.penstock.core.memory;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads take the last idle buffer of a pool: one of them has it (MEM-4). */
@OfRule("MEM-4")
@JCStressTest
@Outcome(id = "0, -1", expect = ACCEPTABLE_INTERESTING, desc = "the first thread has it")
@Outcome(id = "-1, 0", expect = ACCEPTABLE_INTERESTING, desc = "the second thread has it")
@Outcome(expect = FORBIDDEN, desc = "both have it, or it is lost")
@State
public class BufferLentToOne {

  private final IdleStack stack = new IdleStack();

  public BufferLentToOne() {
    IdleBuffers.fill(stack, 1);
  }

  @Actor
  public void first(II_Result r) {
    r.r1 = IdleBuffers.pop(stack);
  }

  @Actor
  public void second(II_Result r) {
    r.r2 = IdleBuffers.pop(stack);
  }
}
