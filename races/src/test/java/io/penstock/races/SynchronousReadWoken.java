package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.bio.Bio;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JZZ_Result;

/**
 * A synchronous read waits while another thread ends its bio: it is woken, or does not fall asleep
 * (ADM-7, CMP-8).
 */
@OfRule({"ADM-7", "CMP-8"})
@JCStressTest
@Outcome(id = "512, false, true", expect = ACCEPTABLE_INTERESTING, desc = "it slept and was woken")
@Outcome(
    id = "512, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the end came before it slept")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever")
@State
public class SynchronousReadWoken {

  private static final IoVector MEMORY = IoVector.of(Arena.global().allocate(512, 512));

  private final Mailbox device = new Mailbox();
  private final BlockFile file =
      BlockFile.builder(device, (query, mapping) -> mapping.mapped(device, 0, query.blocks()))
          .size(512)
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
    Bio last = device.take();
    Pause.sometimes();
    r.r3 = watch.isAsleep();
    last.complete();
    watch.wakerIsDone();
  }
}
