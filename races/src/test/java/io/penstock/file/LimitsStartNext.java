package io.penstock.file;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.races.OfRule;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/**
 * A device operation ends while another one comes that has to wait for it: that one is begun
 * (FILE-8).
 */
@OfRule("FILE-8")
@JCStressTest
@Outcome(
    id = "2, true",
    expect = ACCEPTABLE_INTERESTING,
    desc = "it waited, and was begun by the end of the first")
@Outcome(id = "2, false", expect = ACCEPTABLE_INTERESTING, desc = "there was room for it")
@Outcome(expect = FORBIDDEN, desc = "it waits for ever, or was begun twice")
@State
public class LimitsStartNext {

  private final QuietHost host = new QuietHost();
  private final IoLimits limits = IoLimits.builder("one").operations(1).build();
  private final BlockDevice device =
      LimitedDevice.before(
              new OpenPlan.Opened(host, "a race"), DirectFileOptions.DEFAULT.withLimits(limits))
          .device();

  public LimitsStartNext() {
    submit();
  }

  private void submit() {
    Bio bio = new Bio((done, failure) -> done.release());
    bio.begin(Direction.WRITE, device, 0, 0).add(QuietHost.MEMORY, 0, 512, false, 512);
    bio.markInFlight();
    device.submit(bio);
  }

  @Actor
  public void end() {
    host.endFirst();
  }

  @Actor
  public void next(IZ_Result r) {
    submit();
  }

  @Arbiter
  public void look(IZ_Result r) {
    r.r1 = host.begun();
    r.r2 = limits.delayed(IoClass.FOREGROUND) == 1;
  }
}
