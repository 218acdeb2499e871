package io.penstock.failures;

import io.penstock.failures.host.ChildJvm;
import io.penstock.failures.record.Acknowledgement;
import io.penstock.failures.record.RecordWriter;
import io.penstock.failures.record.Survivors;
import io.penstock.failures.record.Way;
import io.penstock.file.DirectFile;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * {@code kill -9} at a random moment of a writing process. It loses what the process had in its own
 * memory, not the page cache nor what the kernel had been given: this shows that nothing is
 * acknowledged before it is written, that no edge of an earlier write is lost or stale, and that a
 * file can be opened and read again. What a loss of power does is shown by {@link PowerScenario}.
 */
final class KillScenario implements Scenario {
  /** So many processes are killed at least, however little time there is. */
  private static final int LEAST = 50;

  /** After so many acknowledgements at most it is killed. */
  private static final int MOST_ACKNOWLEDGED = 60;

  private static final long LONGEST_PAUSE_NANOS = 3_000_000;

  @Override
  public String name() {
    return "kill";
  }

  @Override
  public String does() {
    return "kill -9 at random moments of a writing process";
  }

  @Override
  public int weight() {
    return 40;
  }

  @Override
  public void run(Trial trial) throws Exception {
    List<String> engines = Trial.engines();
    Way[] ways = Way.values();
    seesLies(trial, engines.getFirst());
    int least = Math.max(LEAST, engines.size() * ways.length);
    for (int round = 0; round < least || trial.goesOn(); round++) {
      // all pairs, whatever the numbers of engines and ways have in common
      String engine = engines.get(round % engines.size());
      Way way = ways[(round / engines.size() + round) % ways.length];
      round(trial, engine, way, trial.dice(round), false);
      trial.count("rounds");
    }
  }

  /**
   * A process that acknowledges before it writes must be found out, or the check is worth nothing.
   */
  private static void seesLies(Trial trial, String engine) throws Exception {
    for (Way way : List.of(Way.SLOTS_DATA_SYNC, Way.APPEND_DATA_SYNC)) {
      try {
        round(trial, engine, way, trial.dice(-1), true);
      } catch (AssertionError caught) {
        trial.count("lies-seen");
        continue;
      }
      throw new AssertionError("records acknowledged before they were written were not missed");
    }
  }

  private static void round(Trial trial, String engine, Way way, Dice dice, boolean lies)
      throws Exception {
    Path path = trial.directory().resolve("killed");
    Files.deleteIfExists(path);
    if (!way.isLog()) {
      Files.write(path, RecordWriter.slots(way));
    }
    List<Acknowledgement> acknowledged = new ArrayList<>();
    String[] arguments = {engine, path.toString(), way.name(), Boolean.toString(lies)};
    try (ChildJvm child =
        ChildJvm.start(trial.directory(), "", List.of(), KilledWriterMain.class, arguments)) {
      int most = dice.below(MOST_ACKNOWLEDGED) + 1;
      boolean running = true;
      while (running && acknowledged.size() < most) {
        running = Acknowledgement.read(child.output(), acknowledged);
      }
      pause(dice.below(LONGEST_PAUSE_NANOS));
      child.kill();
      int status = child.await(30);
      Check.that(
          running && status == 128 + 9,
          () -> "the writer ended by itself with " + status + ": " + errors(child));
      while (running) {
        running = Acknowledgement.read(child.output(), acknowledged);
      }
      child.requireNoCrash();
    }
    try {
      byte[] file = reopened(engine, path);
      Survivors.afterKill(way, file, acknowledged);
    } catch (AssertionError lost) {
      throw new AssertionError(engine + ", " + way + ": " + lost.getMessage(), lost);
    }
    if (!lies) {
      trial.count("acknowledged", acknowledged.size());
    }
  }

  private static String errors(ChildJvm child) {
    try {
      return child.errors();
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** So short that to sleep would not be exact; the moment does not matter, only that it varies. */
  private static void pause(long nanos) {
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }

  /** Reads all of it past the page cache, compares with what the cache says, and writes it. */
  private static byte[] reopened(String engine, Path path) throws IOException {
    byte[] through;
    try (FileChannel cached = FileChannel.open(path, StandardOpenOption.READ)) {
      through = Files.readAllBytes(path);
      Check.same(through.length, cached.size(), () -> "length of " + path);
    }
    byte[] direct = new byte[through.length];
    try (DirectFile file =
        DirectFile.open(
            path,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            io.penstock.file.DirectFileOptions.DEFAULT.withEngine(engine))) {
      Check.same(through.length, file.size(), () -> "size of the file opened again");
      if (direct.length > 0) {
        long read = file.read(MemorySegment.ofArray(direct), 0);
        Check.same(direct.length, read, () -> "bytes read of the file opened again");
      }
      long position = file.append(MemorySegment.ofArray(new byte[] {1}));
      Check.same(direct.length, position, () -> "where the file opened again is appended to");
      file.truncate(direct.length);
    }
    int wrong = Arrays.mismatch(through, direct);
    Check.that(wrong < 0, () -> "past the cache it differs from byte " + wrong + " on");
    return direct;
  }
}
