package io.penstock.linux.abi;

/** An open file: its size, its blocks, its durability, its end. No call allocates. */
public final class FileCalls {
  /** From the end of the file. */
  public static final int SEEK_END = 2;

  /** To the next data at or after the offset. */
  public static final int SEEK_DATA = 3;

  /** To the next hole at or after the offset; the end of the file counts as one. */
  public static final int SEEK_HOLE = 4;

  /** Allocate without changing the size. */
  public static final int FALLOC_FL_KEEP_SIZE = 0x01;

  /** Free the range, which then reads as zeros; goes with {@link #FALLOC_FL_KEEP_SIZE}. */
  public static final int FALLOC_FL_PUNCH_HOLE = 0x02;

  /** Make the range read as zeros, its blocks kept where the file system can. */
  public static final int FALLOC_FL_ZERO_RANGE = 0x10;

  private static final SharedCall CLOSE = SharedCall.returningInt("close");
  private static final SharedCall FTRUNCATE = SharedCall.returningInt("ftruncate");
  private static final SharedCall FALLOCATE = SharedCall.returningInt("fallocate");
  private static final SharedCall FSYNC = SharedCall.returningInt("fsync");
  private static final SharedCall FDATASYNC = SharedCall.returningInt("fdatasync");
  private static final SharedCall LSEEK = SharedCall.returningLong("lseek");

  private FileCalls() {}

  /**
   * Closes a descriptor: close(2). After any answer, {@code -EINTR} and {@code -EIO} too, it is
   * closed and must not be closed again: its number may already be another file's.
   */
  public static long close(int fd) {
    return CLOSE.call(fd);
  }

  /** Sets the size in bytes: ftruncate(2); 0 or {@code -errno}. */
  public static long ftruncate(int fd, long sizeBytes) {
    return FTRUNCATE.call(fd, sizeBytes);
  }

  /**
   * Allocates or frees blocks of a range: fallocate(2).
   *
   * @param mode 0 or {@code FALLOC_FL_…} bits
   * @param offset bytes
   * @param lengthBytes more than zero
   * @return 0, {@code -EOPNOTSUPP} where the file system cannot, or {@code -errno}
   */
  public static long fallocate(int fd, int mode, long offset, long lengthBytes) {
    return FALLOCATE.call(fd, mode, offset, lengthBytes);
  }

  /**
   * Makes data and all metadata durable: fsync(2); 0 or {@code -errno}. After a failure the kernel
   * may have dropped the data: a later success says nothing of it (CMP-6).
   */
  public static long fsync(int fd) {
    return FSYNC.call(fd);
  }

  /**
   * Makes data durable, and the metadata needed to read it back: fdatasync(2); 0 or {@code -errno},
   * as {@link #fsync}.
   */
  public static long fdatasync(int fd) {
    return FDATASYNC.call(fd);
  }

  /**
   * Moves the descriptor's own position: lseek(2). Transfers of this package do not use it.
   *
   * @param whence {@link #SEEK_END}, {@link #SEEK_DATA}, {@link #SEEK_HOLE}
   * @return the offset found in bytes; {@code -ENXIO} if there is no data up to the end
   */
  public static long lseek(int fd, long offset, int whence) {
    return LSEEK.call(fd, offset, whence);
  }
}
