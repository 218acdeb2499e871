package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.RequestLock;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/** A thread waits for the lock of a file while another lets it go: it has it then (ADM-11). */
@OfRule("ADM-11")
@JCStressTest
@Outcome(id = "true, false, true", expect = ACCEPTABLE_INTERESTING, desc = "it slept and was woken")
@Outcome(
    id = "true, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the lock was free before it slept")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever, or nobody has the lock")
@State
public class LockWaiterWoken {

  private final RequestLock lock = new RequestLock();
  private final NightWatch watch = new NightWatch();

  public LockWaiterWoken() {
    lock.tryAcquire();
  }

  @Actor
  public void waiter(ZZZ_Result r) {
    watch.begin();
    lock.acquire();
    r.r2 = watch.end();
    r.r1 = lock.isHeld();
  }

  @Actor
  public void holder(ZZZ_Result r) {
    Pause.sometimes();
    r.r3 = watch.isAsleep();
    lock.release();
    watch.wakerIsDone();
  }
}
