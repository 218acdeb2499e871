package io.penstock.linux.abi;

/** Flags of one transfer, for preadv2(2) and pwritev2(2); values of {@code linux/fs.h}. */
public final class TransferFlags {
  /** Poll for completion; direct I/O on a device with poll queues only. */
  public static final int RWF_HIPRI = 0x01;

  /** This write is durable, with the metadata needed to read it back, when the call returns. */
  public static final int RWF_DSYNC = 0x02;

  /** This write is durable with all metadata when the call returns. */
  public static final int RWF_SYNC = 0x04;

  /** Fail with {@code EAGAIN} rather than wait. */
  public static final int RWF_NOWAIT = 0x08;

  /** Write at the end of the file, whatever the position. */
  public static final int RWF_APPEND = 0x10;

  /** Write at the position even if the file was opened with {@code O_APPEND}; Linux 6.9. */
  public static final int RWF_NOAPPEND = 0x20;

  /** All of this write or nothing after a power cut; Linux 6.11. */
  public static final int RWF_ATOMIC = 0x40;

  private TransferFlags() {}
}
