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
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A buffer beyond the budget of a pool is given back while a thread takes one that idle buffers
 * make room for: it does not wait (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(id = "4096, false", expect = ACCEPTABLE_INTERESTING, desc = "it had one")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever")
@State
public class BufferBeyondBudgetGivenBack {

  private final BufferPool pool = new BufferPool("race", 8192, false);
  private final PooledBuffer beyond;
  private final NightWatch watch = new NightWatch();

  public BufferBeyondBudgetGivenBack() {
    PooledBuffer all = pool.take(8192);
    beyond = pool.takeNow(8192);
    all.close();
  }

  @Actor
  public void taker(IZ_Result r) {
    Pause.sometimes();
    watch.begin();
    PooledBuffer buffer = pool.take(4096);
    r.r2 = watch.end();
    r.r1 = (int) buffer.segment().byteSize();
    buffer.close();
  }

  @Actor
  public void giver() {
    Pause.sometimes();
    beyond.close();
    watch.wakerIsDone();
  }

  @Arbiter
  public void close() {
    pool.close();
  }
}
