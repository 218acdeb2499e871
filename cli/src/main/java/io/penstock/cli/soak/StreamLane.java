package io.penstock.cli.soak;

import io.penstock.file.SequentialReader;
import io.penstock.file.SequentialWriter;
import io.penstock.file.StreamOptions;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** Writes a file from its beginning to its end, and reads it so. */
final class StreamLane extends FileLane {
  private static final int LONGEST = 90_000;

  private int id;

  /** Its length, if it was written without a failure; negative otherwise. */
  private long length = -1;

  private boolean durable;

  StreamLane(FileRun run, Dice dice, Path path) {
    super(run, dice, path);
  }

  @Override
  void prepare() {}

  private StreamOptions options() {
    return StreamOptions.DEFAULT
        .withChunkBytes(dice.pickInt(4096, 8192, 16384))
        .withDepth(dice.between(1, 4));
  }

  @Override
  void step() throws IOException {
    if (length < 0 || dice.oneIn(3)) {
      write();
    } else {
      read(referee.now(), "FILE-7");
    }
  }

  private void write() throws IOException {
    long[] since = referee.now();
    id = run.nextWriter();
    long total = dice.below(LONGEST);
    length = -1;
    durable = false;
    boolean lost = flushesFailed();
    try {
      file().truncate(0);
      boolean syncs = dice.oneIn(2);
      try (SequentialWriter writer = file().writer(0, options())) {
        for (long at = 0; at < total; ) {
          int bytes = (int) Math.min(total - at, dice.between(1, 20_000));
          writer.write(LaneMemory.of(dice, bytes, id, at));
          at += bytes;
        }
        if (syncs) {
          writer.sync();
        }
      }
      durable = syncs && !lost && !flushesFailed();
      length = total;
      long size = file().size();
      referee.check(
          "FILE-7", since, size == total, () -> this + ": " + size + " bytes, not " + total);
    } catch (IOException failure) {
      failed("to write a stream", since, failure);
    }
    ended(since);
  }

  private void read(long[] since, String rule) throws IOException {
    long at = 0;
    try (SequentialReader reader = file().reader(0, options())) {
      while (true) {
        MemorySegment memory = LaneMemory.of(dice, dice.between(1, 20_000));
        long bytes = reader.read(memory);
        if (bytes < 0) {
          break;
        }
        long from = at;
        long wrong = Pattern.mismatch(memory, 0, bytes, id, at);
        referee.check(
            rule, since, wrong < 0, () -> this + ": byte " + (from + wrong) + " is another");
        at += bytes;
      }
      long end = at;
      referee.check(
          rule, since, at == length, () -> this + ": ended after " + end + " of " + length);
    } catch (IOException failure) {
      failed("to read a stream", since, failure);
    }
    ended(since);
  }

  @Override
  void look() throws IOException {
    if (length >= 0) {
      read(referee.now(), "FILE-7");
    }
    closeHandle();
  }

  @Override
  void lookAfterPowerCut() throws IOException {
    if (durable) {
      read(new long[referee.now().length], "CMP-6");
      read(new long[referee.now().length], "FILE-7");
    } else {
      length = -1;
    }
    closeHandle();
  }
}
