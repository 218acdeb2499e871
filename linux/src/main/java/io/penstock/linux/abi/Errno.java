package io.penstock.linux.abi;

/**
 * Error numbers of Linux and the one table of what they mean. The numbers are those of {@code
 * asm-generic/errno-base.h} and {@code asm-generic/errno.h}, shared by x86-64 and aarch64; see
 * errno(3).
 *
 * <p>Calls of this package return them negated: {@code -Errno.EINVAL}.
 */
public final class Errno {
  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int EIO = 5;
  public static final int ENXIO = 6;
  public static final int E2BIG = 7;
  public static final int EBADF = 9;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EFAULT = 14;
  public static final int ENOTBLK = 15;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int EXDEV = 18;
  public static final int ENODEV = 19;
  public static final int ENOTDIR = 20;
  public static final int EISDIR = 21;
  public static final int EINVAL = 22;
  public static final int ENFILE = 23;
  public static final int EMFILE = 24;
  public static final int ENOTTY = 25;
  public static final int ETXTBSY = 26;
  public static final int EFBIG = 27;
  public static final int ENOSPC = 28;
  public static final int ESPIPE = 29;
  public static final int EROFS = 30;
  public static final int EMLINK = 31;
  public static final int EPIPE = 32;
  public static final int EDEADLK = 35;
  public static final int ENAMETOOLONG = 36;
  public static final int ENOLCK = 37;
  public static final int ENOSYS = 38;
  public static final int ENOTEMPTY = 39;
  public static final int ELOOP = 40;
  public static final int ENODATA = 61;
  public static final int ETIME = 62;
  public static final int ENOLINK = 67;
  public static final int EBADMSG = 74;
  public static final int EOVERFLOW = 75;
  public static final int EILSEQ = 84;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOBUFS = 105;
  public static final int ETIMEDOUT = 110;
  public static final int EALREADY = 114;
  public static final int EINPROGRESS = 115;
  public static final int ESTALE = 116;
  public static final int EUCLEAN = 117;
  public static final int EREMOTEIO = 121;
  public static final int EDQUOT = 122;
  public static final int ENOMEDIUM = 123;
  public static final int ECANCELED = 125;

  private record Entry(String name, String meaning) {}

  private static final Entry[] TABLE = new Entry[134];

  static {
    row(EPERM, "EPERM", "operation not permitted");
    row(ENOENT, "ENOENT", "no such file or directory");
    row(EINTR, "EINTR", "interrupted by a signal");
    row(EIO, "EIO", "input/output error");
    row(ENXIO, "ENXIO", "no such device or address");
    row(E2BIG, "E2BIG", "argument list too long");
    row(EBADF, "EBADF", "bad file descriptor");
    row(EAGAIN, "EAGAIN", "would have to wait");
    row(ENOMEM, "ENOMEM", "not enough memory");
    row(EACCES, "EACCES", "permission denied");
    row(EFAULT, "EFAULT", "bad address");
    row(ENOTBLK, "ENOTBLK", "not a block device");
    row(EBUSY, "EBUSY", "device or resource busy");
    row(EEXIST, "EEXIST", "file exists");
    row(EXDEV, "EXDEV", "not on the same file system");
    row(ENODEV, "ENODEV", "no such device");
    row(ENOTDIR, "ENOTDIR", "not a directory");
    row(EISDIR, "EISDIR", "is a directory");
    row(EINVAL, "EINVAL", "invalid argument");
    row(ENFILE, "ENFILE", "too many open files in the system");
    row(EMFILE, "EMFILE", "too many open files in the process");
    row(ENOTTY, "ENOTTY", "request does not fit the kind of file");
    row(ETXTBSY, "ETXTBSY", "program file is being run");
    row(EFBIG, "EFBIG", "file too large");
    row(ENOSPC, "ENOSPC", "no space left on device");
    row(ESPIPE, "ESPIPE", "illegal seek");
    row(EROFS, "EROFS", "read-only file system");
    row(EMLINK, "EMLINK", "too many links");
    row(EPIPE, "EPIPE", "broken pipe");
    row(EDEADLK, "EDEADLK", "would deadlock");
    row(ENAMETOOLONG, "ENAMETOOLONG", "file name too long");
    row(ENOLCK, "ENOLCK", "no locks available");
    row(ENOSYS, "ENOSYS", "call not known to this kernel");
    row(ENOTEMPTY, "ENOTEMPTY", "directory not empty");
    row(ELOOP, "ELOOP", "too many levels of symbolic links");
    row(ENODATA, "ENODATA", "no data available");
    row(ETIME, "ETIME", "timer expired");
    row(ENOLINK, "ENOLINK", "link has been severed");
    row(EBADMSG, "EBADMSG", "bad message or checksum");
    row(EOVERFLOW, "EOVERFLOW", "value too large for its type");
    row(EILSEQ, "EILSEQ", "illegal byte sequence");
    row(EOPNOTSUPP, "EOPNOTSUPP", "operation not supported");
    row(ENOBUFS, "ENOBUFS", "no buffer space available");
    row(ETIMEDOUT, "ETIMEDOUT", "timed out");
    row(EALREADY, "EALREADY", "operation already in progress");
    row(EINPROGRESS, "EINPROGRESS", "operation in progress");
    row(ESTALE, "ESTALE", "stale file handle");
    row(EUCLEAN, "EUCLEAN", "file system structure needs cleaning");
    row(EREMOTEIO, "EREMOTEIO", "remote input/output error");
    row(EDQUOT, "EDQUOT", "disk quota exceeded");
    row(ENOMEDIUM, "ENOMEDIUM", "no medium found");
    row(ECANCELED, "ECANCELED", "operation cancelled");
  }

  private Errno() {}

  private static void row(int errno, String name, String meaning) {
    assert TABLE[errno] == null : "two rows for " + name;
    TABLE[errno] = new Entry(name, meaning);
  }

  /**
   * The symbolic name of an error number, such as {@code EINVAL}.
   *
   * @param errno positive error number; one that is not in the table is named {@code errno 200}
   */
  public static String name(int errno) {
    return isKnown(errno) ? TABLE[errno].name : "errno " + errno;
  }

  /**
   * What an error number means, in a few words of lower case.
   *
   * @param errno positive error number
   */
  public static String meaning(int errno) {
    return isKnown(errno) ? TABLE[errno].meaning : "unknown error";
  }

  private static boolean isKnown(int errno) {
    return errno > 0 && errno < TABLE.length && TABLE[errno] != null;
  }
}
