package io.penstock.failures;

import io.penstock.core.error.Errno;
import io.penstock.failures.host.Commands;
import io.penstock.failures.host.FileSystem;
import io.penstock.failures.record.Acknowledgement;
import io.penstock.failures.record.RecordWriter;
import io.penstock.failures.record.Survivors;
import io.penstock.failures.record.Way;
import io.penstock.file.DirectFile;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * A file system that is stopped under a writing process, as by a loss of power: what was only in
 * the cache or in the journal's memory is gone, and the file system recovers when it is mounted
 * again. Every record that was acknowledged as durable must be there.
 */
final class PowerScenario implements Scenario {
  private static final int MOST_ACKNOWLEDGED = 40;

  @Override
  public String name() {
    return "power";
  }

  @Override
  public String does() {
    return "file systems that lose power under a writing process, and recover";
  }

  @Override
  public int weight() {
    return 15;
  }

  @Override
  public void run(Trial trial) throws Exception {
    Commands.requireRoot();
    Commands.require("xfs_io", "xfsprogs");
    List<String> engines = Trial.engines();
    Way[] ways = Way.values();
    List<FileSystem> all = new ArrayList<>();
    try {
      all.add(FileSystem.make(FileSystem.Kind.EXT4, trial.directory()));
      all.add(FileSystem.make(FileSystem.Kind.XFS, trial.directory()));
      seesLies(trial, all.getFirst(), engines.getFirst());
      for (int round = 0; round < ways.length || trial.goesOn(); round++) {
        Dice dice = trial.dice(round);
        String engine = engines.get((round + round / ways.length) % engines.size());
        FileSystem system = all.get((round + round / ways.length) % all.size());
        Way way = ways[round % ways.length];
        try {
          round(trial, system, engine, way, dice, way == Way.APPEND_DATA_SYNC);
        } catch (AssertionError lost) {
          String where = engine + " on " + system.root().getFileName() + ": ";
          throw new AssertionError(where + lost.getMessage(), lost);
        }
        trial.count("rounds");
      }
    } finally {
      for (FileSystem each : all) {
        each.close();
      }
    }
  }

  /** Appends that are acknowledged but were not made durable must be missed. */
  private static void seesLies(Trial trial, FileSystem system, String engine) throws Exception {
    try {
      round(trial, system, engine, Way.APPEND_DATA_SYNC, trial.dice(-1), false);
    } catch (AssertionError caught) {
      trial.count("lies-seen");
      return;
    }
    throw new AssertionError("appends that were not made durable were not missed");
  }

  private static void round(
      Trial trial, FileSystem system, String engine, Way way, Dice dice, boolean dataSync)
      throws Exception {
    Path path = system.root().resolve("file");
    Files.deleteIfExists(path);
    if (!way.isLog()) {
      Files.write(path, RecordWriter.slots(way));
    } else {
      Files.createFile(path);
    }
    Commands.run("sync", "-f", path.toString());
    List<Acknowledgement> acknowledged = new ArrayList<>();
    List<Acknowledgement> before;
    int wanted = 1 + dice.below(MOST_ACKNOWLEDGED);
    CompletableFuture<IOException> end = new CompletableFuture<>();
    CompletableFuture<Boolean> enough = new CompletableFuture<>();
    DirectFile file = RecordWriter.open(engine, path, dataSync);
    try {
      Acknowledgement.Receiver receiver =
          each -> {
            synchronized (acknowledged) {
              acknowledged.add(each);
              if (acknowledged.size() == wanted) {
                enough.complete(true);
              }
            }
          };
      Thread.ofPlatform()
          .name("power-writer")
          .start(
              () -> {
                end.complete(new RecordWriter(file, way, receiver, false).run());
                enough.complete(false);
              });
      Check.that(
          enough.get(60, TimeUnit.SECONDS), () -> "the writer ended by itself: " + end.join());
      synchronized (acknowledged) {
        before = List.copyOf(acknowledged);
      }
      system.losePower();
      IOException stopped = end.get(60, TimeUnit.SECONDS);
      // whether the file system has noticed yet, and takes no more, is a matter of time
      trial.expected(stopped, Errno.EIO, Errno.EROFS);
    } finally {
      closeLost(trial, file);
    }
    system.unmount();
    system.mount();
    Survivors.afterPowerLoss(way, Files.readAllBytes(path), before, acknowledged);
    trial.count("acknowledged", before.size());
  }

  /** Whether the close of a file that is lost fails is the host's business; it must return. */
  private static void closeLost(Trial trial, DirectFile file) {
    try {
      file.close();
    } catch (IOException failed) {
      trial.count("closes-failed");
    }
  }
}
