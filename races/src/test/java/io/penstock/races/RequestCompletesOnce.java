package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.DirectIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/**
 * A whole request, whose bio ends while it is being submitted: its handler is told once, and finds
 * it free for the next use (CMP-8, CMP-4).
 */
@OfRule({"CMP-8", "CMP-4"})
@JCStressTest
@Outcome(
    id = "1, 1, submitter",
    expect = ACCEPTABLE_INTERESTING,
    desc = "the submitter dropped the last reference")
@Outcome(id = "1, 1, device", expect = ACCEPTABLE_INTERESTING, desc = "the device's thread did")
@Outcome(expect = FORBIDDEN, desc = "the handler or the hook was not told, or more than once")
@State
public class RequestCompletesOnce {

  private static final IoVector MEMORY = IoVector.of(Arena.global().allocate(512, 512));

  private final Mailbox device = new Mailbox();
  private final AtomicInteger hooks = new AtomicInteger();
  private final AtomicInteger handlers = new AtomicInteger();
  private final BlockFile file =
      BlockFile.builder(device, (query, mapping) -> mapping.mapped(device, 0, query.blocks()))
          .size(512)
          .endOfIo(end -> hooks.incrementAndGet())
          .build();
  private final IoRequest request = DirectIo.newRequest();
  private volatile Thread submitter;
  private volatile String teller;

  @Actor
  public void submitter() {
    submitter = Thread.currentThread();
    Requests.submitRead(request, file, MEMORY, this::completed);
  }

  private void completed(IoRequest told, long bytes, IOException error) {
    if (!told.isInFlight() && bytes == 512 && error == null) {
      handlers.incrementAndGet();
    }
    teller = Thread.currentThread() == submitter ? "submitter" : "device";
  }

  @Actor
  public void device() {
    device.take().complete();
  }

  @Arbiter
  public void count(IIL_Result r) {
    r.r1 = hooks.get();
    r.r2 = handlers.get();
    r.r3 = teller;
  }
}
