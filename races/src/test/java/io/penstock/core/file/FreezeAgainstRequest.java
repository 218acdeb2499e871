package io.penstock.core.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.file.InFlightGate.Entry;
import io.penstock.races.NightWatch;
import io.penstock.races.OfRule;
import io.penstock.races.Pause;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LZZ_Result;

/**
 * Truncate freezes a file while a request comes: it goes on when the request has left, and nobody
 * is in until the thaw (ADM-10).
 */
@OfRule("ADM-10")
@JCStressTest
@Outcome(
    id = "ENTERED, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the request was in before, or after")
@Outcome(
    id = "FROZEN, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the request found the file frozen")
@Outcome(expect = FORBIDDEN, desc = "both were in, or truncate would have slept for ever")
@State
public class FreezeAgainstRequest {

  private final InFlightGate gate = new InFlightGate();
  private final NightWatch watch = new NightWatch();
  private volatile boolean inside;

  @Actor
  public void request(LZZ_Result r) {
    Pause.sometimes();
    Entry entry = gate.enter(null);
    r.r1 = entry;
    if (entry == Entry.ENTERED) {
      inside = true;
      Pause.sometimes();
      inside = false;
      gate.leaveMapped();
      gate.leaveOpen();
    }
    watch.wakerIsDone();
  }

  @Actor
  public void truncate(LZZ_Result r) {
    watch.begin();
    gate.freeze();
    r.r2 = watch.end();
    boolean met = inside;
    Pause.sometimes();
    r.r3 = met | inside;
    gate.thaw();
  }
}
