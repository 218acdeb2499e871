package io.penstock.cli.soak;

import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Changes a range inside of a file that others change beside it: its first and last blocks are
 * theirs too.
 */
class RangeLane extends FileLane {
  final ByteOracle oracle;

  /** A flush has failed at this moment of the oracle, or earlier. */
  private int lost;

  RangeLane(FileRun run, Dice dice, Path path, long base, int span) {
    super(run, dice, path);
    oracle = new ByteOracle(base, span);
  }

  @Override
  void prepare() throws IOException {}

  /** End of what may be read and written. */
  long limit() {
    return oracle.base() + oracle.span();
  }

  /** A range of bytes. */
  private record Part(long from, long to) {
    int length() {
      return (int) (to - from);
    }
  }

  private Part part() {
    long from = oracle.base() + dice.below((int) (limit() - oracle.base()) - 1);
    int most = dice.oneIn(3) ? 9000 : 900;
    return new Part(from, Math.min(limit(), from + 1 + dice.below(most)));
  }

  /** Parts that do not overlap. */
  private List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    long at = oracle.base() + dice.below(2000);
    while (at < limit() && parts.size() < 4) {
      long end = Math.min(limit(), at + 1 + dice.below(2500));
      parts.add(new Part(at, end));
      at = end + dice.below(1500);
    }
    return parts;
  }

  @Override
  void step() throws IOException {
    switch (dice.below(12)) {
      case 0, 1, 2 -> write();
      case 3, 4 -> writeSeveral();
      case 5, 6, 7 -> read();
      case 8 -> batch();
      case 9 -> clear();
      case 10 -> prefetch();
      default -> makeDurable();
    }
  }

  // --- writing ---

  private void write() throws IOException {
    Part part = part();
    int id = run.nextWriter();
    long[] since = referee.now();
    IOException failure = null;
    try {
      file().write(LaneMemory.of(dice, part.length(), id, part.from), part.from);
    } catch (IOException thrown) {
      failure = thrown;
    }
    wrote(id, part, since, failure);
    settled(since);
  }

  private void writeSeveral() throws IOException {
    List<Part> parts = parts();
    long[] since = referee.now();
    DirectFile file = file();
    List<Integer> ids = new ArrayList<>();
    List<CompletableFuture<Long>> futures = new ArrayList<>();
    for (Part each : parts) {
      int id = run.nextWriter();
      futures.add(file.writeAsync(LaneMemory.of(dice, each.length(), id, each.from), each.from));
      ids.add(id);
    }
    for (CompletableFuture<Long> each : futures) {
      run.machine().await(each);
    }
    for (int i = 0; i < parts.size(); i++) {
      wrote(ids.get(i), parts.get(i), since, failureOf(futures.get(i)));
    }
    settled(since);
  }

  static @Nullable IOException failureOf(CompletableFuture<?> future) {
    if (!future.isCompletedExceptionally()) {
      return null;
    }
    Throwable thrown = future.exceptionNow();
    return thrown instanceof IOException io ? io : new IOException(thrown);
  }

  private void wrote(int id, Part part, long[] since, @Nullable IOException failure)
      throws IOException {
    ended(since);
    if (failure == null) {
      referee.check("FILE-1", since, true, () -> "");
      oracle.written(id, part.from, part.to);
      grown(part.to);
    } else {
      failed("a write of " + part, since, failure);
      oracle.failed(id, part.from, part.to);
      mayHaveGrown();
    }
  }

  /** A write has reached so far. */
  void grown(long end) {}

  /** A write has failed. */
  void mayHaveGrown() throws IOException {}

  /** No write is in flight any more. */
  void settled(long[] since) throws IOException {}

  private void batch() throws IOException {
    List<Part> parts = parts();
    Batch batch = new Batch();
    List<MemorySegment> memory = new ArrayList<>();
    List<Boolean> writes = new ArrayList<>();
    List<Integer> writers = new ArrayList<>();
    long[] since = referee.now();
    DirectFile file = file();
    for (Part each : parts) {
      boolean write = dice.oneIn(2);
      int id = run.nextWriter();
      MemorySegment own =
          write
              ? LaneMemory.of(dice, each.length(), id, each.from)
              : LaneMemory.of(dice, each.length());
      int _ = write ? batch.write(file, own, each.from) : batch.read(file, own, each.from);
      memory.add(own);
      writes.add(write);
      writers.add(id);
    }
    try {
      batch.execute();
    } catch (IOException each) {
      // every request is asked for its own
    }
    for (int i = 0; i < parts.size(); i++) {
      if (writes.get(i)) {
        wrote(writers.get(i), parts.get(i), since, batch.error(i));
      }
    }
    settled(since);
    for (int i = 0; i < parts.size(); i++) {
      if (!writes.get(i)) {
        didRead(parts.get(i), memory.get(i), since, batch.bytes(i), batch.error(i), true);
      }
    }
  }

  private void clear() throws IOException {
    Part part = part();
    long[] since = referee.now();
    try {
      boolean _ =
          dice.oneIn(2)
              ? file().punchHole(part.from, part.length())
              : file().zeroRange(part.from, part.length());
      if (clearedTo(part.to) > part.from) {
        oracle.written(0, part.from, clearedTo(part.to));
      }
    } catch (IOException failure) {
      failed("to clear " + part, since, failure);
      oracle.failed(0, part.from, part.to);
    }
    ended(since);
  }

  long clearedTo(long end) {
    return end;
  }

  // --- reading ---

  private void read() throws IOException {
    Part part = part();
    long[] since = referee.now();
    MemorySegment memory = LaneMemory.of(dice, part.length());
    long bytes = 0;
    IOException failure = null;
    try {
      if (dice.oneIn(2)) {
        bytes = file().read(memory, part.from);
      } else {
        CompletableFuture<Long> future = file().readAsync(memory, part.from);
        run.machine().await(future);
        failure = failureOf(future);
        bytes = failure == null ? future.resultNow() : 0;
      }
    } catch (IOException thrown) {
      failure = thrown;
    }
    didRead(part, memory, since, bytes, failure, false);
  }

  private void prefetch() throws IOException {
    Part part = part();
    try {
      long _ = file().prefetch(part.from, part.length());
    } catch (IOException refused) {
      return; // read it without
    }
    if (dice.oneIn(3)) {
      write();
    }
    long[] since = referee.now();
    MemorySegment memory = LaneMemory.of(dice, part.length());
    long bytes = 0;
    IOException failure = null;
    try {
      bytes = file().read(memory, part.from);
    } catch (IOException thrown) {
      failure = thrown;
    }
    didRead(part, memory, since, bytes, failure, false);
  }

  /** Bytes that a read from a position gives. */
  long expected(long from, long to) {
    return to - from;
  }

  private void didRead(
      Part part,
      MemorySegment memory,
      long[] since,
      long bytes,
      @Nullable IOException failure,
      boolean besideWrites) {
    ended(since);
    if (failure != null) {
      failed("a read of " + part, since, failure);
      return;
    }
    long expected = expected(part.from, part.to);
    if (!besideWrites) {
      referee.check(
          "FILE-1",
          since,
          bytes == expected,
          () -> this + ": a read of " + part + " gave " + bytes + " bytes, not " + expected);
      if (bytes != expected) {
        return;
      }
    }
    byte[] read = LaneMemory.bytes(memory, bytes);
    int wrong = oracle.wrong(read, part.from);
    referee.check("FILE-3", since, wrong < 0, () -> told(part, wrong));
    if (meetsNeighbours(part)) {
      referee.check("FILE-6", since, wrong < 0, () -> told(part, wrong));
    }
  }

  private String told(Part part, int wrong) {
    return this + ": byte " + wrong + " of " + part + " is not what was written";
  }

  private boolean meetsNeighbours(Part part) {
    return part.from < oracle.base() + 4096 || part.to > limit() - 4096;
  }

  // --- durability ---

  void makeDurable() throws IOException {
    boolean lostBefore = flushesFailed();
    boolean good = sync();
    boolean lostNow = flushesFailed();
    if (lostBefore || lostNow || !good) {
      lost = oracle.moment();
    }
    if (good) {
      oracle.synced(lost);
      wasSynced();
    }
  }

  /** Its length is durable too. */
  void wasSynced() throws IOException {}

  @Override
  void look() throws IOException {
    byte[] read = readAll();
    int wrong = oracle.wrong(read, oracle.base());
    referee.check(
        "FILE-3",
        referee.now(),
        wrong < 0,
        () -> this + ": byte " + wrong + " is wrong at the end");
    closeHandle();
  }

  private byte[] readAll() throws IOException {
    long end = oracle.base() + expected(oracle.base(), limit());
    MemorySegment memory = MemorySegment.ofArray(new byte[(int) (end - oracle.base())]);
    long bytes = memory.byteSize() == 0 ? 0 : file().read(memory, oracle.base());
    referee.check(
        "FILE-1",
        referee.now(),
        bytes == memory.byteSize(),
        () -> this + ": only " + bytes + " of " + memory.byteSize() + " bytes are there");
    return LaneMemory.bytes(memory, Math.max(0, bytes));
  }

  @Override
  void lookAfterPowerCut() throws IOException {
    byte[] read = readAll();
    int wrong = oracle.survived(read, oracle.base());
    referee.check(
        "CMP-6",
        new long[run.faults().hits().length],
        wrong < 0,
        () -> this + ": without power byte " + wrong + " is neither durable nor written since");
    oracle.begun();
    lost = 0;
    closeHandle();
  }
}
