package io.penstock.failures;

import io.penstock.failures.host.ChildJvm;
import java.nio.file.Path;
import java.util.List;

/**
 * 24 GiB of requests that are all in flight at the same time, in a JVM with a small heap: each
 * ends, and the memory that the process has resident stays below a bound that does not depend on
 * the bytes that were asked for.
 */
final class QueuedScenario implements Scenario {
  private static final long REQUEST = 1 << 20;
  private static final long REQUESTS = 24_576;

  /** Resident at most: heap, classes, threads, pooled buffers. */
  private static final long BOUND = 384L << 20;

  private static final long SECONDS = 300;

  @Override
  public String name() {
    return "queued";
  }

  @Override
  public String does() {
    return "24 GiB of requests in flight at the same time";
  }

  @Override
  public int weight() {
    return 15;
  }

  /** Each engine once at least; with time, each with every kind of memory. */
  @Override
  public void run(Trial trial) throws Exception {
    List<String> engines = Trial.engines();
    QueuedMain.Memory[] memories = QueuedMain.Memory.values();
    int first = trial.dice(0).below(memories.length);
    for (int round = 0; round < engines.size() || trial.goesOn(); round++) {
      String engine = engines.get(round % engines.size());
      int kind = first + round + round / engines.size();
      round(trial, engine, memories[kind % memories.length], round % 2 == 1);
    }
  }

  private static void round(Trial trial, String engine, QueuedMain.Memory memory, boolean limited)
      throws Exception {
    Path path = Trial.memory().resolve("penstock-queued-" + ProcessHandle.current().pid());
    List<String> jvm = List.of("-Xmx128m", "-XX:MaxDirectMemorySize=128m");
    String[] arguments = {
      engine,
      path.toString(),
      memory.name(),
      Boolean.toString(limited),
      Long.toString(REQUESTS),
      Long.toString(REQUEST)
    };
    String who = engine + ", " + memory + (limited ? ", limited" : "");
    try (ChildJvm child = ChildJvm.start(trial.directory(), "", jvm, QueuedMain.class, arguments)) {
      String said = child.rest().strip();
      int status = child.await(SECONDS);
      child.requireNoCrash();
      String errors = child.errors();
      Check.that(
          status == 0 && said.startsWith("peak "),
          () -> who + " ended with " + status + ": " + said + errors);
      String[] words = said.split(" ", -1);
      long peak = Long.parseLong(words[1]);
      Check.that(
          peak <= BOUND, () -> who + ": " + peak + " bytes were resident, the bound is " + BOUND);
      trial.peak("peak-memory-bytes", peak);
      trial.peak("most-in-flight", Long.parseLong(words[3]));
      trial.count("bytes", REQUESTS * REQUEST);
      trial.count("processes");
    } finally {
      java.nio.file.Files.deleteIfExists(path);
    }
  }
}
