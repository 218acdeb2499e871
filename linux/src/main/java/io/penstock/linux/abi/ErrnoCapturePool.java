package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Lends an {@link ErrnoCapture} for the time of one downcall: lock-free, and without garbage.
 *
 * <p>Not thread-local: with virtual threads that would be one capture for each of a million
 * threads. A capture is claimed by compare-and-set, beginning at a place derived from the thread,
 * so that a thread finds the same one again and threads seldom meet. When all are claimed the pool
 * grows by a slab, to the most calls ever made at one time; it never shrinks (64 bytes a call).
 */
final class ErrnoCapturePool {
  private static final int CAPTURES_PER_SLAB = 128;
  private static final Slab FIRST = new Slab();

  private ErrnoCapturePool() {}

  /** Claims a capture; the caller {@linkplain ErrnoCapture#release releases} it after its call. */
  static ErrnoCapture claim() {
    int start = (int) Thread.currentThread().threadId();
    for (Slab slab = FIRST; ; slab = slab.nextOrGrow()) {
      ErrnoCapture capture = slab.tryClaim(start);
      if (capture != null) {
        return capture;
      }
    }
  }

  private static final class Slab {
    private static final VarHandle NEXT;

    static {
      try {
        NEXT = MethodHandles.lookup().findVarHandle(Slab.class, "next", Slab.class);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private final ErrnoCapture[] captures = new ErrnoCapture[CAPTURES_PER_SLAB];
    private volatile @Nullable Slab next;

    Slab() {
      MemorySegment memory =
          Arena.global()
              .allocate(
                  (long) CAPTURES_PER_SLAB * ErrnoCapture.SIZE_BYTES, ErrnoCapture.SIZE_BYTES);
      for (int i = 0; i < captures.length; i++) {
        long offset = (long) i * ErrnoCapture.SIZE_BYTES;
        captures[i] = new ErrnoCapture(memory.asSlice(offset, ErrnoCapture.SIZE_BYTES));
      }
    }

    @Nullable ErrnoCapture tryClaim(int start) {
      for (int i = 0; i < captures.length; i++) {
        ErrnoCapture capture = captures[(start + i) & (captures.length - 1)];
        if (capture.tryClaim()) {
          return capture;
        }
      }
      return null;
    }

    Slab nextOrGrow() {
      Slab seen = next;
      if (seen != null) {
        return seen;
      }
      Slab grown = new Slab();
      Slab winner = (Slab) NEXT.compareAndExchange(this, null, grown);
      return winner == null ? grown : winner;
    }
  }
}
