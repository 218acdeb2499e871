package io.penstock.core.device;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Two sums that grow together, bytes and operations, with one atomic instruction per addition: both
 * are halves of one word.
 *
 * <pre>
 *   bits  0..23  operations
 *   bits 24..62  bytes, in units of 512 (every device operation is a multiple of that)
 * </pre>
 *
 * <p>A word that is half full is emptied into two plain sums, under the lock. Everybody who finds
 * it so empties it before it adds more, so it would take thousands of threads in the same moment,
 * each with the largest addition that fits, to overflow it. When threads get in each other's way
 * the word is replaced by several, a cache line apart. What does not fit in a word (bytes taken
 * back, odd lengths) goes straight to the plain sums. Thread-safe.
 */
final class Tally {
  private static final VarHandle WORD;
  private static final VarHandle STRIPE = MethodHandles.arrayElementVarHandle(long[].class);

  static {
    try {
      WORD = MethodHandles.lookup().findVarHandle(Tally.class, "word", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static final int UNIT_SHIFT = 9;
  private static final int BYTES_SHIFT = 24;
  private static final long OPERATIONS_MASK = (1L << BYTES_SHIFT) - 1;

  /** Set in a word of which one half is half full. */
  private static final long HALF_FULL = 1L << 62 | 1L << (BYTES_SHIFT - 1);

  /** Bits that additions that fit do not have: they are under 64 GiB and whole units. */
  private static final long ODD_BYTES = -(1L << 36) | (1L << UNIT_SHIFT) - 1;

  private static final long ODD_OPERATIONS = -(1L << 10);

  /** Longs between two stripes: two cache lines, because they are fetched in pairs. */
  private static final int SPACING = 16;

  private static final int STRIPES =
      2 * Integer.highestOneBit(Math.min(32, Runtime.getRuntime().availableProcessors()));

  private volatile long word;

  /** Instead of the word from the first time that two threads met there; null before. */
  private volatile long @Nullable [] stripes;

  /** Guarded by this. Words are emptied with the lock held, so whoever holds it misses nothing. */
  private long plainBytes;

  private long plainOperations;

  /** Adds to both sums; negative numbers take back. */
  void add(long bytes, long operations) {
    if (((bytes & ODD_BYTES) | (operations & ODD_OPERATIONS)) != 0) {
      addPlain(bytes, operations);
      return;
    }
    long more = bytes << (BYTES_SHIFT - UNIT_SHIFT) | operations;
    long[] spread = stripes;
    if (spread == null) {
      long now = word;
      if (WORD.compareAndSet(this, now, now + more)) {
        if ((now + more & HALF_FULL) != 0) {
          empty();
        }
        return;
      }
      spread = spread();
    }
    // neighbouring thread numbers go to neighbouring stripes
    int index = (int) (Thread.currentThread().threadId() * SPACING) & spread.length - 1;
    long before = (long) STRIPE.getAndAdd(spread, index, more);
    if ((before + more & HALF_FULL) != 0) {
      empty();
    }
  }

  private synchronized void addPlain(long bytes, long operations) {
    plainBytes += bytes;
    plainOperations += operations;
  }

  /** Replaces the word by stripes, if that was not done before. */
  synchronized long[] spread() {
    long[] spread = stripes;
    if (spread == null) {
      spread = new long[STRIPES * SPACING];
      stripes = spread;
    }
    return spread;
  }

  /** Empties every word into the plain sums; additions go on meanwhile. */
  private synchronized void empty() {
    take((long) WORD.getAndSet(this, 0L));
    long[] spread = stripes;
    if (spread != null) {
      for (int i = 0; i < spread.length; i += SPACING) {
        take((long) STRIPE.getAndSet(spread, i, 0L));
      }
    }
  }

  private void take(long both) {
    plainBytes += both >>> BYTES_SHIFT << UNIT_SHIFT;
    plainOperations += both & OPERATIONS_MASK;
  }

  /** Sum of the bytes of every addition that was finished before. */
  synchronized long bytes() {
    empty();
    return plainBytes;
  }

  /** Sum of the operations of every addition that was finished before. */
  synchronized long operations() {
    empty();
    return plainOperations;
  }
}
