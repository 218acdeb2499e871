package io.penstock.linux.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;

/**
 * What a ring is asked for and what the kernel made of it: {@code struct io_uring_params} of {@code
 * linux/io_uring.h}, io_uring_setup(2).
 *
 * <p>Field map:
 *
 * <pre>
 * offset  size  name
 *      0     4  sq_entries
 *      4     4  cq_entries
 *      8     4  flags            SETUP_…
 *     12     4  sq_thread_cpu
 *     16     4  sq_thread_idle   milliseconds
 *     20     4  features         FEAT_…
 *     24     4  wq_fd
 *     28    12  reserved
 *     40    40  sq_off: head 0, tail 4, ring_mask 8, ring_entries 12, flags 16, dropped 20, array 24
 *     80    40  cq_off: head 0, tail 4, ring_mask 8, ring_entries 12, overflow 16, cqes 20, flags 24
 * </pre>
 */
final class RingParams {
  /** Completions are polled for, not interrupted; devices with poll queues only. */
  static final int SETUP_IOPOLL = 1;

  /** A thread of the kernel takes submissions. */
  static final int SETUP_SQPOLL = 1 << 1;

  /** The size of the completion queue is given. */
  static final int SETUP_CQSIZE = 1 << 3;

  /** Too many entries are cut to what can be. */
  static final int SETUP_CLAMP = 1 << 4;

  /** An entry that fails does not stop the ones behind it; Linux 5.18. */
  static final int SETUP_SUBMIT_ALL = 1 << 7;

  /** No interrupt of the submitting thread to finish completions; Linux 5.19. */
  static final int SETUP_COOP_TASKRUN = 1 << 8;

  /** The submission queue's flags tell that there is such work; Linux 5.19. */
  static final int SETUP_TASKRUN_FLAG = 1 << 9;

  /** One thread submits; Linux 6.0. */
  static final int SETUP_SINGLE_ISSUER = 1 << 12;

  /** Completions are finished only when that thread asks for them; Linux 6.1. */
  static final int SETUP_DEFER_TASKRUN = 1 << 13;

  /** The submission queue has no array of indexes; Linux 6.6. */
  static final int SETUP_NO_SQARRAY = 1 << 16;

  static final int FEAT_SINGLE_MMAP = 1;

  /** Completions are never dropped. */
  static final int FEAT_NODROP = 1 << 1;

  /** io_uring_enter(2) takes a timeout; Linux 5.11. */
  static final int FEAT_EXT_ARG = 1 << 8;

  private static final long BYTES = 120;
  private static final long SQ_ENTRIES = 0;
  private static final long CQ_ENTRIES = 4;
  private static final long FLAGS = 8;
  private static final long SQ_THREAD_IDLE = 16;
  private static final long FEATURES = 20;
  private static final long SQ_OFF = 40;
  private static final long CQ_OFF = 80;

  /** Offsets in {@code sq_off} and {@code cq_off}; the first four are the same in both. */
  static final int OFF_HEAD = 0;

  static final int OFF_TAIL = 4;
  static final int OFF_MASK = 8;
  static final int SQ_OFF_FLAGS = 16;
  static final int SQ_OFF_ARRAY = 24;
  static final int CQ_OFF_CQES = 20;

  private final MemorySegment struct;

  RingParams(SegmentAllocator allocator) {
    struct = allocator.allocate(BYTES, Long.BYTES);
  }

  /** Clears everything, then asks. */
  RingParams ask(int flags, int completions, int pollIdleMillis) {
    struct.fill((byte) 0);
    set(FLAGS, flags);
    set(CQ_ENTRIES, completions);
    set(SQ_THREAD_IDLE, pollIdleMillis);
    return this;
  }

  MemorySegment struct() {
    return struct;
  }

  int sqEntries() {
    return get(SQ_ENTRIES);
  }

  int cqEntries() {
    return get(CQ_ENTRIES);
  }

  int features() {
    return get(FEATURES);
  }

  int sqOffset(int field) {
    return get(SQ_OFF + field);
  }

  int cqOffset(int field) {
    return get(CQ_OFF + field);
  }

  private int get(long offset) {
    return struct.get(ValueLayout.JAVA_INT, offset);
  }

  private void set(long offset, int value) {
    struct.set(ValueLayout.JAVA_INT, offset, value);
  }
}
