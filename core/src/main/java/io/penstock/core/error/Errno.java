package io.penstock.core.error;

import org.jspecify.annotations.Nullable;

/**
 * The error codes that the engine and its devices raise or interpret, with the numbers of Linux
 * (errno(3), the generic table shared by x86-64 and aarch64). Devices may report any other number:
 * it is kept as it is.
 */
public enum Errno {
  EPERM(1, "operation not permitted"),
  ENOENT(2, "no such file or directory"),
  EINTR(4, "interrupted system call"),
  EIO(5, "input/output error"),
  ENXIO(6, "no such device or address"),
  E2BIG(7, "argument list too long"),
  EBADF(9, "bad file descriptor"),
  EAGAIN(11, "would have to wait"),
  ENOMEM(12, "out of memory"),
  EACCES(13, "permission denied"),
  EFAULT(14, "bad memory"),
  ENOTBLK(15, "not a block device"),
  EBUSY(16, "device or resource busy"),
  EEXIST(17, "file exists"),
  EXDEV(18, "not on the same file system"),
  ENODEV(19, "no such device"),
  ENOTDIR(20, "not a directory"),
  EISDIR(21, "is a directory"),
  EINVAL(22, "invalid argument"),
  ENFILE(23, "too many open files in the system"),
  EMFILE(24, "too many open files"),
  ENOTTY(25, "request does not fit the kind of file"),
  ETXTBSY(26, "program file is being run"),
  EFBIG(27, "file too large"),
  ENOSPC(28, "no space left on device"),
  ESPIPE(29, "illegal seek"),
  EROFS(30, "read-only file system"),
  EMLINK(31, "too many links"),
  EPIPE(32, "broken pipe"),
  EDEADLK(35, "would deadlock"),
  ENAMETOOLONG(36, "file name too long"),
  ENOLCK(37, "no locks available"),
  ENOSYS(38, "function not implemented"),
  ENOTEMPTY(39, "directory not empty"),
  ELOOP(40, "too many levels of symbolic links"),
  ENODATA(61, "no data available"),
  ETIME(62, "timer expired"),
  ENOLINK(67, "link has been severed"),
  EPROTO(71, "protocol error"),
  EBADMSG(74, "bad message or checksum"),
  EOVERFLOW(75, "value too large"),
  EILSEQ(84, "illegal byte sequence"),
  EOPNOTSUPP(95, "operation not supported"),
  ENOBUFS(105, "no buffer space available"),
  ETIMEDOUT(110, "timed out"),
  EALREADY(114, "operation already in progress"),
  EINPROGRESS(115, "operation in progress"),
  ESTALE(116, "stale file handle"),
  EUCLEAN(117, "file system structure needs cleaning"),
  EREMOTEIO(121, "remote I/O error"),
  EDQUOT(122, "disk quota exceeded"),
  ENOMEDIUM(123, "no medium found"),
  ECANCELED(125, "operation cancelled");

  private static final Errno[] TABLE = new Errno[134];

  static {
    for (Errno errno : values()) {
      TABLE[errno.number] = errno;
    }
  }

  private final int number;
  private final String meaning;

  Errno(int number, String meaning) {
    this.number = number;
    this.meaning = meaning;
  }

  /** The positive number, as in errno(3). */
  public int number() {
    return number;
  }

  /** A few words for people. */
  public String meaning() {
    return meaning;
  }

  /** The named code with this number, or null when the engine has no name for it. */
  public static @Nullable Errno of(int number) {
    return number > 0 && number < TABLE.length ? TABLE[number] : null;
  }

  /** {@code "EIO (input/output error)"}, or {@code "errno 77"} for a number without a name here. */
  public static String describe(int number) {
    Errno errno = of(number);
    return errno == null ? "errno " + number : errno.name() + " (" + errno.meaning + ")";
  }
}
