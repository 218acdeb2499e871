package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZZ_Result;

/**
 * A thread waits for a buffer of a pool whose budget is used up, while another gives one back
 * (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(id = "4096, false, true", expect = ACCEPTABLE_INTERESTING, desc = "it slept and was woken")
@Outcome(
    id = "4096, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the buffer was there before it slept")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever")
@State
public class PoolWaiterWoken {

  private final BufferPool pool = new BufferPool("race", 4096, false);
  private final PooledBuffer lent = pool.take(4096);
  private final NightWatch watch = new NightWatch();

  @Actor
  public void waiter(IZZ_Result r) {
    Pause.sometimes();
    watch.begin();
    PooledBuffer buffer = pool.take(4096);
    r.r2 = watch.end();
    r.r1 = (int) buffer.segment().byteSize();
    buffer.close();
  }

  @Actor
  public void giver(IZZ_Result r) {
    Pause.sometimes();
    r.r3 = watch.isAsleep();
    lent.close();
    watch.wakerIsDone();
  }

  @Arbiter
  public void close() {
    pool.close();
  }
}
