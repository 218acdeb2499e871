package io.penstock.cli.soak;

import io.penstock.core.device.QueueLimits;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.testkit.Dice;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.simulation.FaultPlan;
import io.penstock.testkit.simulation.SimulatedHost;
import io.penstock.testkit.simulation.SimulatedMachine;
import io.penstock.testkit.simulation.VirtualClock;
import io.penstock.testkit.soak.Referee;
import io.penstock.testkit.soak.SoakCase;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * One run of a {@link FileWorkload}: lives of a machine, each ended by a loss of power, in which
 * lanes work at the same time. Every lane has a range of a file, or a file, to itself, and does one
 * thing after the other; ranges meet inside of blocks.
 */
final class FileRun {
  private static final int POWER_CUT_EVERY = 150;

  private final Dice dice;
  private final FaultPlan faults;
  private final Referee referee;
  private final VirtualClock clock = new VirtualClock();
  private final SimulatedMachine machine;
  private final SimulatedHost host;
  private final List<FileLane> lanes = new ArrayList<>();
  private int writers;
  private int running;
  private Thread program = Thread.currentThread();
  private boolean powerCutPlanned;

  FileRun(SoakCase one, FaultPlan faults, Referee referee) {
    this.faults = faults;
    this.referee = referee;
    dice = Dice.of(one.seed(), 1);
    machine = new SimulatedMachine(one.seed(), clock);
    QueueLimits limits =
        QueueLimits.of(dice.pickInt(512, 512, 4096))
            .withMemoryAlignment(dice.pickInt(1, 4, 512))
            .withForcedUnitAccess(dice.oneIn(2));
    host = new SimulatedHost(clock, faults, limits, one.seed());
    Path shared = Path.of("shared");
    int span = 9000 + dice.below(3000);
    int ranges = 3;
    for (int i = 0; i < ranges; i++) {
      lanes.add(new RangeLane(this, Dice.of(one.seed(), 10 + i), shared, (long) i * span, span));
    }
    lanes.add(new TailLane(this, Dice.of(one.seed(), 20), shared, (long) ranges * span));
    Appends appends = new Appends(Path.of("log"));
    lanes.add(new AppendLane(this, Dice.of(one.seed(), 30), appends));
    lanes.add(new AppendLane(this, Dice.of(one.seed(), 31), appends));
    lanes.add(new StreamLane(this, Dice.of(one.seed(), 40), Path.of("stream")));
  }

  long run() {
    machine.run(this::program);
    return clock.trace();
  }

  private void program() {
    program = Thread.currentThread();
    calmly(FileLane::prepare);
    while (!referee.hasFailed() && referee.hasMore()) {
      live();
      if (!host.isPowered()) {
        host.restart();
        powerCutPlanned = false;
        calmly(FileLane::lookAfterPowerCut);
      }
    }
    powerCutPlanned = false; // not while everybody looks
    if (!referee.hasFailed()) {
      calmly(FileLane::look);
    }
  }

  /** Something of all lanes, one after the other, in which nothing goes wrong. */
  private void calmly(IoStep step) {
    faults.pause(true);
    try {
      for (FileLane each : lanes) {
        step.run(each);
      }
    } catch (IOException failure) {
      referee.fail("CMP-2", "it failed while nothing goes wrong: " + failure);
    } finally {
      faults.pause(false);
    }
  }

  /** What a lane does. */
  private interface IoStep {
    void run(FileLane lane) throws IOException;
  }

  private void live() {
    for (FileLane each : lanes) {
      running++;
      machine.start(
          each.toString(),
          () -> {
            try {
              each.live();
            } finally {
              running--;
              machine.unpark(program);
            }
          });
    }
    while (running > 0) {
      machine.park(this);
    }
  }

  // --- for lanes ---

  /** Whether a lane may do something more in this life. */
  boolean goesOn() {
    if (!host.isPowered() || !referee.takeOperation()) {
      return false;
    }
    if (dice.oneIn(POWER_CUT_EVERY) && faults.has(FaultKind.POWER_CUT) && !powerCutPlanned) {
      powerCutPlanned = true;
      clock.after(dice.below(500_000), this::cutPower);
    }
    return true;
  }

  private void cutPower() {
    if (powerCutPlanned) {
      host.cutPower();
    }
  }

  DirectFile open(Path path, Dice lane) throws IOException {
    return DirectFile.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        DirectFileOptions.DEFAULT.withProvider(host).withDataSync(lane.oneIn(12)));
  }

  int nextWriter() {
    return ++writers;
  }

  Referee referee() {
    return referee;
  }

  FaultPlan faults() {
    return faults;
  }

  SimulatedMachine machine() {
    return machine;
  }

  SimulatedHost host() {
    return host;
  }
}
