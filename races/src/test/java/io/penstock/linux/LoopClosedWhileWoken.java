package io.penstock.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.linux.abi.EventFd;
import io.penstock.linux.abi.RingFailure;
import io.penstock.races.OfRule;
import io.penstock.races.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/**
 * A loop wakes by itself, runs a task and is closed, while who handed the task over is still about
 * to wake it: no other descriptor is signalled (MEM-4, CMP-9).
 */
@OfRule({"MEM-4", "CMP-9"})
@JCStressTest
@Outcome(
    id = "false, true",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it slept when it was to be woken")
@Outcome(id = "false, false", expect = ACCEPTABLE_INTERESTING, desc = "it was awake")
@Outcome(expect = FORBIDDEN, desc = "the signal went to a descriptor opened later")
@State
public class LoopClosedWhileWoken {

  /** Short, so that it wakes by itself before the signal comes. */
  private static final long SHORT_NANOS = 20_000;

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
    try {
      try (RingLoop loop = RingLoop.open(RingOptions.ofDepth(8), RingGate.KERNEL, false)) {
        driven = loop;
        while (!ran) {
          loop.turn(1, SHORT_NANOS);
        }
      }
      // these get the numbers of the descriptors that were just closed
      try (EventFd first = EventFd.open();
          EventFd second = EventFd.open()) {
        Pause.until(() -> handedOver);
        r.r1 = isSignalled(first) || isSignalled(second);
      }
    } catch (RingFailure none) {
      throw new IllegalStateException("this race needs io_uring", none);
    }
  }

  private static boolean isSignalled(EventFd event) {
    try {
      String told = Files.readString(Path.of("/proc/self/fdinfo/" + event.fd()));
      return told.matches("(?s).*eventfd-count:\\s+[1-9a-f].*");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
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
