package io.penstock.linux;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.bio.Bio;
import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/**
 * A ring's loop empties its inbox while two bios are handed over: it finds each now or the next
 * time, whole and in order (CMP-8, BIO-7).
 */
@OfRule({"CMP-8", "BIO-7"})
@JCStressTest
@Outcome(id = "12, 0", expect = ACCEPTABLE_INTERESTING, desc = "it found both")
@Outcome(
    id = "1, 2",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it found the first, and finds the second the next time")
@Outcome(id = "0, 12", expect = ACCEPTABLE_INTERESTING, desc = "it finds both the next time")
@Outcome(expect = FORBIDDEN, desc = "a bio was lost, came twice, or was not filled yet")
@State
public class InboxTakenOnce {

  private final RingInbox inbox = new RingInbox();
  private final Bio first = InboxBios.of(0);
  private final Bio second = InboxBios.of(0);

  @Actor
  public void submitter() {
    first.deviceTag(1);
    inbox.add(first);
    second.deviceTag(2);
    inbox.add(second);
  }

  @Actor
  public void loop(JJ_Result r) {
    r.r1 = InboxBios.digits(inbox.takeAll());
  }

  @Arbiter
  public void nextRound(JJ_Result r) {
    r.r2 = InboxBios.digits(inbox.takeAll());
  }
}
