package io.penstock.linux.abi;

import static io.penstock.linux.abi.NativeCall.INT;
import static io.penstock.linux.abi.NativeCall.LONG;
import static io.penstock.linux.abi.NativeCall.POINTER;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/** A descriptor by which one thread wakes another that waits in the kernel: eventfd(2). */
public final class EventFd implements AutoCloseable {
  private static final int EFD_CLOEXEC = OpenFlags.O_CLOEXEC;
  private static final int EFD_NONBLOCK = OpenFlags.O_NONBLOCK;

  private static final MethodHandle EVENTFD = NativeCall.of("eventfd", INT, INT, INT);
  private static final StandaloneCall WRITE =
      new StandaloneCall(NativeCall.of("write", LONG, INT, POINTER, LONG));

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
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      long fd =
          capture.result(
              (long) EVENTFD.invokeExact(capture.segment(), 0, EFD_CLOEXEC | EFD_NONBLOCK));
      if (fd < 0) {
        throw new RingFailure("eventfd", (int) -fd);
      }
      return new EventFd((int) fd);
    } catch (RingFailure failure) {
      throw failure;
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  /** The descriptor. */
  public int fd() {
    return fd;
  }

  /** Wakes who waits for it to become readable; from any thread. */
  public void signal() {
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      long ignored = (long) WRITE.handle.invokeExact(capture.segment(), fd, ONE, 8L);
      assert ignored == 8 : capture.result(ignored);
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  @Override
  public void close() {
    FileCalls.close(fd);
  }
}
