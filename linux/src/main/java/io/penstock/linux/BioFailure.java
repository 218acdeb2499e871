package io.penstock.linux;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.linux.abi.NativeFailure;
import java.io.IOException;

/** Why a bio could not be carried out, with its place. */
final class BioFailure {
  private BioFailure() {}

  /** The kernel's own number, with what to do about it. */
  static IOException ofKernel(Bio bio, String subject, int errno) {
    return NativeFailure.ofTransfer(
            bio.direction().word(), subject, bio.deviceOffset(), bio.length(), errno)
        .toBlockIoException();
  }

  static IOException of(Bio bio, String subject, Errno errno, String detail) {
    return new BlockIoException(
        errno, bio.direction().word(), subject, bio.deviceOffset(), bio.length(), detail);
  }

  /** A closed arena, another thread's memory: what a call throws instead of being made. */
  static IOException ofMemory(Bio bio, String subject, RuntimeException refused) {
    String detail = "the memory of a piece cannot be used: " + refused.getMessage();
    return caused(bio, subject, Errno.EFAULT, detail, refused);
  }

  /** An error of the JVM or of this program: the bio must end all the same. */
  static IOException ofThrown(Bio bio, String subject, Error thrown) {
    Errno errno = thrown instanceof OutOfMemoryError ? Errno.ENOMEM : Errno.EIO;
    return caused(bio, subject, errno, "carrying it out threw " + thrown, thrown);
  }

  private static IOException caused(
      Bio bio, String subject, Errno errno, String detail, Throwable cause) {
    return new BlockIoException(
        errno.number(),
        bio.direction().word(),
        subject,
        bio.deviceOffset(),
        bio.length(),
        detail,
        cause);
  }
}
