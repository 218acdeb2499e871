package io.penstock.linux;

import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.ErrnoCapture;
import io.penstock.linux.abi.RingCalls;
import io.penstock.linux.abi.RingEntry;
import io.penstock.linux.abi.RingFailure;
import io.penstock.linux.abi.RingMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * One io_uring and where its thread is in its queues: entries are filled, given to the kernel
 * together, and completions taken off. For the thread that made it.
 *
 * <p>All cursors count from the ring's beginning, modulo 2^32, as the kernel's do.
 */
final class Ring implements AutoCloseable {
  /** No bound on a wait. */
  static final long FOREVER = Long.MAX_VALUE;

  private static final int ARGUMENT_BYTES = 24;
  private static final long ARGUMENT_TIMESPEC = 16;
  private static final int TIMESPEC_BYTES = 16;
  private static final int NO_RING = -1;

  private final RingMemory memory;
  private final RingGate gate;
  private final Arena arena = Arena.ofShared();
  private final ErrnoCapture capture = ErrnoCapture.unpooled(arena);

  /** {@code struct io_uring_getevents_arg}: the address of a timespec at 16. */
  private final MemorySegment argument = arena.allocate(ARGUMENT_BYTES, Long.BYTES);

  /** {@code struct __kernel_timespec}: seconds, nanoseconds. */
  private final MemorySegment timespec = arena.allocate(TIMESPEC_BYTES, Long.BYTES);

  /** Timespecs of timeouts in the ring, by the place that their user gives them. */
  private final MemorySegment timeouts;

  private final int registered;
  private int filled;
  private int given;
  private int taken;

  private Ring(RingMemory memory, RingGate gate, int depth) {
    this.memory = memory;
    this.gate = gate;
    timeouts = arena.allocate((long) depth * TIMESPEC_BYTES, Long.BYTES);
    argument.set(ValueLayout.JAVA_LONG, ARGUMENT_TIMESPEC, timespec.address());
    registered = registerItself();
  }

  /** A ring of the calling thread; as {@link RingMemory#open}. */
  static Ring open(RingOptions options, RingGate gate) throws RingFailure {
    return new Ring(
        RingMemory.open(
            options.submissions(),
            options.completions(),
            options.polled(),
            options.kernelThreadIdleMillis()),
        gate,
        options.depth());
  }

  /** By its registered index the ring need not be looked up among the process's descriptors. */
  private int registerItself() {
    MemorySegment update = arena.allocate(2 * Long.BYTES, Long.BYTES);
    update.set(ValueLayout.JAVA_INT, 0, -1);
    update.set(ValueLayout.JAVA_LONG, 8, memory.fd());
    long done = RingCalls.register(memory.fd(), RingCalls.REGISTER_RING_FDS, update, 1);
    return done == 1 ? update.get(ValueLayout.JAVA_INT, 0) : NO_RING;
  }

  RingMemory memory() {
    return memory;
  }

  Arena arena() {
    return arena;
  }

  // --- submissions ---

  /** Whether so many entries can be filled. */
  boolean hasRoom(int entriesWanted) {
    int most = memory.submissionEntries() - entriesWanted;
    return filled - given <= most && filled - memory.submissionHead() <= most;
  }

  /** Entries that are filled and that the kernel has not been given. */
  int unsubmitted() {
    return filled - given;
  }

  /** Fills an entry; there is {@linkplain #hasRoom room}. Parameters as {@link RingEntry#fill}. */
  void add(
      int opcode,
      int flags,
      int fd,
      long position,
      long address,
      int length,
      int transferFlags,
      int buffer,
      long userData) {
    assert hasRoom(1);
    RingEntry.fill(
        memory.entries(),
        filled & (memory.submissionEntries() - 1),
        opcode,
        flags,
        fd,
        position,
        address,
        length,
        transferFlags,
        buffer,
        userData);
    filled++;
  }

  /**
   * Fills an entry that cancels the operation of the entry before it, which has {@link
   * RingEntry#FLAG_IO_LINK}, after some time.
   *
   * @param place less than the ring's depth; nobody else's until that operation has ended
   */
  void addTimeout(int place, long nanos, long userData) {
    long at = (long) place * TIMESPEC_BYTES;
    setTimespec(timeouts, at, nanos);
    add(RingEntry.OP_LINK_TIMEOUT, 0, -1, 0, timeouts.address() + at, 1, 0, 0, userData);
  }

  private static void setTimespec(MemorySegment memory, long at, long nanos) {
    memory.set(ValueLayout.JAVA_LONG, at, nanos / 1_000_000_000);
    memory.set(ValueLayout.JAVA_LONG, at + Long.BYTES, nanos % 1_000_000_000);
  }

  /** Gives filled entries to the kernel; 0, or {@code -errno}. */
  int submit() {
    return enter(0, 0);
  }

  /**
   * Gives filled entries to the kernel and waits for completions.
   *
   * @param complete completions that must be there
   * @param timeoutNanos how long to wait at most; {@link #FOREVER}
   * @return 0, or {@code -errno}: {@code -ETIME} after the time, {@code -EINTR} after a signal
   */
  int enter(int complete, long timeoutNanos) {
    memory.submissionTail(filled);
    int flags = RingCalls.ENTER_GETEVENTS;
    int submit = filled - given;
    if (memory.hasKernelThread()) {
      if ((memory.submissionFlags() & RingMemory.SQ_NEED_WAKEUP) != 0) {
        flags |= RingCalls.ENTER_SQ_WAKEUP;
      } else if (complete == 0 && !hasDeferred()) {
        given = filled;
        return 0;
      }
    }
    long extra = 0;
    long extraBytes = 0;
    if (complete > 0 && timeoutNanos != FOREVER) {
      setTimespec(timespec, 0, timeoutNanos);
      flags |= RingCalls.ENTER_EXT_ARG;
      extra = argument.address();
      extraBytes = ARGUMENT_BYTES;
    }
    int ring = memory.fd();
    if (registered != NO_RING) {
      ring = registered;
      flags |= RingCalls.ENTER_REGISTERED_RING;
    }
    long result = gate.enter(capture, ring, submit, complete, flags, extra, extraBytes);
    if (result < 0) {
      return (int) result;
    }
    given = memory.hasKernelThread() ? filled : given + (int) result;
    return 0;
  }

  // --- completions ---

  /** Completions that can be taken without a call. */
  int ready() {
    return memory.completionTail() - taken;
  }

  /** Whether completions have to be asked for by a call: deferred, polled for, or overflown. */
  boolean hasDeferred() {
    return memory.isPolled()
        || !memory.tellsDeferredWork()
        || (memory.submissionFlags() & (RingMemory.SQ_TASKRUN | RingMemory.SQ_CQ_OVERFLOW)) != 0;
  }

  /** {@code user_data} of the oldest completion; one is {@linkplain #ready ready}. */
  long userData() {
    return memory.userData(taken);
  }

  /** Its result. */
  int result() {
    return memory.result(taken);
  }

  /** Whether its operation goes on. */
  boolean hasMore() {
    return memory.hasMore(taken);
  }

  /** Goes on to the next completion. */
  void take() {
    taken++;
  }

  /** Gives the entries of what was taken back to the kernel. */
  void giveBack() {
    memory.completionHead(taken);
  }

  /** Whether a call failed for a reason that passes. */
  static boolean isPassing(int result) {
    return switch (-result) {
      case Errno.EINTR, Errno.EAGAIN, Errno.EBUSY, Errno.ETIME -> true;
      default -> false;
    };
  }

  @Override
  public void close() {
    memory.close();
    arena.close();
  }
}
