package io.penstock.core.device;

/**
 * How a file or block device of the host is opened.
 *
 * @param writes whether it is written too; it can be read in any case
 * @param creation what happens when the file is there or is not there
 * @param exclusive whether a block device that is in use (mounted, part of a volume) is refused
 *     with EBUSY; of no meaning for a regular file
 * @param bufferedFallback whether a file is opened without direct I/O where the host refuses it;
 *     {@link HostDevice#isDirect()} tells (FILE-4)
 * @param depth how many operations the user wants to have in flight at the same time, at least 1; a
 *     provider may size its threads or rings by it
 */
public record OpenMode(
    boolean writes, Creation creation, boolean exclusive, boolean bufferedFallback, int depth) {

  /** What happens when a file is there or is not there. */
  public enum Creation {
    /** It must be there. */
    NEVER,
    /** It is created, with the process's usual permissions, when it is not there. */
    IF_ABSENT,
    /**
     * It must not be there, not as a symbolic link either, and is created so that only its owner
     * may use it ({@code O_CREAT|O_EXCL|O_NOFOLLOW}, mode 0600).
     */
    NEW
  }

  /** Operations in flight unless said otherwise. */
  public static final int DEFAULT_DEPTH = 8;

  /** An existing file, to be read. */
  public static final OpenMode READ =
      new OpenMode(false, Creation.NEVER, false, false, DEFAULT_DEPTH);

  /** An existing file or an idle block device, to be read and written. */
  public static final OpenMode READ_WRITE =
      new OpenMode(true, Creation.NEVER, true, false, DEFAULT_DEPTH);

  /** A file that must not be there yet, private to its owner, to be read and written. */
  public static final OpenMode CREATE_NEW =
      new OpenMode(true, Creation.NEW, true, false, DEFAULT_DEPTH);

  /** Checks the values. */
  public OpenMode {
    if (depth < 1) {
      throw new IllegalArgumentException("depth " + depth + " must be at least 1");
    }
    if (creation != Creation.NEVER && !writes) {
      throw new IllegalArgumentException("a file that may be created must be opened for writing");
    }
  }

  /** The same mode with another creation. */
  public OpenMode withCreation(Creation value) {
    return new OpenMode(writes, value, exclusive, bufferedFallback, depth);
  }

  /** The same mode with or without the buffered fallback. */
  public OpenMode withBufferedFallback(boolean value) {
    return new OpenMode(writes, creation, exclusive, value, depth);
  }

  /** The same mode for another number of operations in flight. */
  public OpenMode withDepth(int operations) {
    return new OpenMode(writes, creation, exclusive, bufferedFallback, operations);
  }
}
