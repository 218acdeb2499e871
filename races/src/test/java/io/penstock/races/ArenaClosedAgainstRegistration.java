package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.memory.IoArena;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZLI_Result;

/**
 * A device registers memory while its arena is closed: it is told of the end, or may not use it
 * (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(
    id = "true, closed, 1",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it was registered, and its end was told")
@Outcome(
    id = "false, closed, 0",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the arena was closed first")
@Outcome(id = "true, refused, 0", expect = ACCEPTABLE, desc = "the close met the registration")
@Outcome(expect = FORBIDDEN, desc = "a registration outlives its memory")
@State
public class ArenaClosedAgainstRegistration {

  private final IoArena arena = IoArena.ofShared();
  private final AtomicInteger ends = new AtomicInteger();

  public ArenaClosedAgainstRegistration() {
    arena.allocate(512, 512);
  }

  private boolean end(Runnable ended) {
    ends.incrementAndGet();
    ended.run();
    return true;
  }

  @Actor
  public void device(ZLI_Result r) {
    Pause.sometimes();
    r.r1 = arena.register(this::end);
  }

  @Actor
  public void closer(ZLI_Result r) {
    Pause.sometimes();
    try {
      arena.close();
      r.r2 = "closed";
    } catch (IllegalStateException inUse) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void closeAgain(ZLI_Result r) {
    r.r3 = ends.get();
    if (r.r2.equals("refused")) {
      arena.close();
    }
  }
}
