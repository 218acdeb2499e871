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

/** Two threads hand a bio each over to a ring's loop: it finds both (CMP-8, BIO-7). */
@OfRule({"CMP-8", "BIO-7"})
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE_INTERESTING, desc = "the first came first")
@Outcome(id = "2, 1", expect = ACCEPTABLE_INTERESTING, desc = "the second came first")
@Outcome(expect = FORBIDDEN, desc = "a bio was lost, or is there twice")
@State
public class InboxTakesBoth {

  private final RingInbox inbox = new RingInbox();
  private final Bio first = InboxBios.of(1);
  private final Bio second = InboxBios.of(2);

  @Actor
  public void first() {
    inbox.add(first);
  }

  @Actor
  public void second() {
    inbox.add(second);
  }

  @Arbiter
  public void look(JJ_Result r) {
    Bio all = inbox.takeAll();
    r.r1 = InboxBios.number(all);
    Bio next = all == null ? null : RingInbox.next(all);
    r.r2 = InboxBios.number(next);
    if (next != null && RingInbox.next(next) != null) {
      r.r2 = -1;
    }
  }
}
