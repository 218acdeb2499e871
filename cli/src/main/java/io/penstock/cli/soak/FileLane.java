package io.penstock.cli.soak;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.DirectFile;
import io.penstock.testkit.Dice;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.soak.Referee;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** One thing after the other, on a handle of its own, as long as there is power. */
abstract class FileLane {
  final FileRun run;
  final Dice dice;
  final Referee referee;
  private final Path path;
  private @Nullable DirectFile open;

  /** Hits when the handle was opened. */
  private long[] sinceOpen = {};

  /** Whether a sync of the handle has failed. */
  private boolean syncFailed;

  private boolean mayHaveFailed;

  /** Flushes that had failed when this was looked at last. */
  private long failedFlushes;

  FileLane(FileRun run, Dice dice, Path path) {
    this.run = run;
    this.dice = dice;
    this.path = path;
    referee = run.referee();
  }

  /** Makes the file what it is at first, durably. */
  abstract void prepare() throws IOException;

  /** Does one thing. */
  abstract void step() throws IOException;

  /** Looks at all there is, while nobody changes it. */
  abstract void look() throws IOException;

  /** Looks at all that has survived. */
  abstract void lookAfterPowerCut() throws IOException;

  /** One life: until the power goes, or enough was done. */
  final void live() {
    while (run.goesOn()) {
      try {
        step();
        if (dice.oneIn(mayHaveFailed ? 3 : 25)) {
          closeHandle();
        }
      } catch (IOException failure) {
        referee.fail("CMP-2", this + " failed for no reason: " + failure);
      }
    }
    try {
      closeHandle();
    } catch (IOException failure) {
      referee.fail("FILE-5", "a close failed: " + failure);
    }
  }

  /** The lane's handle, opened if it is not. */
  final DirectFile file() throws IOException {
    DirectFile file = open;
    if (file == null) {
      file = run.open(path, dice);
      open = file;
      sinceOpen = referee.now();
      syncFailed = false;
      mayHaveFailed = false;
    }
    return file;
  }

  /** Closes the handle: late callers are told so (FILE-5). */
  final void closeHandle() throws IOException {
    DirectFile file = open;
    if (file == null) {
      return;
    }
    long[] since = sinceOpen;
    file.close();
    file.close();
    open = null;
    boolean told = false;
    try {
      file.read(MemorySegment.ofArray(new byte[7]), 1);
    } catch (ClosedChannelException late) {
      told = true;
    }
    boolean good = told;
    referee.check("FILE-5", since, good, () -> "a read after close was not told so: " + file);
  }

  // --- durability ---

  /**
   * Makes the file durable.
   *
   * @return whether it is
   */
  final boolean sync() throws IOException {
    DirectFile file = file();
    long[] since = referee.now();
    IOException failure = null;
    try {
      if (dice.oneIn(3)) {
        var synced = file.syncAsync();
        run.machine().await(synced);
        failure = (IOException) (synced.isCompletedExceptionally() ? synced.exceptionNow() : null);
      } else if (dice.oneIn(2)) {
        file.syncAll();
      } else {
        file.sync();
      }
    } catch (IOException thrown) {
      failure = thrown;
    }
    boolean explained =
        failure == null
            ? !syncFailed
            : syncFailed
                || mayHaveFailed
                || struck(since, FaultKind.POWER_CUT, FaultKind.FLUSH_ERROR);
    IOException told = failure;
    referee.check(
        "CMP-6",
        since,
        explained,
        () -> this + (told == null ? ": synced after a failure" : ": sync failed: " + told));
    syncFailed |= failure != null;
    mayHaveFailed |= failure != null;
    return failure == null;
  }

  /** Whether a flush may have failed since this was asked last, of whichever file. */
  final boolean flushesFailed() {
    long all = run.faults().hits(FaultKind.FLUSH_ERROR);
    boolean more = all > failedFlushes;
    failedFlushes = all;
    return more;
  }

  // --- errors ---

  /** A request has failed: there must be a reason. */
  final void failed(String what, long[] since, IOException failure) {
    boolean good =
        failure instanceof BlockIoException block
            && block.is(Errno.EIO)
            && (mayHaveFailed
                || struck(
                    since,
                    FaultKind.TRANSIENT_ERROR,
                    FaultKind.STICKY_ERROR,
                    FaultKind.POWER_CUT,
                    FaultKind.FLUSH_ERROR));
    referee.check(
        "CMP-2", since, good, () -> this + ": " + what + " failed for no reason: " + failure);
    mayHaveFailed |= struck(since, FaultKind.FLUSH_ERROR); // of a handle whose writes are durable
  }

  private boolean struck(long[] since, FaultKind... kinds) {
    boolean struck = !run.host().isPowered();
    for (FaultKind each : kinds) {
      struck |= run.faults().hits(each) > since[each.ordinal()];
    }
    return struck;
  }

  /** After every request: what holds whatever came of it. */
  final void ended(long[] since) {
    long violations = run.host().violations();
    referee.check(
        "BIO-3", since, violations == 0, () -> violations + " operations broke the limits");
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " of " + path;
  }
}
