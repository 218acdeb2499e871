package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** A descriptor by which one thread wakes another that waits in the kernel: eventfd(2). */
public final class EventFd implements AutoCloseable {
  private static final int EFD_CLOEXEC = OpenFlags.O_CLOEXEC;
  private static final int EFD_NONBLOCK = OpenFlags.O_NONBLOCK;

  private static final SharedCall EVENTFD = SharedCall.returningInt("eventfd");
  private static final SharedCall WRITE = SharedCall.returningLong("write");

  /** What every writer writes: one. */
  private static final MemorySegment ONE = one();

  private final int fd;

  private EventFd(int fd) {
    this.fd = fd;
  }

  private static MemorySegment one() {
    MemorySegment one = Arena.global().allocate(ValueLayout.JAVA_LONG);
    one.set(ValueLayout.JAVA_LONG, 0, 1);
    return one;
  }

  /**
   * Makes one, close-on-exec.
   *
   * @throws RingFailure EMFILE, ENFILE
   */
  public static EventFd open() throws RingFailure {
    long fd = EVENTFD.call(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (fd < 0) {
      throw new RingFailure("eventfd", (int) -fd);
    }
    return new EventFd((int) fd);
  }

  /** The descriptor. */
  public int fd() {
    return fd;
  }

  /** Wakes who waits for it to become readable; from any thread. */
  public void signal() {
    long written = WRITE.call(fd, ONE.address(), ONE.byteSize());
    // EAGAIN: nobody has looked at it for 2^64 signals, so it is readable anyway
    assert written == ONE.byteSize() || written == -Errno.EAGAIN : written;
  }

  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
