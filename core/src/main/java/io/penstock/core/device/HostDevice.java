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
   * number of the device it stands for. Comes with {@code equals} and {@code hashCode} (FILE-6).
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
