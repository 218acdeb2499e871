package io.penstock.core.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.InFlightGate.Entry;
import io.penstock.races.OfRule;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LIZ_Result;

/**
 * A file is closed while a request comes: the request is refused, or close is told when it has left
 * (ADM-10).
 */
@OfRule("ADM-10")
@JCStressTest
@Outcome(
    id = "ENTERED, 1, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "close was told, after the request had left")
@Outcome(id = "CLOSED, 1, false", expect = ACCEPTABLE_INTERESTING, desc = "the request was refused")
@Outcome(expect = FORBIDDEN, desc = "close was told too early, twice, or never")
@State
public class CloseAgainstRequest {

  private final InFlightGate gate = new InFlightGate();
  private final AtomicInteger told = new AtomicInteger();
  private volatile boolean inside;
  private volatile boolean early;

  @Actor
  public void request(LIZ_Result r) {
    Entry entry = gate.enter(null);
    r.r1 = entry;
    if (entry == Entry.ENTERED) {
      inside = true;
      gate.leaveMapped();
      inside = false;
      gate.leaveOpen();
    }
  }

  @Actor
  public void close() {
    gate.close();
    gate.whenIdle(this::idle);
  }

  private void idle() {
    early = inside;
    told.incrementAndGet();
  }

  @Arbiter
  public void count(LIZ_Result r) {
    r.r2 = told.get();
    r.r3 = early;
  }
}
