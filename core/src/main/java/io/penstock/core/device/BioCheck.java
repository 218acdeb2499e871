package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Checks a bio against the limits of a device (BIO-3). The engine never exceeds a limit; a device
 * that checks turns a mistake of whoever else assembles bios into an error instead of lost data.
 * Allocates nothing when all is well.
 */
public final class BioCheck {
  private BioCheck() {}

  /**
   * The first limit that {@code bio} violates, as the error to complete it with, or null when it
   * respects all of them.
   *
   * @param limits of the device
   * @param size of the device, bytes
   * @param name of the device, for the message
   * @return EINVAL for a bio that no place on the device could take, EOPNOTSUPP for one that asks
   *     for what the device does not offer, and past the end of the device ENOSPC for a write, EIO
   *     for a read
   */
  public static @Nullable IOException violation(
      Bio bio, QueueLimits limits, long size, String name) {
    long offset = bio.deviceOffset();
    long length = bio.length();
    int block = limits.logicalBlock();
    if (offset < 0 || (offset & (block - 1)) != 0) {
      return invalid(
          bio,
          name,
          "device offset "
              + offset
              + " must be a multiple of the logical block of "
              + block
              + " bytes");
    }
    if (length <= 0 || (length & (block - 1)) != 0) {
      return invalid(
          bio,
          name,
          "length "
              + length
              + " must be a positive multiple of the logical block of "
              + block
              + " bytes");
    }
    if (length > limits.maxBytes()) {
      return invalid(bio, name, "length " + length + " exceeds maxBytes " + limits.maxBytes());
    }
    if (bio.pieces() > limits.maxSegments()) {
      return invalid(
          bio, name, bio.pieces() + " pieces exceed maxSegments " + limits.maxSegments());
    }
    if (offset > size - length) {
      return pastTheEnd(bio, size, name);
    }
    if (bio.isWrite() && bio.isForcedUnitAccess() && !limits.forcedUnitAccess()) {
      return error(
          Errno.EOPNOTSUPP, bio, name, "the device has no forced unit access; write, then flush");
    }
    IOException torn = bio.isWrite() && bio.isAtomic() ? atomicViolation(bio, limits, name) : null;
    return torn != null ? torn : pieceViolation(bio, limits, name);
  }

  private static @Nullable IOException atomicViolation(Bio bio, QueueLimits limits, String name) {
    long length = bio.length();
    if (limits.atomicWriteMax() == 0) {
      return error(Errno.EOPNOTSUPP, bio, name, "the device offers no atomic writes");
    }
    if (length < limits.atomicWriteMin() || length > limits.atomicWriteMax()) {
      return invalid(
          bio,
          name,
          "an atomic write of "
              + length
              + " bytes must be "
              + limits.atomicWriteMin()
              + " to "
              + limits.atomicWriteMax()
              + " long");
    }
    if (Long.bitCount(length) != 1 || (bio.deviceOffset() & (length - 1)) != 0) {
      return invalid(
          bio, name, "an atomic write must be a power of two long and aligned to its own length");
    }
    return null;
  }

  private static @Nullable IOException pieceViolation(Bio bio, QueueLimits limits, String name) {
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      if (length > limits.maxSegmentBytes()) {
        return invalid(
            bio,
            name,
            "piece "
                + i
                + " of "
                + length
                + " bytes exceeds maxSegmentBytes "
                + limits.maxSegmentBytes());
      }
      if ((length & (limits.logicalBlock() - 1)) != 0) {
        return invalid(
            bio,
            name,
            "piece "
                + i
                + " of "
                + length
                + " bytes must be a multiple of the logical block of "
                + limits.logicalBlock());
      }
      MemorySegment segment = bio.segment(i);
      if (!segment.isNative()) {
        if (!limits.acceptsHeap()) {
          return invalid(
              bio, name, "piece " + i + " is heap memory, which the device does not accept");
        }
      } else if ((bio.pieceAddress(i) & (limits.memoryAlignment() - 1)) != 0) {
        return invalid(
            bio,
            name,
            "address 0x"
                + Long.toHexString(bio.pieceAddress(i))
                + " of piece "
                + i
                + " must be a multiple of the memory alignment of "
                + limits.memoryAlignment()
                + " bytes");
      }
    }
    return null;
  }

  private static IOException pastTheEnd(Bio bio, long size, String name) {
    return error(
        bio.isWrite() ? Errno.ENOSPC : Errno.EIO, bio, name, "the device ends at byte " + size);
  }

  private static IOException invalid(Bio bio, String name, String detail) {
    return error(Errno.EINVAL, bio, name, detail);
  }

  static IOException error(Errno errno, Bio bio, String name, String detail) {
    return new BlockIoException(
        errno, bio.direction().word(), name, bio.deviceOffset(), bio.length(), detail);
  }

  static IOException cancelled(Bio bio, String name) {
    return error(Errno.ECANCELED, bio, name, "cancelled before the device began it");
  }

  static IOException queueFull(Bio bio, String name, int depth) {
    return error(Errno.EAGAIN, bio, name, "the queue of " + depth + " bios is full");
  }

  static IOException closed(Bio bio, String name) {
    return error(Errno.ENODEV, bio, name, "the device is closed");
  }
}
