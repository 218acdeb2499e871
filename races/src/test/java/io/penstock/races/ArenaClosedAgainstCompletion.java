package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLJ_Result;

/**
 * A request into the memory of an arena ends while the arena is closed: every byte was written
 * before it was freed (MEM-4).
 */
@OfRule("MEM-4")
@JCStressTest
@Outcome(
    id = "written, refused, 0",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the request held the arena open")
@Outcome(id = "written, closed, 0", expect = ACCEPTABLE_INTERESTING, desc = "the request had ended")
@Outcome(expect = FORBIDDEN, desc = "memory was freed under the device, or is never freed")
@State
public class ArenaClosedAgainstCompletion {

  private final IoArena arena = IoArena.ofShared();
  private final MemorySegment memory = arena.allocate(512, 512);
  private final Mailbox device = new Mailbox();

  public ArenaClosedAgainstCompletion() {
    BlockFile file =
        BlockFile.builder(device, (query, mapping) -> mapping.mapped(device, 0, query.blocks()))
            .size(512)
            .build();
    Requests.submitRead(
        DirectIo.newRequest(), file, IoVector.of(memory), (request, bytes, error) -> {});
  }

  @Actor
  public void device(LLJ_Result r) {
    Bio bio = device.take();
    try {
      bio.segment(0).set(ValueLayout.JAVA_LONG, 0, 1);
      Pause.sometimes();
      bio.segment(0).set(ValueLayout.JAVA_LONG, 8, 1);
      r.r1 = "written";
    } catch (IllegalStateException freed) {
      r.r1 = "freed";
    }
    bio.complete();
  }

  @Actor
  public void closer(LLJ_Result r) {
    Pause.sometimes();
    try {
      arena.close();
      r.r2 = "closed";
    } catch (IllegalStateException inUse) {
      r.r2 = "refused";
    }
  }

  @Arbiter
  public void closeAgain(LLJ_Result r) {
    r.r3 = arena.inFlight();
    if (r.r2.equals("refused")) {
      arena.close();
    }
  }
}
