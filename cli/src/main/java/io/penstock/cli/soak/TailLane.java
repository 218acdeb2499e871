package io.penstock.cli.soak;

import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Path;

/** Changes the end of a file that others change before it: writes past it, and cuts it off. */
final class TailLane extends RangeLane {
  private static final int SPAN = 24_000;

  /** End of the file; what a crash may make of it lies between the others. */
  private long end;

  private long least;
  private long most;

  TailLane(FileRun run, Dice dice, Path path, long base) {
    super(run, dice, path, base, SPAN);
  }

  @Override
  void prepare() throws IOException {
    end = oracle.base();
    file().truncate(end);
    file().sync();
    wasSynced();
    closeHandle();
  }

  @Override
  void step() throws IOException {
    if (dice.oneIn(8)) {
      truncate();
    } else {
      super.step();
    }
  }

  private void truncate() throws IOException {
    long to = oracle.base() + dice.below(SPAN);
    long[] since = referee.now();
    try {
      file().truncate(to);
      end = to;
      oracle.written(0, to, limit());
      changed(to);
      checkSize(since);
    } catch (IOException failure) {
      failed("to truncate to " + to, since, failure);
      oracle.failed(0, to, limit());
      mayHaveGrown();
    }
    ended(since);
  }

  private void changed(long to) {
    least = Math.min(least, to);
    most = Math.max(most, to);
  }

  private void checkSize(long[] since) throws IOException {
    long size;
    try {
      size = file().size();
    } catch (IOException failure) {
      failed("to tell the size", since, failure);
      return;
    }
    long found = size;
    referee.check(
        "FILE-6", since, size == end, () -> this + ": its size is " + found + ", not " + end);
  }

  @Override
  void grown(long to) {
    end = Math.max(end, to);
    changed(end);
  }

  @Override
  void settled(long[] since) throws IOException {
    checkSize(since);
  }

  @Override
  void mayHaveGrown() throws IOException {
    changed(limit()); // how far, nobody knows before the power is back
    if (run.host().isPowered()) {
      try {
        end = file().size();
      } catch (IOException noPower) {
        if (run.host().isPowered()) {
          throw noPower;
        }
      }
    }
  }

  @Override
  long clearedTo(long to) {
    return Math.min(to, Math.max(end, oracle.base()));
  }

  @Override
  long expected(long from, long to) {
    long left = end - from;
    return left <= 0 ? oracle.base() == from && to == limit() ? 0 : -1 : Math.min(left, to - from);
  }

  @Override
  void wasSynced() {
    least = end;
    most = end;
  }

  @Override
  void lookAfterPowerCut() throws IOException {
    long size = file().size();
    long highest = (most + 4095) / 4096 * 4096;
    referee.check(
        "CMP-6",
        new long[run.faults().hits().length],
        size >= least && size <= highest,
        () -> this + ": without power it ends at " + size + ", not " + least + " to " + highest);
    end = Math.min(size, limit());
    if (size > limit()) {
      file().truncate(limit());
    }
    super.lookAfterPowerCut();
    oracle.gone(end);
    least = end;
    most = end;
  }
}
