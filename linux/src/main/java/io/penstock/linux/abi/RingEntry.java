package io.penstock.linux.abi;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Fills entries of a submission queue: {@code struct io_uring_sqe} of {@code linux/io_uring.h}.
 *
 * <p>Field map of the 64 bytes:
 *
 * <pre>
 * offset  size  name
 *      0     1  opcode       OP_…
 *      1     1  flags        FLAG_…
 *      2     2  ioprio
 *      4     4  fd           descriptor, or registered index with FLAG_FIXED_FILE
 *      8     8  off          position
 *     16     8  addr         memory, or the user data of the operation to cancel
 *     24     4  len          bytes, or entries of a vector
 *     28     4  rw_flags     RWF_…; fsync_flags, cancel_flags, timeout_flags
 *     32     8  user_data
 *     40     2  buf_index    registered buffer
 *     42     2  personality
 *     44     4  file_index
 *     48    16  more, zero
 * </pre>
 */
public final class RingEntry {
  public static final int BYTES = 64;

  public static final int OP_NOP = 0;
  public static final int OP_READV = 1;
  public static final int OP_WRITEV = 2;
  public static final int OP_FSYNC = 3;
  public static final int OP_READ_FIXED = 4;
  public static final int OP_WRITE_FIXED = 5;
  public static final int OP_POLL_ADD = 6;
  public static final int OP_ASYNC_CANCEL = 14;

  /**
   * Cancels the operation of the entry before it, which has {@link #FLAG_IO_LINK}, after the time
   * of the timespec that {@code addr} points to; {@code len} is 1.
   */
  public static final int OP_LINK_TIMEOUT = 15;

  public static final int OP_FALLOCATE = 17;
  public static final int OP_READ = 22;
  public static final int OP_WRITE = 23;

  /** The descriptor is a registered index. */
  public static final int FLAG_FIXED_FILE = 1;

  /** The next entry begins when this one is done, or is a timeout of it. */
  public static final int FLAG_IO_LINK = 1 << 2;

  /** Do not even try in the submitting thread. */
  public static final int FLAG_ASYNC = 1 << 4;

  /** {@code len} of {@link #OP_POLL_ADD}: stays armed; Linux 5.13. */
  public static final int POLL_ADD_MULTI = 1;

  /** {@code POLLIN} of poll(2). */
  public static final int POLLIN = 1;

  /** {@code fsync_flags}: data and the metadata needed to read it back, as fdatasync(2). */
  public static final int FSYNC_DATASYNC = 1;

  private static final long OPCODE = 0;
  private static final long FD = 4;
  private static final long OFF = 8;
  private static final long ADDR = 16;
  private static final long LEN = 24;
  private static final long RW_FLAGS = 28;
  private static final long USER_DATA = 32;
  private static final long BUF_INDEX = 40;

  private RingEntry() {}

  /**
   * Fills all of an entry.
   *
   * @param entries the queue's entries
   * @param index of the entry
   * @param flags {@code FLAG_…} bits
   * @param length bytes, or entries of a vector
   * @param transferFlags {@code RWF_…} bits or those of the opcode
   * @param buffer index of a registered buffer, else 0
   */
  public static void fill(
      MemorySegment entries,
      int index,
      int opcode,
      int flags,
      int fd,
      long position,
      long address,
      int length,
      int transferFlags,
      int buffer,
      long userData) {
    long at = (long) index * BYTES;
    entries.set(ValueLayout.JAVA_INT, at + OPCODE, opcode | flags << 8);
    entries.set(ValueLayout.JAVA_INT, at + FD, fd);
    entries.set(ValueLayout.JAVA_LONG, at + OFF, position);
    entries.set(ValueLayout.JAVA_LONG, at + ADDR, address);
    entries.set(ValueLayout.JAVA_INT, at + LEN, length);
    entries.set(ValueLayout.JAVA_INT, at + RW_FLAGS, transferFlags);
    entries.set(ValueLayout.JAVA_LONG, at + USER_DATA, userData);
    entries.set(ValueLayout.JAVA_LONG, at + BUF_INDEX, buffer);
    entries.set(ValueLayout.JAVA_LONG, at + 48, 0);
    entries.set(ValueLayout.JAVA_LONG, at + 56, 0);
  }
}
