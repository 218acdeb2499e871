package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.bio.Bio;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.memory.IoVector;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZZ_Result;

/**
 * A synchronous read of more bios than may be outstanding pauses, and is woken for the next (BIO-6,
 * ADM-7).
 */
@OfRule({"BIO-6", "ADM-7"})
@JCStressTest
@Outcome(
    id = "1536, false, true",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it slept before the last bio ended")
@Outcome(
    id = "1536, false, false",
    expect = ACCEPTABLE,
    desc = "the last bio ended before it slept")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever")
@State
public class PausedSynchronousReadWoken {

  private static final IoVector MEMORY = IoVector.of(Arena.global().allocate(1536, 512));

  private final Mailbox device = new Mailbox();
  private final BlockFile file =
      BlockFile.builder(device, PausedSynchronousReadWoken.this::scattered)
          .size(1536)
          .maxOutstandingBios(1)
          .build();
  private final NightWatch watch = new NightWatch();

  @Actor
  public void reader(JZZ_Result r) {
    watch.begin();
    r.r1 = Requests.read(file, MEMORY);
    r.r2 = watch.end();
  }

  @Actor
  public void device(JZZ_Result r) {
    for (int i = 0; i < 2; i++) {
      Bio next = device.take();
      watch.wakerGoesOn();
      Pause.sometimes();
      next.complete();
      watch.wakerIsDone();
    }
    Bio last = device.take();
    watch.wakerGoesOn();
    Pause.sometimes();
    r.r3 = watch.isAsleep();
    last.complete();
    watch.wakerIsDone();
  }

  /** No two blocks are neighbours, so each is a bio. */
  private void scattered(MapQuery query, Mapping mapping) {
    mapping.mapped(device, 4096 * query.firstBlock(), 1);
  }
}
