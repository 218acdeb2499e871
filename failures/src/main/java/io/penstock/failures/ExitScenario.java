package io.penstock.failures;

import io.penstock.failures.host.ChildJvm;
import io.penstock.failures.record.Acknowledgement;
import io.penstock.failures.record.RecordWriter;
import io.penstock.failures.record.Survivors;
import io.penstock.failures.record.Way;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A JVM that ends in each of its ways while requests are in flight: it ends soon, does not crash,
 * and what it acknowledged as durable is there.
 */
final class ExitScenario implements Scenario {
  private static final long SECONDS = 20;
  private static final int MOST_ACKNOWLEDGED = 30;

  @Override
  public String name() {
    return "exits";
  }

  @Override
  public String does() {
    return "a JVM that ends while requests are in flight";
  }

  @Override
  public int weight() {
    return 10;
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<String> engines = Trial.engines();
    Way[] ways = {Way.PAGES_IN_FLIGHT, Way.SLOTS_DATA_SYNC, Way.APPEND_DATA_SYNC, Way.STREAM_SYNC};
    ExitingMain.End[] ends = ExitingMain.End.values();
    for (int round = 0; round < ends.length || trial.goesOn(); round++) {
      String engine = engines.get((round + round / ends.length) % engines.size());
      ExitingMain.End end = ends[round % ends.length];
      Way way = ways[(round + round / ends.length) % ways.length];
      try {
        round(trial, engine, way, end, trial.dice(round));
      } catch (AssertionError broken) {
        throw new AssertionError(
            engine + ", " + way + ", " + end + ": " + broken.getMessage(), broken);
      }
      trial.count("rounds");
    }
  }

  private static void round(Trial trial, String engine, Way way, ExitingMain.End end, Dice dice)
      throws Exception {
    Path path = trial.directory().resolve("exiting");
    Files.deleteIfExists(path);
    if (!way.isLog()) {
      Files.write(path, RecordWriter.slots(way));
    }
    List<Acknowledgement> acknowledged = new ArrayList<>();
    String[] arguments = {engine, path.toString(), way.name(), end.name()};
    try (ChildJvm child =
        ChildJvm.start(trial.directory(), "", List.of(), ExitingMain.class, arguments)) {
      int most = dice.below(MOST_ACKNOWLEDGED) + 1;
      boolean running = true;
      while (running && acknowledged.size() < most) {
        running = Acknowledgement.read(child.output(), acknowledged);
      }
      Check.that(running, () -> "it ended by itself: " + errorsOf(child));
      if (end == ExitingMain.End.SIGNAL) {
        child.terminate();
      } else {
        child.input().write(1);
        child.input().flush();
      }
      while (running) {
        running = Acknowledgement.read(child.output(), acknowledged);
      }
      int status = child.await(SECONDS);
      child.requireNoCrash();
      Check.same(end.status(), status, () -> "exit status, and it said: " + errorsOf(child));
      if (end.closes()) {
        Check.that(
            errorsOf(child).contains(ExitingMain.CLOSED),
            () -> "the shutdown hook has not closed the file: " + errorsOf(child));
        trial.count("closed-by-hooks");
      }
    }
    Survivors.afterKill(way, Files.readAllBytes(path), acknowledged);
    trial.count("acknowledged", acknowledged.size());
  }

  private static String errorsOf(ChildJvm child) {
    try {
      return child.errors();
    } catch (IOException e) {
      return e.toString();
    }
  }
}
