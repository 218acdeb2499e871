package io.penstock.core.memory;

import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Aligned native memory in power-of-two sizes, reused. Every buffer is aligned to {@link
 * #ALIGNMENT} or to its size, whichever is smaller, and so is every multiple of {@code L} inside of
 * it as far as a device can ask.
 *
 * <p><b>Budget.</b> A pool may be given a most number of bytes to hold, in use or idle. When it is
 * used up, {@link #take} waits for others to give back, first come first served, {@link #tryTake}
 * says so, and {@link #takeNow} goes beyond it, with memory that is freed when it is given back and
 * counted apart: that is what the engine does, which may neither wait for others nor fail a request
 * for their sake. Idle buffers of other sizes make room.
 *
 * <p><b>Leaks.</b> With {@code -Dpenstock.leaks=true}, or where a pool is made so, every buffer
 * remembers where it was taken: {@link #report()} lists those that are out, {@link #close()} names
 * them, and one that is dropped without having been given back is warned of, to the logger {@code
 * io.penstock}. Taking then allocates; otherwise it allocates nothing once the pool is warm.
 *
 * <p>Thread-safe. Memory is kept until {@link #close()}.
 */
public final class BufferPool implements AutoCloseable {
  /** Smallest buffer, bytes. */
  public static final int MIN_BYTES = 4096;

  /** Largest buffer, bytes. */
  public static final int MAX_BYTES = 4 << 20;

  /** Alignment of the buffers of at least this size, bytes. */
  public static final int ALIGNMENT = 64 * 1024;

  /** No budget. */
  public static final long UNBOUNDED = Long.MAX_VALUE;

  /** System property: the budget of the {@linkplain #shared() shared} pool, bytes. */
  public static final String BUDGET_PROPERTY = "penstock.pool.bytes";

  /** System property: {@code true} to look for leaks in every pool. */
  public static final String LEAKS_PROPERTY = "penstock.leaks";

  private static final int MIN_SHIFT = Integer.numberOfTrailingZeros(MIN_BYTES);
  private static final int CLASSES = Integer.numberOfTrailingZeros(MAX_BYTES) - MIN_SHIFT + 1;

  /** Made when first asked for, so that its budget can be set before. */
  private static final class Shared {
    static final BufferPool POOL =
        new BufferPool("shared", sharedBudget(), Boolean.getBoolean(LEAKS_PROPERTY));
  }

  private static final AtomicLong SHARED_BUDGET = new AtomicLong();

  private final String name;
  private final long budget;
  private final @Nullable IoArena arena;
  private final IdleStack[] idle = new IdleStack[CLASSES];
  private final boolean findsLeaks;
  private final Consumer<String> warnings;
  private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

  /** Those who wait for room, first come first served; guarded by this. */
  private final ArrayDeque<Thread> queue = new ArrayDeque<>();

  /** Length of the queue, for those who only want to know whether there is one. */
  private volatile int waiting;

  /** Bytes of native memory, in use or not; guarded by this. */
  private long held;

  /** Guarded by this. */
  private boolean closed;

  private final AtomicLong inUse = new AtomicLong();
  private final AtomicLong peak = new AtomicLong();
  private final AtomicLong beyond = new AtomicLong();
  private final LongAdder takes = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder waits = new LongAdder();
  private final LongAdder overflows = new LongAdder();

  /** An empty pool without a budget. */
  public BufferPool() {
    this("a pool", UNBOUNDED, Boolean.getBoolean(LEAKS_PROPERTY));
  }

  /**
   * An empty pool.
   *
   * @param name for messages
   * @param budgetBytes most bytes it holds, at least {@link #MIN_BYTES}; {@link #UNBOUNDED} for no
   *     bound
   * @param findsLeaks whether buffers remember where they were taken
   */
  public BufferPool(String name, long budgetBytes, boolean findsLeaks) {
    this(
        name,
        budgetBytes,
        findsLeaks,
        warning -> System.getLogger("io.penstock").log(Level.WARNING, warning));
  }

  BufferPool(String name, long budgetBytes, boolean findsLeaks, Consumer<String> warnings) {
    if (budgetBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "budget "
              + budgetBytes
              + " of pool "
              + name
              + " must be at least one buffer of "
              + MIN_BYTES
              + " bytes");
    }
    this.name = name;
    budget = budgetBytes;
    // a bounded pool frees idle buffers one by one to make room, and so gives each its own arena
    arena = budget == UNBOUNDED ? IoArena.ofShared() : null;
    this.findsLeaks = findsLeaks;
    this.warnings = warnings;
    for (int i = 0; i < CLASSES; i++) {
      idle[i] = new IdleStack();
    }
  }

  /**
   * The pool the engine takes its bounce buffers from; never closed. Its budget is {@value
   * #BUDGET_PROPERTY}, or what {@link #shareBudget} was told; none if neither was said.
   */
  public static BufferPool shared() {
    return Shared.POOL;
  }

  /**
   * Sets the budget of the shared pool, bytes.
   *
   * @throws IllegalStateException when that pool is in use already
   */
  public static void shareBudget(long budgetBytes) {
    if (budgetBytes < MIN_BYTES) {
      throw new IllegalArgumentException(
          "budget " + budgetBytes + " must be at least " + MIN_BYTES + " bytes");
    }
    if (!SHARED_BUDGET.compareAndSet(0, budgetBytes)) {
      throw new IllegalStateException(
          "the budget of the shared pool was set before, or the pool is in use; set it first thing"
              + " in the program, or with -D"
              + BUDGET_PROPERTY);
    }
  }

  private static long sharedBudget() {
    long property = Long.getLong(BUDGET_PROPERTY, UNBOUNDED);
    return SHARED_BUDGET.compareAndSet(0, property)
        ? Math.max(MIN_BYTES, property)
        : SHARED_BUDGET.get();
  }

  // --- taking ---

  /**
   * Takes a buffer of at least {@code bytes}, waiting while the budget is used up; an interrupt
   * does not cut the wait short and is kept. Not for a device's thread, and not for who has a
   * buffer of a bounded pool already, which others may wait for in turn.
   *
   * @throws IllegalArgumentException when {@code bytes} is over {@link #MAX_BYTES} or the budget
   * @throws IllegalStateException when the pool is closed
   */
  public PooledBuffer take(long bytes) {
    int size = sizeClass(bytes);
    if (bytesOf(size) > budget) {
      throw new IllegalArgumentException(
          "a buffer of "
              + bytesOf(size)
              + " bytes is over the budget of pool "
              + name
              + ", "
              + budget
              + " bytes");
    }
    PoolSlot slot = takeIdle(size);
    return lend(slot != null ? slot : await(size), bytesOf(size));
  }

  /** As {@link #take}, but null instead of waiting. */
  public @Nullable PooledBuffer tryTake(long bytes) {
    int size = sizeClass(bytes);
    PoolSlot slot = takeIdle(size);
    if (slot == null) {
      slot = takeInTurn(size);
    }
    return slot == null ? null : lend(slot, bytesOf(size));
  }

  /**
   * As {@link #take}, but beyond the budget instead of waiting: with memory that is freed when it
   * is given back.
   */
  public PooledBuffer takeNow(long bytes) {
    PooledBuffer buffer = tryTake(bytes);
    if (buffer != null) {
      return buffer;
    }
    int length = bytesOf(sizeClass(bytes));
    IoArena own = IoArena.ofShared();
    MemorySegment memory = own.allocate(length, Math.min(length, ALIGNMENT));
    overflows.increment();
    beyond.addAndGet(length);
    return lend(new PoolSlot(this, null, memory, own), length);
  }

  private static int sizeClass(long bytes) {
    if (bytes < 1 || bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a pooled buffer of " + bytes + " bytes; it may have 1 to " + MAX_BYTES);
    }
    return Math.max(0, 64 - Long.numberOfLeadingZeros(bytes - 1) - MIN_SHIFT);
  }

  private static int bytesOf(int size) {
    return MIN_BYTES << size;
  }

  /** An idle buffer, unless somebody waits who was here before. */
  private @Nullable PoolSlot takeIdle(int size) {
    return waiting == 0 ? idle[size].pop() : null;
  }

  private PooledBuffer lend(PoolSlot slot, int bytes) {
    takes.increment();
    long now = inUse.addAndGet(bytes);
    long most = peak.get();
    while (now > most && !peak.compareAndSet(most, now)) {
      most = peak.get();
    }
    return findsLeaks ? lendWatched(slot, bytes) : slot.buffer.taken();
  }

  private PooledBuffer lendWatched(PoolSlot slot, int bytes) {
    Lease lease = new Lease(bytes, leases, warnings);
    PooledBuffer buffer = new PooledBuffer(this, slot, lease);
    lease.watch(buffer);
    return buffer.taken();
  }

  private synchronized @Nullable PoolSlot takeInTurn(int size) {
    return queue.isEmpty() ? takeOrMake(size) : null;
  }

  private PoolSlot await(int size) {
    Thread self = Thread.currentThread();
    synchronized (this) {
      PoolSlot slot = queue.isEmpty() ? takeOrMake(size) : null;
      if (slot != null) {
        return slot;
      }
      queue.add(self);
      waiting = queue.size();
    }
    waits.increment();
    boolean interrupted = false;
    PoolSlot slot = takeAsFirst(size, self);
    while (slot == null) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
      slot = takeAsFirst(size, self);
    }
    if (interrupted) {
      self.interrupt();
    }
    return slot;
  }

  private synchronized @Nullable PoolSlot takeAsFirst(int size, Thread self) {
    if (queue.peek() != self) {
      return null;
    }
    PoolSlot slot = takeOrMake(size);
    if (slot != null) {
      queue.remove();
      waiting = queue.size();
      wakeFirst();
    }
    return slot;
  }

  private synchronized void wakeFirst() {
    Thread first = queue.peek();
    if (first != null) {
      LockSupport.unpark(first);
    }
  }

  /** With the lock held: an idle buffer, or a new one if the budget allows it, or null. */
  private @Nullable PoolSlot takeOrMake(int size) {
    if (closed) {
      throw new IllegalStateException("pool " + name + " is closed");
    }
    PoolSlot slot = idle[size].pop();
    if (slot != null) {
      return slot;
    }
    int bytes = bytesOf(size);
    if (bytes > budget - held && !makeRoom(bytes)) {
      return null;
    }
    misses.increment();
    IoArena own = arena == null ? IoArena.ofShared() : null;
    IoArena from = own == null ? arena : own;
    assert from != null;
    MemorySegment memory = from.allocate(bytes, Math.min(bytes, ALIGNMENT));
    PoolSlot made = new PoolSlot(this, idle[size], memory, own);
    idle[size].add(made);
    held += bytes;
    return made;
  }

  /** With the lock held: frees idle buffers, large ones first, if that makes room enough. */
  private boolean makeRoom(int bytes) {
    long inPool = inUse.get() - beyond.get();
    if (bytes > budget - inPool) {
      return false;
    }
    for (int i = CLASSES - 1; i >= 0; i--) {
      PoolSlot slot;
      while (bytes > budget - held && (slot = idle[i].pop()) != null) {
        idle[i].remove(slot);
        held -= bytesOf(i);
        free(slot);
      }
    }
    return bytes <= budget - held;
  }

  private static void free(PoolSlot slot) {
    IoArena own = slot.own;
    assert own != null;
    own.closeWhenIdle();
  }

  // --- giving back ---

  void giveBack(PoolSlot slot) {
    long bytes = slot.memory.byteSize();
    IdleStack home = slot.home;
    if (home == null) {
      beyond.addAndGet(-bytes);
      inUse.addAndGet(-bytes);
      if (waiting > 0) {
        // who looked between these two sums saw less room than there is, and sleeps
        wakeFirst();
      }
      free(slot);
      return;
    }
    home.push(slot);
    inUse.addAndGet(-bytes);
    if (waiting > 0) {
      wakeFirst();
    }
  }

  // --- accounts ---

  /** Bytes of buffers that were taken and not given back. */
  public long bytesInUse() {
    return inUse.get();
  }

  /** Bytes of native memory the pool holds, in use or not; not those beyond its budget. */
  public synchronized long bytesHeld() {
    return held;
  }

  /** All accounts. */
  public synchronized PoolUsage usage() {
    return new PoolUsage(
        budget,
        held,
        inUse.get(),
        peak.get(),
        beyond.get(),
        takes.sum(),
        misses.sum(),
        waits.sum(),
        overflows.sum());
  }

  /** The buffers that are out, and, where leaks are looked for, who took each where. */
  public String report() {
    StringBuilder text =
        new StringBuilder("pool ")
            .append(name)
            .append(": ")
            .append(inUse.get())
            .append(" bytes not given back");
    if (findsLeaks) {
      leases.forEach(lease -> text.append("\n  ").append(lease));
    } else if (inUse.get() > 0) {
      text.append("; to see where they were taken, run with -D")
          .append(LEAKS_PROPERTY)
          .append("=true");
    }
    return text.toString();
  }

  /**
   * Frees all memory.
   *
   * @throws IllegalStateException when buffers have not been given back
   */
  @Override
  public synchronized void close() {
    long out = bytesInUse();
    if (out != 0) {
      throw new IllegalStateException(
          out
              + " bytes of this pool's buffers were not given back; give them back, then close it: "
              + report());
    }
    if (closed) {
      return;
    }
    closed = true;
    for (IdleStack each : idle) {
      for (PoolSlot slot = each.pop(); slot != null; slot = each.pop()) {
        if (slot.own != null) {
          free(slot);
        }
      }
    }
    if (arena != null) {
      arena.close();
    }
    held = 0;
  }

  @Override
  public String toString() {
    return "pool " + name;
  }
}
