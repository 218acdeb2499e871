package io.penstock.core.request;

/** How one request wants to be treated; see {@link IoFlags}. */
public enum IoFlag {
  /** Fail with EAGAIN, having changed nothing, rather than wait (ADM-12). */
  NOWAIT,
  /** Make a write durable before it is reported (ADM-9). */
  DATA_SYNC,
  /** One untorn device write, or EINVAL (BIO-9). */
  ATOMIC,
  /** Write only where every block already holds data, else EAGAIN (ZERO-6). */
  OVERWRITE_ONLY,
  /** The submission of an asynchronous request returns when it is done. */
  FORCE_WAIT
}
