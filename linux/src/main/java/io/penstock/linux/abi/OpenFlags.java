package io.penstock.linux.abi;

/**
 * Flags of open(2). Those that differ between architectures come from {@link Abi}; the others are
 * of {@code asm-generic/fcntl.h}.
 */
public final class OpenFlags {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 0x1;
  public static final int O_RDWR = 0x2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_TRUNC = 0x200;
  public static final int O_APPEND = 0x400;
  public static final int O_NONBLOCK = 0x800;

  /** Every write is durable, with the metadata needed to read it back, when it returns. */
  public static final int O_DSYNC = 0x1000;

  /** Every write is durable with all metadata when it returns. */
  public static final int O_SYNC = 0x101000;

  public static final int O_NOATIME = 0x40000;
  public static final int O_CLOEXEC = 0x80000;
  public static final int O_PATH = 0x200000;

  public static final int O_DIRECT = Abi.NATIVE.openDirect();
  public static final int O_DIRECTORY = Abi.NATIVE.openDirectory();
  public static final int O_NOFOLLOW = Abi.NATIVE.openNoFollow();

  /** A file without a name in the directory that is opened; goes with write access. */
  public static final int O_TMPFILE = 0x400000 | O_DIRECTORY;

  private OpenFlags() {}

  /** Whether all bits of a flag are there. */
  public static boolean has(int flags, int flag) {
    return flag != 0 && (flags & flag) == flag;
  }
}
