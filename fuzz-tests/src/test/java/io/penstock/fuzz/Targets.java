package io.penstock.fuzz;

import io.penstock.cli.CommandTargets;
import io.penstock.cli.bench.ReportTargets;
import io.penstock.fuzz.Script.Vice;
import io.penstock.linux.HostTargets;
import io.penstock.linux.abi.KernelTargets;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Everything that takes input from outside. */
final class Targets {
  private Targets() {}

  /** Parsers and values: a pure function of their input each. */
  static List<FuzzTarget> parsers(Path scratch) throws IOException {
    List<FuzzTarget> all = new ArrayList<>();
    all.addAll(KernelTargets.all());
    all.addAll(HostTargets.all(scratch));
    all.addAll(ReportTargets.all());
    all.addAll(CommandTargets.all());
    all.addAll(ValueTargets.all());
    return all;
  }

  /** The engine and its files among hostile neighbours. */
  static List<FuzzTarget> neighbours() {
    return List.of(
        new EngineTarget(
            "hostile-mapper", Vice.MAPPER_ANSWERS, Vice.MAPPER_THROWS, Vice.MAPPER_CALLS_BACK),
        new EngineTarget(
            "hostile-device",
            Vice.DEVICE_FAILS,
            Vice.DEVICE_THROWS,
            Vice.DEVICE_TWICE,
            Vice.DEVICE_LATE,
            Vice.DEVICE_LIMITS,
            Vice.DEVICE_SIZE,
            Vice.DEVICE_OBJECTS,
            Vice.CANCELS),
        new EngineTarget(
            "hostile-hooks",
            Vice.HOOKS_THROW,
            Vice.SUBMIT_HOOK,
            Vice.EXECUTOR,
            Vice.WARNINGS_THROW,
            Vice.DEVICE_LATE),
        new EngineTarget("hostile-memory", Vice.MEMORY_SOURCE, Vice.DEVICE_FAILS),
        new EngineTarget("hostile-all", Vice.values()),
        new HostFileTarget());
  }

  static List<FuzzTarget> all(Path scratch) throws IOException {
    List<FuzzTarget> all = new ArrayList<>(parsers(scratch));
    all.addAll(neighbours());
    return all;
  }
}
