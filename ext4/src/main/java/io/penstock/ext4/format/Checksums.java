package io.penstock.ext4.format;

/**
 * The checksums of a volume's metadata. Source: "Checksums" of the format's documentation. With
 * metadata_csum all are CRC-32C chains that begin with the volume's seed; with uninit_bg (gdt_csum)
 * only group descriptors have one, a CRC-16; otherwise there are none.
 */
public final class Checksums {
  private final boolean metadata;
  private final boolean descriptors16;
  private final int seed;
  private final byte[] uuid;

  /** Those of the volume with this superblock. */
  public Checksums(Superblock superblock) {
    metadata = superblock.has(Feature.METADATA_CSUM);
    descriptors16 = !metadata && superblock.has(Feature.GDT_CSUM);
    seed = superblock.checksumSeed();
    uuid = superblock.uuidBytes();
  }

  /** Whether all metadata has checksums. */
  public boolean areKept() {
    return metadata;
  }

  /** Whether group descriptors have checksums. */
  public boolean areKeptOfGroups() {
    return metadata || descriptors16;
  }

  /** What chains begin with. */
  public int seed() {
    return seed;
  }

  /** What chains of an inode's structures begin with. */
  public int seedOf(long inode, long generation) {
    return Crc32c.updateInt(Crc32c.updateInt(seed, inode), generation);
  }

  /** Of a group descriptor: 16 bits. */
  int ofDescriptor(long group, DiskBytes descriptor) {
    int size = descriptor.length();
    int at = GroupDescriptor.CHECKSUM;
    if (metadata) {
      int crc = descriptor.crc32c(Crc32c.updateInt(seed, group), 0, at);
      crc = Crc32c.update(crc, new byte[2]);
      return descriptor.crc32c(crc, at + 2, size - at - 2) & 0xFFFF;
    }
    int crc = Crc16.update(Crc16.START, uuid);
    int number = (int) group;
    crc =
        Crc16.update(
            crc,
            new byte[] {
              (byte) number, (byte) (number >> 8), (byte) (number >> 16), (byte) (number >> 24)
            });
    crc = Crc16.update(crc, descriptor.copy(0, at));
    return Crc16.update(crc, descriptor.copy(at + 2, size - at - 2));
  }

  /** Of the first bytes of a bitmap. */
  public int ofBitmap(DiskBytes bitmap, int bytes) {
    return bitmap.crc32c(seed, 0, bytes);
  }

  /**
   * Checks the first part of a structure that belongs to an inode.
   *
   * @param length bytes that are protected
   * @param stored what the checksum should be
   */
  public void check(int inodeSeed, DiskBytes bytes, int length, long stored, Place place)
      throws DamagedVolumeException {
    if (metadata) {
      compare(stored, bytes.crc32c(inodeSeed, 0, length), place);
    }
  }

  /** Throws unless the two are the same. */
  public static void compare(long stored, int computed, Place place) throws DamagedVolumeException {
    if ((int) stored != computed) {
      throw place.badChecksum(stored, computed & 0xFFFF_FFFFL);
    }
  }
}
