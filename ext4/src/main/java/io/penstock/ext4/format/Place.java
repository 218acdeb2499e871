package io.penstock.ext4.format;

import io.penstock.core.error.Errno;

/**
 * Where on a volume something was found, for messages.
 *
 * @param volume the device
 * @param structure what it is, such as {@code "extent block"}
 * @param inode the inode it belongs to, or {@link #NONE}
 * @param block the block it is in, or {@link #NONE}
 */
public record Place(String volume, String structure, long inode, long block) {
  /** No inode, or no block. */
  public static final long NONE = -1;

  /** A structure of the volume as a whole. */
  public static Place of(String volume, String structure) {
    return new Place(volume, structure, NONE, NONE);
  }

  /** The same place, for another structure in it. */
  public Place structure(String other) {
    return new Place(volume, other, inode, block);
  }

  /** The same structure in another block. */
  public Place block(long other) {
    return new Place(volume, structure, inode, other);
  }

  /** What is there cannot be. */
  public DamagedVolumeException damaged(String detail) {
    return new DamagedVolumeException(Errno.EUCLEAN, this, detail);
  }

  /** What is there does not go with its checksum. */
  public DamagedVolumeException badChecksum(long stored, long computed) {
    return new DamagedVolumeException(
        Errno.EBADMSG,
        this,
        "its checksum is 0x%x, the contents give 0x%x".formatted(stored, computed));
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(structure);
    if (block != NONE) {
      text.append(" in block ").append(block);
    }
    if (inode != NONE) {
      text.append(" of inode ").append(inode);
    }
    return text.toString();
  }
}
