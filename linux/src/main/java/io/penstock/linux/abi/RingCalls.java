package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.LONG;

import java.lang.foreign.MemorySegment;

/**
 * The three calls of io_uring: io_uring_setup(2), io_uring_enter(2), io_uring_register(2). Their
 * numbers are the same on every architecture. No call allocates. Constants are those of {@code
 * linux/io_uring.h}.
 */
public final class RingCalls {
  /** Wait for completions, and run what the kernel has deferred to this thread. */
  public static final int ENTER_GETEVENTS = 1;

  /** Wake the kernel's submission thread ({@link RingParams#SETUP_SQPOLL}). */
  public static final int ENTER_SQ_WAKEUP = 1 << 1;

  /** Wait for room in the submission queue ({@link RingParams#SETUP_SQPOLL}). */
  public static final int ENTER_SQ_WAIT = 1 << 2;

  /** The last argument is a {@code struct io_uring_getevents_arg}. */
  public static final int ENTER_EXT_ARG = 1 << 3;

  /** The ring is named by its registered index. */
  public static final int ENTER_REGISTERED_RING = 1 << 4;

  /** Opcodes of io_uring_register(2). */
  public static final int REGISTER_PROBE = 8;

  public static final int REGISTER_FILES2 = 13;
  public static final int REGISTER_FILES_UPDATE = 6;
  public static final int REGISTER_BUFFERS2 = 15;
  public static final int REGISTER_BUFFERS_UPDATE = 16;
  public static final int REGISTER_RING_FDS = 20;
  public static final int UNREGISTER_RING_FDS = 21;

  private static final StandaloneCall ENTER =
      new StandaloneCall(
          NativeCall.syscall(Abi.CALL_IO_URING_ENTER, INT, INT, INT, INT, LONG, LONG));
  private static final SharedCall SETUP = SharedCall.syscall(Abi.CALL_IO_URING_SETUP);
  private static final SharedCall REGISTER = SharedCall.syscall(Abi.CALL_IO_URING_REGISTER);

  private RingCalls() {}

  /**
   * Makes a ring.
   *
   * @param params {@code struct io_uring_params}, filled by the kernel
   * @return a descriptor, close-on-exec, or {@code -errno}
   */
  static long setup(int entries, MemorySegment params) {
    return SETUP.call(entries, SharedCall.address(params));
  }

  /**
   * Submits, and waits for completions.
   *
   * @param capture the caller's own
   * @param ring descriptor, or registered index with {@link #ENTER_REGISTERED_RING}
   * @param submit entries to take from the submission queue
   * @param complete completions to wait for
   * @param flags {@code ENTER_…} bits
   * @param argument address of the last argument, or 0; the caller holds its memory
   * @param argumentBytes its size
   * @return entries taken, or {@code -errno}; {@code -ETIME} when the time has passed
   */
  public static long enter(
      ErrnoCapture capture,
      int ring,
      int submit,
      int complete,
      int flags,
      long argument,
      long argumentBytes) {
    try {
      return capture.result(
          (long)
              ENTER.handle.invokeExact(
                  capture.segment(), ring, submit, complete, flags, argument, argumentBytes));
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    }
  }

  /**
   * Registers something with a ring.
   *
   * @param argument as the opcode wants it; the caller keeps it
   * @param count as the opcode wants it
   * @return as the opcode says, or {@code -errno}
   */
  public static long register(int ring, int opcode, MemorySegment argument, int count) {
    return REGISTER.call(ring, opcode, SharedCall.address(argument), count);
  }
}
