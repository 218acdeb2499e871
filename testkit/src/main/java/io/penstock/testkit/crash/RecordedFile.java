package io.penstock.testkit.crash;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * A file whose every change is noted in a {@link CrashRecorder}: when it was begun, and when it was
 * acknowledged as durable, by a sync or by a data-sync write. Positions and lengths are bytes,
 * multiples of the device's logical block but for {@link #truncate}.
 *
 * <p>For one thread, which also decides when what was submitted is carried out, and so the order of
 * everything. Writes that are in flight at the same time must not overlap.
 */
public final class RecordedFile {
  private final CrashRecorder recorder;
  private final PacedDevice pace;
  private final BlockFile file;
  private final Queue<Runnable> deferred;
  private final Arena arena = Arena.ofAuto();

  /** Done, and not acknowledged as durable. */
  private final List<FileChange> volatileChanges = new ArrayList<>();

  private int changes;
  private int inFlight;
  private @Nullable IOException failure;

  RecordedFile(CrashRecorder recorder, PacedDevice pace, BlockFile file, Queue<Runnable> deferred) {
    this.recorder = recorder;
    this.pace = pace;
    this.file = file;
    this.deferred = deferred;
  }

  static Queue<Runnable> noneDeferred() {
    return new ArrayDeque<>();
  }

  /** Bytes. */
  public long size() {
    return file.size();
  }

  /** Writes, and waits for it; may be lost until the next sync. */
  public void write(long position, int length) throws IOException {
    FileChange change = beginWrite(position, length);
    DirectIo.write(file, dataOf(change), position);
    volatileChanges.add(change);
  }

  /** Writes durably, and waits for it. */
  public void writeDurably(long position, int length) throws IOException {
    FileChange change = beginWrite(position, length);
    DirectIo.write(file, dataOf(change), position, IoFlags.of(IoFlag.DATA_SYNC));
    recorder.acknowledge(change);
  }

  /** Begins to write; done when it was {@linkplain #letGo let go}. */
  public void submit(long position, int length, boolean durably) throws IOException {
    FileChange change = beginWrite(position, length);
    inFlight++;
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.WRITE,
        file,
        dataOf(change),
        position,
        durably ? IoFlags.of(IoFlag.DATA_SYNC) : IoFlags.NONE,
        (request, bytes, error) -> ended(change, durably, error));
  }

  private void ended(FileChange change, boolean durably, @Nullable IOException error) {
    inFlight--;
    if (error != null) {
      failure = error;
    } else if (durably) {
      recorder.acknowledge(change);
    } else {
      volatileChanges.add(change);
    }
  }

  /** Has one of the device operations carried out that are under way, if there is any. */
  public void letGo(Dice dice) throws IOException {
    if (pace.held() > 0) {
      pace.letGo(dice.below(pace.held()));
    }
    for (Runnable task = deferred.poll(); task != null; task = deferred.poll()) {
      task.run();
    }
    IOException failed = failure;
    if (failed != null) {
      throw failed;
    }
  }

  /** Waits for all that was submitted. */
  public void drain(Dice dice) throws IOException {
    while (inFlight > 0) {
      letGo(dice);
    }
  }

  /** Has all carried out that a script which failed has left under way: close waits for it. */
  void abandon(Dice dice) {
    while (inFlight > 0 && (pace.held() > 0 || !deferred.isEmpty())) {
      try {
        letGo(dice);
      } catch (IOException ignored) {
        // the script's own failure is told
      }
    }
  }

  /** Sets the size to any number of bytes; may be lost until the next sync. Nothing in flight. */
  public void truncate(long newSize) throws IOException {
    FileChange change = new FileChange(++changes, true, newSize, 0);
    recorder.begin(change);
    DirectIo.truncate(file, newSize);
    volatileChanges.add(change);
  }

  /** Makes durable what is done. */
  public void sync() throws IOException {
    List<FileChange> done = List.copyOf(volatileChanges);
    file.sync(SyncScope.DATA);
    volatileChanges.removeAll(done);
    recorder.acknowledgeAll(done);
  }

  private FileChange beginWrite(long position, int length) {
    FileChange change = new FileChange(++changes, false, position, length);
    recorder.begin(change);
    return change;
  }

  private IoVector dataOf(FileChange change) {
    MemorySegment data = arena.allocate(change.length(), 4096);
    Pattern.fill(data, 0, change.length(), change.writer(), change.position());
    return IoVector.of(data);
  }
}
