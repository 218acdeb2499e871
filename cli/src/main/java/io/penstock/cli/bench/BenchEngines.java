package io.penstock.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** All engines there are, and those that run when none are named. */
public final class BenchEngines {
  private static final String URING = "uring";
  private static final String PREAD = "pread";

  private BenchEngines() {}

  /** The names that are taken when none are given, in order. */
  public static List<String> usual() {
    return List.of(
        URING,
        "uring-shared",
        PREAD,
        "virtual",
        "jdk",
        "jdk-direct",
        "jdk-async",
        "fio-uring",
        "fio-psync");
  }

  /** Our own, then those that others provide. */
  public static List<BenchEngine> all() {
    List<BenchEngine> all =
        new ArrayList<>(
            List.of(
                new ConfinedEngine(URING, URING),
                new SharedEngine("uring-shared", URING),
                new BlockingEngine(PREAD, PREAD, false),
                new SharedEngine("pread-shared", PREAD),
                new BlockingEngine("virtual", URING, true),
                new AutoEngine(),
                new SharedEngine("portable", "portable"),
                new ChannelEngine("jdk", false, false),
                new ChannelEngine("jdk-direct", true, false),
                new ChannelEngine("jdk-virtual", true, true),
                new AsyncChannelEngine("jdk-async"),
                new FioEngine("fio-uring", "--ioengine=io_uring", "--fixedbufs", "--registerfiles"),
                new FioEngine("fio-psync", "--ioengine=psync")));
    ServiceLoader.load(BenchEngine.class).forEach(all::add);
    return all;
  }

  /** Names of {@link #all()}. */
  public static List<String> names() {
    return all().stream().map(BenchEngine::name).toList();
  }

  /** The engine of this name. */
  public static Optional<BenchEngine> named(String name) {
    return all().stream().filter(each -> each.name().equals(name)).findFirst();
  }
}
