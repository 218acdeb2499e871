package io.penstock.core.device;

import java.io.IOException;

/**
 * A regular file or block device of the host as a {@link BlockDevice}: device offsets are the
 * file's own. Positions and lengths are bytes. Thread-safe.
 *
 * <p><b>End of a regular file.</b> {@link #size()} is {@link Long#MAX_VALUE}: a write beyond the
 * end makes the file longer, and the part of a read that lies beyond the end is filled with zeros,
 * so that the last, partial logical block can be read like any other. A read of logical blocks that
 * lie beyond the end as a whole may be refused with EIO: somebody has cut the file since its reader
 * was told its length. The end to the byte is {@link #length()} and {@link #setLength}; a block
 * device has the same fixed value for both.
 *
 * <p>All methods but those of {@link BlockDevice} may wait for the disk and pin the carrier of a
 * virtual thread.
 */
public interface HostDevice extends BlockDevice {

  /** Name of the {@link DeviceProvider} that opened it. */
  String provider();

  /** Whether it is a block device; a regular file otherwise. */
  boolean isBlockDevice();

  /** Whether transfers bypass the page cache; false after a buffered fallback (FILE-4). */
  boolean isDirect();

  /** What transfers must be aligned to, and how that was learnt. */
  HostAlignment alignment();

  /**
   * What the file is the same as, whatever its name: device and inode, for a block device the
   * number of the device it stands for. Comes with {@code equals} and {@code hashCode} (FILE-6); on
   * a Unix host a {@link FileIdentity}, so that different ways agree.
   */
  Object identity();

  /** Length of the file or device at this moment. */
  long length() throws IOException;

  /**
   * Sets the length of a regular file; new bytes read as zeros.
   *
   * @throws IOException EINVAL for a block device, EFBIG, ENOSPC, EROFS …
   */
  void setLength(long newLength) throws IOException;

  /**
   * Makes data and all metadata durable, as fsync(2); {@link #flush()} leaves out metadata that is
   * not needed to read the data back. Waits for it.
   *
   * @throws IOException with the host's error number; what was written before may be lost
   */
  default void flushAll() throws IOException {
    flush();
  }

  /**
   * Sets space aside for a range of a regular file, which keeps its length and its contents.
   *
   * @return false when the host cannot do it; nothing was changed
   * @throws IOException ENOSPC when there is not so much space, EDQUOT, EIO
   */
  boolean preallocate(long from, long length) throws IOException;

  /**
   * Makes a range read as zeros without moving them, and gives its space back where the host can: a
   * hole in a file, cleared blocks of a device. The length of the file stays.
   *
   * @return false when the host cannot do it; nothing was changed
   */
  boolean clear(long from, long length) throws IOException;

  /**
   * Makes a range read as zeros without moving them, and keeps its space, so that writing it again
   * needs none. The length of the file stays.
   *
   * @return false when the host cannot do it; nothing was changed
   */
  default boolean zeroRange(long from, long length) throws IOException {
    return false;
  }

  /**
   * Tells the host that a range is not needed: a hole in a file, discarded blocks of a device. What
   * it reads as afterwards is zeros in a file and undefined on a device.
   *
   * @param from a multiple of the logical block on a block device
   * @param length a multiple of the logical block on a block device
   * @return false when the host cannot do it; nothing was changed
   */
  default boolean discard(long from, long length) throws IOException {
    return !isBlockDevice() && clear(from, length);
  }

  /** Whether {@link #nextData} and {@link #nextHole} tell holes from data. */
  boolean knowsHoles();

  /**
   * Where data begins: the smallest position from {@code position} on that may hold data. A host
   * that does not know its holes answers {@code position}.
   *
   * @return {@code -1} when there is none before the end of the file
   */
  long nextData(long position) throws IOException;

  /**
   * Where a hole begins: the smallest position from {@code position} on that is known to be in a
   * hole, the end of the file at last. A host that does not know its holes answers {@link
   * #length()}.
   *
   * @return {@code -1} when {@code position} is at or past the end of the file
   */
  long nextHole(long position) throws IOException;
}
