package io.penstock.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.linux.abi.RingEntry;
import io.penstock.linux.abi.SharedQueues;
import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A ring hands operations over to the kernel, whose thread takes them: each whole, and none twice
 * or over another. The queues go on from one state to the next (BIO-7, CMP-8).
 */
@OfRule({"BIO-7", "CMP-8"})
@JCStressTest
@Outcome(
    id = "1, 1",
    expect = ACCEPTABLE_INTERESTING,
    desc = "one was handed over and one was taken")
@Outcome(
    id = "1, 0",
    expect = ACCEPTABLE_INTERESTING,
    desc = "one was handed over, and is taken later")
@Outcome(
    id = "0, 1",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the queue was full, and one was taken")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the kernel was slow")
@Outcome(
    expect = FORBIDDEN,
    desc = "the kernel has seen an operation that was not filled yet, or was filled again")
@State
public class RingSubmissionQueue {

  private static final SharedQueues QUEUES = new SharedQueues();
  private static final Ring RING = QueuedRing.over(QUEUES);

  /** Of the ring's thread, and of the kernel's. */
  private static int handedOver;

  private static int taken;

  @Actor
  public void ring(II_Result r) {
    if (RING.hasRoom(1)) {
      long number = handedOver++;
      RING.add(RingEntry.OP_NOP, 0, 0, number, number, 0, 0, 0, number);
      r.r1 = 1 + RING.submit();
    }
  }

  @Actor
  public void kernel(II_Result r) {
    if (QUEUES.submissionTail() != taken) {
      r.r2 = QUEUES.isEntry(taken, taken) ? 1 : -1;
      QUEUES.submissionHead(++taken);
    }
  }
}
