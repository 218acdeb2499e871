package io.penstock.core.device;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.races.Mailbox;
import io.penstock.races.NightWatch;
import io.penstock.races.OfRule;
import io.penstock.races.Pause;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;

/**
 * A bio is waited for by itself: its thread is woken, or does not fall asleep, and sees the error
 * (ADM-7, CMP-2).
 */
@OfRule({"ADM-7", "CMP-2"})
@JCStressTest
@Outcome(id = "true, false, true", expect = ACCEPTABLE_INTERESTING, desc = "it slept and was woken")
@Outcome(
    id = "true, false, false",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the end came before it slept")
@Outcome(expect = FORBIDDEN, desc = "it would have slept for ever, or the error was lost")
@State
public class BioWaiterWoken {

  private static final MemorySegment MEMORY = Arena.global().allocate(512, 512);

  private final Mailbox device = new Mailbox();
  private final NightWatch watch = new NightWatch();
  private final IOException error = new BlockIoException(Errno.EIO, "read", "mailbox", "broken");

  @Actor
  public void waiter(ZZZ_Result r) {
    BioWaiter waiter = new BioWaiter(null, null);
    Bio bio = new Bio(waiter).begin(Direction.READ, device, 0, 0);
    bio.add(MEMORY, 0, 512, false, 512);
    watch.begin();
    try {
      waiter.submit(bio, device);
    } catch (IOException failure) {
      r.r1 = failure == error && bio.isIdle();
    }
    r.r2 = watch.end();
  }

  @Actor
  public void device(ZZZ_Result r) {
    Bio bio = device.take();
    Pause.sometimes();
    r.r3 = watch.isAsleep();
    bio.complete(error);
    watch.wakerIsDone();
  }
}
