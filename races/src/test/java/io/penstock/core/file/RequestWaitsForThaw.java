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
import org.openjdk.jcstress.infra.results.LI_Result;

/**
 * A request comes to a frozen file while it is thawed: it is let in at once or told later (ADM-10).
 */
@OfRule("ADM-10")
@JCStressTest
@Outcome(id = "WAITING, 1", expect = ACCEPTABLE_INTERESTING, desc = "it waited, and was told once")
@Outcome(id = "ENTERED, 0", expect = ACCEPTABLE_INTERESTING, desc = "it came after the thaw")
@Outcome(expect = FORBIDDEN, desc = "it waits for ever, or was told more than once")
@State
public class RequestWaitsForThaw {

  private final InFlightGate gate = new InFlightGate();
  private final AtomicInteger told = new AtomicInteger();

  public RequestWaitsForThaw() {
    gate.freeze();
  }

  @Actor
  public void request(LI_Result r) {
    r.r1 = gate.enter(told::incrementAndGet);
  }

  @Actor
  public void truncate() {
    gate.thaw();
  }

  @Arbiter
  public void count(LI_Result r) {
    r.r2 = told.get();
  }
}
