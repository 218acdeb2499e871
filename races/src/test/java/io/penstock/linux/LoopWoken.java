package io.penstock.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.linux.abi.RingFailure;
import io.penstock.races.OfRule;
import io.penstock.races.Pause;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A loop falls asleep in the kernel while a task is handed over to it: it is woken, or does not
 * fall asleep (CMP-9, BIO-7).
 */
@OfRule({"CMP-9", "BIO-7"})
@JCStressTest
@Outcome(id = "false, true", expect = ACCEPTABLE_INTERESTING, desc = "it slept and was woken")
@Outcome(
    id = "false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it found the task before it slept")
@Outcome(expect = FORBIDDEN, desc = "it slept until its time was over")
@State
public class LoopWoken {

  private static final long LONG_NANOS = 4_000_000_000L;
  private static final VarHandle ASLEEP;

  static {
    try {
      ASLEEP =
          MethodHandles.privateLookupIn(RingLoop.class, MethodHandles.lookup())
              .findVarHandle(RingLoop.class, "asleep", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile RingLoop driven;
  private volatile boolean ran;
  private volatile boolean handedOver;

  @Actor
  public void loop(ZZ_Result r) {
    try (RingLoop loop = RingLoop.open(RingOptions.ofDepth(8), RingGate.KERNEL, false)) {
      driven = loop;
      while (!ran) {
        long begun = System.nanoTime();
        loop.turn(1, LONG_NANOS);
        r.r1 |= System.nanoTime() - begun >= LONG_NANOS;
      }
      Pause.until(() -> handedOver);
    } catch (RingFailure none) {
      driven = null;
      throw new IllegalStateException("this race needs io_uring", none);
    }
  }

  @Actor
  public void submitter(ZZ_Result r) {
    Pause.until(() -> driven != null);
    Pause.sometimes();
    r.r2 = (boolean) ASLEEP.getVolatile(driven);
    driven.execute(() -> ran = true);
    handedOver = true;
  }
}
