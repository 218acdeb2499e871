package io.penstock.core.request;

/** How one request wants to be treated; see {@link IoFlags}. */
public enum IoFlag {
  /** Fail with EAGAIN, having changed nothing, rather than wait (ADM-12). */
  NOWAIT(1),
  /** Make a write durable before it is reported (ADM-9). */
  DATA_SYNC(2),
  /** One untorn device write, or EINVAL (BIO-9). */
  ATOMIC(4),
  /** Write only where every block already holds data, else EAGAIN (ZERO-6). */
  OVERWRITE_ONLY(8),
  /** The submission of an asynchronous request returns when it is done. */
  FORCE_WAIT(16);

  private final int bit;

  IoFlag(int bit) {
    this.bit = bit;
  }

  int bit() {
    return bit;
  }
}
