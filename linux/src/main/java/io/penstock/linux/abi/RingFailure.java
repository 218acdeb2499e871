package io.penstock.linux.abi;

/** Why a ring could not be made. */
public final class RingFailure extends Exception {
  private static final long serialVersionUID = 1L;

  private final int errno;

  RingFailure(String what, int errno) {
    super(what + ": " + Errno.describe(errno));
    this.errno = errno;
  }

  /** Positive error number. */
  public int errno() {
    return errno;
  }
}
