package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * One io_uring: its descriptor, and the queues it shares with the kernel. What is put into a queue
 * and taken out of it is the caller's business; here are the words of the queues, with the memory
 * order that each wants. For one thread at a time.
 *
 * <p>Entries of the completion queue are {@code struct io_uring_cqe}: offset 0, 8 bytes, {@code
 * user_data}; 8, 4 bytes, {@code res}; 12, 4 bytes, {@code flags}.
 */
public final class RingMemory implements AutoCloseable {
  /** {@code IORING_SQ_NEED_WAKEUP}: the kernel's submission thread sleeps. */
  public static final int SQ_NEED_WAKEUP = 1;

  /** {@code IORING_SQ_CQ_OVERFLOW}: completions wait in the kernel for room in the queue. */
  public static final int SQ_CQ_OVERFLOW = 1 << 1;

  /** {@code IORING_SQ_TASKRUN}: completions wait for this thread to ask for them. */
  public static final int SQ_TASKRUN = 1 << 2;

  private static final long OFFSET_SQ_RING = 0;
  private static final long OFFSET_CQ_RING = 0x8000000L;
  private static final long OFFSET_ENTRIES = 0x10000000L;

  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final int fd;
  private final RingLayout layout;
  private final int setupFlags;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment sq;
  private final MemorySegment cq;
  private final MemorySegment entries;
  private final int cqMask;
  private final long sqHead;
  private final long sqTail;
  private final long sqFlags;
  private final long cqHead;
  private final long cqTail;
  private final long cqes;

  private RingMemory(int fd, RingLayout layout, int setupFlags) throws RingFailure {
    this.fd = fd;
    this.layout = layout;
    this.setupFlags = setupFlags;
    boolean made = false;
    try {
      sq = map(OFFSET_SQ_RING, layout.sqBytes());
      cq = layout.isSingle() ? sq : map(OFFSET_CQ_RING, layout.cqBytes());
      entries = map(OFFSET_ENTRIES, (long) layout.sqEntries() * RingEntry.BYTES);
      made = true;
    } finally {
      if (!made) {
        arena.close();
      }
    }
    sqHead = layout.sqHead();
    sqTail = layout.sqTail();
    sqFlags = layout.sqFlags();
    cqHead = layout.cqHead();
    cqTail = layout.cqTail();
    cqes = layout.cqes();
    cqMask = layout.cqEntries() - 1;
    if ((setupFlags & RingParams.SETUP_NO_SQARRAY) == 0) {
      for (int i = 0; i < layout.sqEntries(); i++) {
        sq.set(ValueLayout.JAVA_INT, layout.sqArray() + (long) i * Integer.BYTES, i);
      }
    }
  }

  /**
   * Makes a ring with the best of what the kernel has.
   *
   * @param submissions entries of the submission queue, rounded up to a power of two
   * @param completions entries of the completion queue, likewise
   * @param polled whether completions are polled for (IOPOLL)
   * @param kernelThreadIdleMillis how long the kernel's submission thread stays awake (SQPOLL); 0
   *     for no such thread
   * @throws RingFailure when there can be none
   */
  public static RingMemory open(
      int submissions, int completions, boolean polled, int kernelThreadIdleMillis)
      throws RingFailure {
    int wanted = polled ? RingParams.SETUP_IOPOLL : 0;
    int common = RingParams.SETUP_CQSIZE | RingParams.SETUP_CLAMP;
    int[] tries;
    if (kernelThreadIdleMillis > 0) {
      wanted |= RingParams.SETUP_SQPOLL;
      tries =
          new int[] {
            RingParams.SETUP_SUBMIT_ALL
                | RingParams.SETUP_SINGLE_ISSUER
                | RingParams.SETUP_NO_SQARRAY,
            RingParams.SETUP_SUBMIT_ALL,
            0
          };
    } else {
      int deferred =
          RingParams.SETUP_SUBMIT_ALL
              | RingParams.SETUP_SINGLE_ISSUER
              | RingParams.SETUP_DEFER_TASKRUN
              | RingParams.SETUP_TASKRUN_FLAG;
      tries =
          new int[] {
            deferred | RingParams.SETUP_COOP_TASKRUN | RingParams.SETUP_NO_SQARRAY,
            deferred | RingParams.SETUP_COOP_TASKRUN,
            RingParams.SETUP_SUBMIT_ALL
                | RingParams.SETUP_COOP_TASKRUN
                | RingParams.SETUP_TASKRUN_FLAG,
            0
          };
    }
    try (Arena scratch = Arena.ofConfined()) {
      RingParams params = new RingParams(scratch);
      long fd = -Errno.EINVAL;
      int flags = 0;
      for (int i = 0; i < tries.length && fd == -Errno.EINVAL; i++) {
        flags = common | wanted | tries[i];
        params.ask(flags, completions, kernelThreadIdleMillis);
        fd = RingCalls.setup(submissions, params.struct());
      }
      if (fd < 0) {
        throw new RingFailure("io_uring_setup", (int) -fd);
      }
      return of((int) fd, params, flags);
    }
  }

  private static RingMemory of(int fd, RingParams params, int flags) throws RingFailure {
    boolean made = false;
    try {
      int needed = RingParams.FEAT_NODROP | RingParams.FEAT_EXT_ARG;
      if ((params.features() & needed) != needed) {
        throw new RingFailure("io_uring_setup: a kernel older than 5.11", Errno.ENOSYS);
      }
      RingMemory ring = new RingMemory(fd, RingLayout.of(params, flags), flags);
      made = true;
      return ring;
    } finally {
      if (!made) {
        FileCalls.close(fd);
      }
    }
  }

  @SuppressWarnings("restricted") // memory that the kernel shares has no other way to a segment
  private MemorySegment map(long offset, long bytes) throws RingFailure {
    long address = MemoryCalls.mapShared(fd, offset, bytes);
    if (address < 0 && address > -4096) {
      throw new RingFailure("mmap of io_uring", (int) -address);
    }
    return MemorySegment.ofAddress(address)
        .reinterpret(bytes, arena, mapped -> MemoryCalls.unmap(mapped.address(), bytes));
  }

  /** The descriptor, for {@link RingCalls}. */
  public int fd() {
    return fd;
  }

  /** Whether a thread of the kernel takes submissions. */
  public boolean hasKernelThread() {
    return (setupFlags & RingParams.SETUP_SQPOLL) != 0;
  }

  /** Whether completions are polled for. */
  public boolean isPolled() {
    return (setupFlags & RingParams.SETUP_IOPOLL) != 0;
  }

  /** Whether {@link #SQ_TASKRUN} tells that completions wait for this thread. */
  public boolean tellsDeferredWork() {
    return (setupFlags & RingParams.SETUP_TASKRUN_FLAG) != 0;
  }

  /** Entries of the submission queue, a power of two. */
  public int submissionEntries() {
    return layout.sqEntries();
  }

  /** Entries of the completion queue, a power of two. */
  public int completionEntries() {
    return layout.cqEntries();
  }

  /** The entries of the submission queue, for {@link RingEntry#fill}. */
  public MemorySegment entries() {
    return entries;
  }

  /** Entries that the kernel has taken so far, modulo 2^32. */
  public int submissionHead() {
    return (int) INT.getAcquire(sq, sqHead);
  }

  /** Hands entries to the kernel: so many in all, modulo 2^32. */
  public void submissionTail(int tail) {
    INT.setRelease(sq, sqTail, tail);
  }

  /** {@code SQ_…} bits at this moment. */
  public int submissionFlags() {
    return (int) INT.getVolatile(sq, sqFlags);
  }

  /** Completions that the kernel has delivered so far, modulo 2^32. */
  public int completionTail() {
    return (int) INT.getAcquire(cq, cqTail);
  }

  /** Gives entries back to the kernel: so many in all, modulo 2^32. */
  public void completionHead(int head) {
    INT.setRelease(cq, cqHead, head);
  }

  /** {@code user_data} of a completion. */
  public long userData(int completion) {
    return cq.get(ValueLayout.JAVA_LONG, cqe(completion));
  }

  /** Result of a completion. */
  public int result(int completion) {
    return cq.get(ValueLayout.JAVA_INT, cqe(completion) + 8);
  }

  /** Whether the operation of a completion goes on and will have more ({@code CQE_F_MORE}). */
  public boolean hasMore(int completion) {
    return (cq.get(ValueLayout.JAVA_INT, cqe(completion) + 12) & 2) != 0;
  }

  private long cqe(int completion) {
    return cqes + (long) (completion & cqMask) * RingLayout.CQE_BYTES;
  }

  /** Closes the ring and unmaps its queues; nobody may be using them. */
  @Override
  public void close() {
    FileCalls.close(fd);
    arena.close();
  }
}
