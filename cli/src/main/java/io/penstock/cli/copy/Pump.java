package io.penstock.cli.copy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Keeps slots busy with chunks until there are no more, or until something fails: then no chunk is
 * begun any more, and those in flight are waited for. The first failure is reported, others are
 * attached to it.
 */
final class Pump {
  private static final long LOOK_MILLIS = 100;

  private final Chunks chunks;
  private final List<? extends Slot> slots;
  private final CountDownLatch busy;
  private final LongAdder done = new LongAdder();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

  Pump(Chunks chunks, List<? extends Slot> slots) {
    this.chunks = chunks;
    this.slots = slots;
    busy = new CountDownLatch(slots.size());
    slots.forEach(each -> each.serve(this));
  }

  /** Works on all chunks; the memory of the slots is free afterwards in any case. */
  void run(CopyProgress progress) throws IOException {
    for (Slot each : slots) {
      next(each);
    }
    await(progress);
    Exception failed = failure.get();
    if (failed instanceof IOException io) {
      throw io;
    } else if (failed != null) {
      throw (RuntimeException) failed;
    }
    progress.reached(done.sum() + chunks.skipped());
  }

  /** The chunk of a slot is finished: so many bytes of the file. */
  void finished(Slot slot, long bytes) {
    done.add(bytes);
    next(slot);
  }

  /** The chunk of a slot failed; nothing of the slot is in flight. It gets no other. */
  void failed(Exception error) {
    note(error);
    busy.countDown();
  }

  private void next(Slot slot) {
    try {
      Chunk chunk = failure.get() == null ? chunks.next() : null;
      if (chunk == null) {
        busy.countDown();
      } else {
        slot.begin(chunk);
      }
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void note(Exception error) {
    Exception first = failure.compareAndExchange(null, error);
    if (first != null && first != error) {
      first.addSuppressed(error);
    }
  }

  private void await(CopyProgress progress) {
    boolean interrupted = false;
    while (busy.getCount() > 0) {
      try {
        if (!busy.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
          progress.reached(done.sum() + chunks.skipped());
        }
      } catch (InterruptedException e) {
        // The memory is in flight: no way to leave now, but no reason to go on either.
        interrupted = true;
        note(new InterruptedIOException("the copying thread was interrupted"));
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
