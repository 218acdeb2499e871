package io.penstock.races;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.ForkedTestConfig;
import org.openjdk.jcstress.infra.runners.Runner;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;

/**
 * Has jcstress run races, each on two processors. What it writes goes to the working directory, and
 * so does its report.
 */
final class StressRun {
  /** What every virtual machine of a race is given. */
  private static final String JVM_ARGS = "-ea --enable-native-access=ALL-UNNAMED";

  private static final int ALL_CASES = -1;

  private StressRun() {}

  /**
   * Runs races, each in a virtual machine of its own.
   *
   * @param millis how long each is run
   * @param thorough whether in every setting of the virtual machine that jcstress knows
   */
  static Collection<TestResult> forked(List<Race> races, int millis, boolean thorough)
      throws Exception {
    String names =
        races.stream().map(race -> exactly(race.name())).collect(Collectors.joining("|"));
    List<String> args = settings(millis, 256, 10);
    args.addAll(List.of("-t", names, thorough ? "-jvmArgsPrepend" : "-jvmArgs", JVM_ARGS));
    Options options = options(args);
    new JCStress(options).run();
    InProcessCollector results = new InProcessCollector();
    DiskReadCollector file = new DiskReadCollector(options.getResultFile(), results);
    try {
      file.dump();
    } finally {
      file.close();
      Files.deleteIfExists(Path.of(options.getResultFile()));
    }
    return results.getTestResults();
  }

  private static String exactly(String name) {
    return "^" + Pattern.quote(name) + "$";
  }

  /** Runs one race in this virtual machine: much sooner done, and in one setting only. */
  static TestResult here(Race race, int millis) throws ReflectiveOperationException {
    Options options;
    try {
      options = options(settings(millis, 64, 4));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    SchedulingClass anywhere =
        new SchedulingClass(AffinityMode.NONE, race.info().threads(), NodeType.PACKAGE);
    TestConfig config = new TestConfig(options, race.info(), 1, List.of(), ALL_CASES, anywhere);
    Runner<?> runner =
        Class.forName(race.info().generatedRunner())
            .asSubclass(Runner.class)
            .getConstructor(ForkedTestConfig.class)
            .newInstance(new ForkedTestConfig(config));
    TestResult result = runner.run();
    result.setConfig(config);
    return result;
  }

  /**
   * What is the same for both.
   *
   * @param strideSize races that are run one after the other before the threads wait for each other
   * @param strides so many times these are made at once: many for speed, few to be soon done
   */
  private static List<String> settings(int millis, int strideSize, int strides) {
    // two processors that others use too: pinned threads would wait for them
    return new ArrayList<>(
        List.of(
            "-af",
            "NONE",
            "-c",
            "2",
            "-f",
            "1",
            "-fsm",
            "1",
            "-sc",
            "false",
            "-iters",
            "1",
            "-time",
            Integer.toString(millis),
            "-strideSize",
            Integer.toString(strideSize),
            "-strideCount",
            Integer.toString(strides),
            "-spinStyle",
            "THREAD_YIELD",
            "-r",
            "report"));
  }

  private static Options options(List<String> args) throws IOException {
    Options options = new Options(args.toArray(String[]::new));
    if (!options.parse()) {
      throw new IllegalStateException("jcstress does not take its options: " + args);
    }
    return options;
  }
}
