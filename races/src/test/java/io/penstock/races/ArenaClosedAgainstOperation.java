package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.memory.IoArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/**
 * An arena is closed while an operation begins on its memory: the close is refused, or the
 * operation is (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(
    id = "used, refused",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the operation held the arena open")
@Outcome(id = "used, closed", expect = ACCEPTABLE_INTERESTING, desc = "the operation was over")
@Outcome(
    id = "refused, closed",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the arena was closed first")
@Outcome(expect = FORBIDDEN, desc = "memory was freed under the operation, or nobody had it")
@State
public class ArenaClosedAgainstOperation {

  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment memory = arena.allocate(512, 512);

  @Actor
  public void operation(LL_Result r) {
    Pause.sometimes();
    if (!arena.acquire()) {
      r.r1 = "refused";
      return;
    }
    try {
      memory.set(ValueLayout.JAVA_LONG, 0, 1);
      Pause.sometimes();
      memory.set(ValueLayout.JAVA_LONG, 8, 1);
      r.r1 = "used";
    } catch (IllegalStateException freed) {
      r.r1 = "freed";
    }
    arena.release();
  }

  @Actor
  public void closer(LL_Result r) {
    Pause.sometimes();
    try {
      arena.close();
      r.r2 = "closed";
    } catch (IllegalStateException inUse) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void closeAgain(LL_Result r) {
    if (r.r2.equals("refused")) {
      arena.close();
    }
  }
}
