package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;

/** The error of a bio whose {@code submit} threw, which is a breach of {@link BlockDevice}. */
public final class SubmitFailure {
  private SubmitFailure() {}

  /** EIO, with what was thrown as its cause. */
  public static BlockIoException of(Bio bio, BlockDevice device, Throwable thrown) {
    return new BlockIoException(
        Errno.EIO.number(),
        "submit",
        nameOf(device),
        bio.deviceOffset(),
        bio.length(),
        "submit threw " + thrown + ", instead of completing the operation with an error",
        thrown);
  }

  /** Ends those from {@code from} to {@code to}, which nobody was given after one had thrown. */
  public static void endRest(Bio[] bios, int from, int to, BlockDevice device, Throwable thrown) {
    for (int i = from; i < to; i++) {
      bios[i].complete(of(bios[i], device, thrown));
    }
  }

  /** The name of a device, or that of its class if it throws: whoever ends a bio must not. */
  public static String nameOf(BlockDevice device) {
    try {
      return device.name();
    } catch (RuntimeException | Error broken) {
      return device.getClass().getName();
    }
  }
}
