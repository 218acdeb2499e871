package io.penstock.ext4.format;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;

/**
 * A structure on the disk cannot be right: EUCLEAN where it contradicts itself or the volume,
 * EBADMSG where its checksum is wrong. The message names structure, block and inode. Nothing that
 * was read before is in doubt; {@code e2fsck} may be able to mend the volume.
 */
public final class DamagedVolumeException extends BlockIoException {
  private static final long serialVersionUID = 1L;

  private final String structure;
  private final long inode;
  private final long block;

  /** What is wrong at a place. */
  public DamagedVolumeException(Errno errno, Place place, String detail) {
    super(errno, "read", place.volume(), place + ": " + detail);
    structure = place.structure();
    inode = place.inode();
    block = place.block();
  }

  /** What was found to be wrong, such as {@code "extent block"}. */
  public String structure() {
    return structure;
  }

  /** The inode it belongs to, or {@link Place#NONE}. */
  public long inode() {
    return inode;
  }

  /** The block it is in, or {@link Place#NONE}. */
  public long block() {
    return block;
  }
}
