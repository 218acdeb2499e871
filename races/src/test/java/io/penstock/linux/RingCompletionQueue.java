package io.penstock.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.linux.abi.SharedQueues;
import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The kernel delivers completions while the ring takes them: each whole, and none twice or over
 * another. The queues go on from one state to the next (CMP-8, CMP-10).
 */
@OfRule({"CMP-8", "CMP-10"})
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE_INTERESTING, desc = "one was delivered and one was taken")
@Outcome(
    id = "1, 0",
    expect = ACCEPTABLE_INTERESTING,
    desc = "one was delivered, and is taken later")
@Outcome(
    id = "0, 1",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the queue was full, and one was taken")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the ring was slow")
@Outcome(
    expect = FORBIDDEN,
    desc = "the ring has seen a completion that was not there yet, or another in its place")
@State
public class RingCompletionQueue {

  private static final SharedQueues QUEUES = new SharedQueues();
  private static final Ring RING = QueuedRing.over(QUEUES);

  /** Of the kernel's thread, and of the ring's. */
  private static int delivered;

  private static int taken;

  @Actor
  public void kernel(II_Result r) {
    if (delivered - QUEUES.completionHead() < SharedQueues.COMPLETIONS) {
      QUEUES.complete(delivered, delivered, delivered);
      delivered++;
      r.r1 = 1;
    }
  }

  @Actor
  public void ring(II_Result r) {
    if (RING.ready() > 0) {
      r.r2 = RING.userData() == taken && RING.result() == taken ? 1 : -1;
      taken++;
      RING.take();
      RING.giveBack();
    }
  }
}
