package io.penstock.core.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.races.OfRule;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * A request leaves a frozen file, which is thawed, entered by another request and closed: close
 * waits for that one (ADM-10).
 */
@OfRule("ADM-10")
@JCStressTest
@Outcome(id = "0, 1", expect = ACCEPTABLE_INTERESTING, desc = "close waited for the second request")
@Outcome(expect = FORBIDDEN, desc = "close was told too early, or never")
@State
public class CloseAfterThaw {

  private final InFlightGate gate = new InFlightGate();
  private final AtomicInteger told = new AtomicInteger();

  public CloseAfterThaw() {
    gate.enter(null);
  }

  @Actor
  public void firstRequest() {
    gate.leave();
  }

  @Actor
  public void others() {
    gate.freeze();
    gate.thaw();
    gate.enter(null);
    gate.close();
    gate.whenIdle(told::incrementAndGet);
  }

  @Arbiter
  public void secondRequest(II_Result r) {
    r.r1 = told.get();
    gate.leave();
    r.r2 = told.get();
  }
}
