package io.penstock.fuzz;

import io.penstock.fuzz.Script.Vice;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The engine among hostile neighbours: one {@link Episode} per input. */
final class EngineTarget implements FuzzTarget {
  private static final int SEED_BYTES = 96;

  private final String name;
  private final List<Vice> vices;
  private final DeviceThread thread;

  /** An engine whose neighbours have these vices to begin with. */
  EngineTarget(String name, Vice... vices) {
    this.name = name;
    this.vices = List.of(vices);
    thread = new DeviceThread("fuzz-device-of-" + name);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<byte[]> seeds() {
    List<byte[]> seeds = new ArrayList<>();
    int all = 0;
    for (Vice each : vices) {
      all |= 1 << each.ordinal();
      seeds.add(seed(1 << each.ordinal(), each.ordinal()));
    }
    for (int i = 0; i < 8; i++) {
      seeds.add(seed(all, 100 + i));
    }
    return seeds;
  }

  private static byte[] seed(int vices, int number) {
    byte[] seed = new byte[SEED_BYTES];
    new SplittableRandom(number).nextBytes(seed);
    seed[0] = (byte) vices;
    seed[1] = (byte) (vices >> 8);
    return seed;
  }

  @Override
  public String run(FuzzInput input) {
    return new Episode(new Script(input), thread).run();
  }
}
