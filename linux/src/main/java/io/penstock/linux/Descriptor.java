package io.penstock.linux;

import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NativeFailure;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The descriptor of an open file, which is closed only when nobody uses it: its number may be
 * another file's the moment after, and a transfer that came late would go there. Thread-safe.
 *
 * <p>Whoever makes a call on the descriptor {@linkplain #acquire acquires} it before and
 * {@linkplain #release releases} it after. {@link #close} does not wait for them: the last one
 * closes it. So a completion handler can close a device whose own threads still have work.
 */
final class Descriptor implements AutoCloseable {
  private static final int CLOSED = Integer.MIN_VALUE;
  private static final VarHandle STATE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(Descriptor.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final int fd;
  private final String subject;

  /** Uses at this moment, and {@link #CLOSED}. */
  private volatile int state;

  private Runnable beforeClose = () -> {};

  /**
   * Takes over a descriptor.
   *
   * @param subject path of the file, for messages
   */
  Descriptor(int fd, String subject) {
    this.fd = fd;
    this.subject = subject;
  }

  /** Has something run just before the kernel is told, on the thread that tells it. */
  void beforeClose(Runnable last) {
    beforeClose = last;
  }

  /** The number, for calls between {@link #acquire} and {@link #release}. */
  int fd() {
    return fd;
  }

  /** Begins a use; false when it is closed. */
  boolean acquire() {
    int seen = state;
    while (seen >= 0) {
      int witness = (int) STATE.compareAndExchange(this, seen, seen + 1);
      if (witness == seen) {
        return true;
      }
      seen = witness;
    }
    return false;
  }

  /** Ends a use. */
  void release() {
    int left = (int) STATE.getAndAdd(this, -1) - 1;
    assert left >= 0 || left < CLOSED / 2 : "released more often than acquired";
    if (left == CLOSED) {
      beforeClose.run();
      long result = FileCalls.close(fd);
      if (result < 0) {
        // Whoever closed the device has gone on: there is nobody else to tell.
        System.getLogger("io.penstock")
            .log(
                System.Logger.Level.WARNING,
                NativeFailure.of("close", subject, (int) -result).message());
      }
    }
  }

  boolean isClosed() {
    return state < 0;
  }

  /**
   * Closes the descriptor, or has its last user do it. Idempotent.
   *
   * @throws IOException if the kernel reports an earlier failure now; it is closed all the same
   */
  @Override
  public void close() throws IOException {
    int before = (int) STATE.getAndBitwiseOr(this, CLOSED);
    if (before == 0) {
      beforeClose.run();
      NativeFailure.check("close", subject, FileCalls.close(fd));
    }
  }
}
