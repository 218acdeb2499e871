package io.penstock.cli.soak;

import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.simulation.FaultKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Appends to a file, as others do at the same time: nobody gets another's place. */
final class AppendLane extends FileLane {
  private final Appends appends;

  AppendLane(FileRun run, Dice dice, Appends appends) {
    super(run, dice, appends.path);
    this.appends = appends;
  }

  @Override
  void prepare() {}

  @Override
  void step() throws IOException {
    switch (dice.below(8)) {
      case 0, 1, 2 -> append();
      case 3, 4 -> appendSeveral();
      case 5, 6 -> readSome();
      default -> makeDurable();
    }
  }

  private void append() throws IOException {
    int length = dice.between(1, 3000);
    int id = run.nextWriter();
    long[] since = referee.now();
    try {
      appended(id, file().append(LaneMemory.of(dice, length, id, 0)), length, since);
    } catch (IOException failure) {
      failed("an append", since, failure);
    }
    ended(since);
  }

  private void appendSeveral() throws IOException {
    long[] since = referee.now();
    List<CompletableFuture<Long>> futures = new ArrayList<>();
    int first = run.nextWriter();
    int count = dice.between(2, 4);
    List<Integer> lengths = new ArrayList<>();
    List<Integer> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int id = i == 0 ? first : run.nextWriter();
      int length = dice.between(1, 2000);
      ids.add(id);
      lengths.add(length);
      futures.add(file().appendAsync(LaneMemory.of(dice, length, id, 0)));
    }
    long last = -1;
    for (int i = 0; i < count; i++) {
      CompletableFuture<Long> each = futures.get(i);
      run.machine().await(each);
      IOException failure = RangeLane.failureOf(each);
      if (failure != null) {
        failed("an append", since, failure);
      } else {
        long position = each.resultNow();
        long before = last;
        referee.check(
            "FILE-1",
            since,
            position > before,
            () -> this + ": an append went to " + position + ", behind one at " + before);
        last = position;
        appended(ids.get(i), position, lengths.get(i), since);
      }
    }
    ended(since);
  }

  private void appended(int id, long position, int length, long[] since) {
    Appends.Entry entry =
        new Appends.Entry(id, position, length, since[FaultKind.FLUSH_ERROR.ordinal()]);
    for (Appends.Entry each : appends.entries) {
      referee.check(
          "FILE-6", since, !entry.overlaps(each), () -> entry + " is in the place of " + each);
    }
    appends.entries.add(entry);
  }

  private void readSome() throws IOException {
    if (!appends.entries.isEmpty()) {
      int size = appends.entries.size();
      read(appends.entries.get(size - 1 - dice.below(Math.min(size, 8))), referee.now(), "FILE-3");
    }
  }

  private void read(Appends.Entry entry, long[] since, String rule) throws IOException {
    MemorySegment memory = LaneMemory.of(dice, entry.length);
    try {
      long bytes = file().read(memory, entry.position);
      boolean same = bytes == entry.length && Pattern.mismatch(memory, 0, bytes, entry.id, 0) < 0;
      referee.check(rule, since, same, () -> this + ": " + entry + " is not there any more");
    } catch (IOException failure) {
      failed("a read of " + entry, since, failure);
    }
    ended(since);
  }

  private void makeDurable() throws IOException {
    List<Appends.Entry> before = List.copyOf(appends.entries);
    if (sync()) {
      // a flush that failed may have given up what was under way
      long failures = run.faults().hits(FaultKind.FLUSH_ERROR);
      before.forEach(each -> each.durable |= each.failuresBefore == failures);
    }
  }

  @Override
  void look() throws IOException {
    for (Appends.Entry each : appends.entries) {
      read(each, referee.now(), "FILE-3");
    }
    closeHandle();
  }

  @Override
  void lookAfterPowerCut() throws IOException {
    appends.entries.removeIf(each -> !each.durable);
    for (Appends.Entry each : appends.entries) {
      read(each, new long[referee.now().length], "CMP-6");
    }
    closeHandle();
  }
}
