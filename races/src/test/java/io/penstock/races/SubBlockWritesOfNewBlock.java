package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.testkit.layout.SimpleLayout;
import java.lang.foreign.Arena;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIII_Result;

/**
 * Two requests write the halves of one new block: neither zeroes what the other has written
 * (ZERO-6).
 */
@OfRule("ZERO-6")
@JCStressTest
@Outcome(
    id = "512, 512, 1, 2",
    expect = ACCEPTABLE_INTERESTING,
    desc = "both halves hold their data")
@Outcome(expect = FORBIDDEN, desc = "one half was lost, or a write was")
@State
public class SubBlockWritesOfNewBlock {

  private static final IoVector ONES = filled(1);
  private static final IoVector TWOS = filled(2);

  private final MemoryDevice device = MemoryDevice.of(1024);
  private final BlockFile file = SimpleLayout.create(device, 1024);

  private static IoVector filled(int value) {
    return IoVector.of(Arena.global().allocate(512, 512).fill((byte) value));
  }

  @Actor
  public void first(IIII_Result r) {
    Pause.sometimes();
    r.r1 = (int) Requests.write(file, ONES, 0);
  }

  @Actor
  public void second(IIII_Result r) {
    Pause.sometimes();
    r.r2 = (int) Requests.write(file, TWOS, 512);
  }

  @Arbiter
  public void look(IIII_Result r) {
    byte[] block = device.read(0, 1024);
    r.r3 = block[0] == block[511] ? block[0] : -1;
    r.r4 = block[512] == block[1023] ? block[512] : -1;
    device.close();
  }
}
