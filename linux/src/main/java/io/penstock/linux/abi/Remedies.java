package io.penstock.linux.abi;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a person can do about an error, by operation and error number: the tables of it. */
final class Remedies {
  private Remedies() {}

  static String ofOpen(Path path, int flags, int errno) {
    boolean creates = OpenFlags.has(flags, OpenFlags.O_CREAT);
    return switch (errno) {
      case Errno.EINVAL -> ofInvalidOpen(path, flags, creates);
      case Errno.ENOENT ->
          creates ? "create the directory first" : "check the name, or open with CREATE";
      case Errno.EEXIST -> "the file must be new: choose another name, or open without CREATE_NEW";
      case Errno.EACCES -> "grant this user access to the file and search of its directories";
      case Errno.EPERM ->
          "a container may forbid the device (docker run --device); else the file is immutable"
              + " (lsattr), or O_NOATIME needs its owner";
      case Errno.ELOOP ->
          OpenFlags.has(flags, OpenFlags.O_NOFOLLOW)
              ? "it is a symbolic link, which was not to be followed: open its target"
              : "the symbolic links lead round in a circle";
      case Errno.EISDIR -> "open a file or a block device, not a directory";
      case Errno.ENOTDIR -> "a part of the path before the last is not a directory";
      case Errno.EOPNOTSUPP -> "file system " + typeAt(path) + " cannot do what the flags ask for";
      case Errno.EBUSY ->
          "the device is in use, mounted or opened exclusively: unmount it (lsblk, fuser)";
      case Errno.EROFS -> "open for reading only, or mount the file system writable";
      case Errno.ETXTBSY -> "the file is being run, or used for swapping";
      case Errno.EMFILE ->
          "close files, or raise the limit of "
              + MemoryCalls.limit(MemoryCalls.RLIMIT_NOFILE).soft()
              + " descriptors (ulimit -n, LimitNOFILE=)";
      case Errno.ENFILE -> "raise the system's limit (sysctl fs.file-max)";
      case Errno.ENXIO, Errno.ENODEV -> "no device or driver stands behind this device file";
      case Errno.ENOMEDIUM -> "put a medium in, or attach a file to the loop device (losetup)";
      default -> ofSpace(errno);
    };
  }

  /** For calls on an open file that transfer nothing. */
  static String ofFileCall(String operation, int errno) {
    return switch (errno) {
      case Errno.EOPNOTSUPP -> "the file system or device does not support " + operation;
      case Errno.ENOSYS -> "this kernel, or a sandbox around it, does not have " + operation;
      case Errno.ENOTTY -> "the file is not of the kind that knows this request";
      case Errno.EBADF -> "open the file for writing, if this call writes";
      case Errno.EPERM, Errno.EACCES -> "run with the privilege that " + operation + " needs";
      case Errno.EXDEV -> "both names must be on one mounted file system";
      case Errno.EROFS -> "mount the file system writable";
      default -> ofSpace(errno);
    };
  }

  static String ofTransfer(int errno) {
    return switch (errno) {
      case Errno.EINVAL ->
          "direct I/O wants position, length and memory address aligned as the file's alignment"
              + " says";
      case Errno.EOPNOTSUPP -> "the kernel or the file does not know one of the flags";
      case Errno.EAGAIN -> "it would have had to wait, and was told not to";
      case Errno.EBADF -> "the file is closed, or not open for this direction";
      case Errno.EFAULT -> "the memory is not there, or may not be accessed";
      case Errno.EPERM -> "the file is sealed or immutable (lsattr)";
      default -> ofSpace(errno);
    };
  }

  /** Errors that mean the same whatever the call. */
  private static String ofSpace(int errno) {
    return switch (errno) {
      case Errno.ENOSPC -> "free space on the file system, or end the transfer within the device";
      case Errno.EDQUOT -> "free space, or raise the user's quota";
      case Errno.EFBIG -> "the size is over the file system's limit, or over ulimit -f";
      case Errno.EIO -> "the device failed: see the kernel's log (dmesg)";
      case Errno.EUCLEAN, Errno.EBADMSG ->
          "the file system is damaged: unmount and check it (fsck)";
      case Errno.ESTALE -> "the server no longer knows the file: open it again";
      case Errno.ENOMEM -> "give the machine or the container more memory";
      case Errno.EINTR -> "a signal came in between: try again";
      default -> "";
    };
  }

  private static String ofInvalidOpen(Path path, int flags, boolean creates) {
    if (!OpenFlags.has(flags, OpenFlags.O_DIRECT)) {
      return "file system " + typeAt(path) + " refuses this combination of flags";
    }
    String remedy =
        "file system "
            + typeAt(path)
            + " does not support direct I/O; put the file on one that does (ext4, xfs, btrfs),"
            + " or allow the buffered fallback";
    return creates ? remedy + "; the open may have left an empty file" : remedy;
  }

  /** The file system of a path that may not exist, then of the nearest directory that does. */
  private static String typeAt(Path path) {
    for (@Nullable Path at = path.toAbsolutePath(); at != null; at = at.getParent()) {
      String name = StatFs.typeNameAt(at);
      if (!name.equals(StatFs.UNKNOWN)) {
        return name;
      }
    }
    return StatFs.UNKNOWN;
  }
}
