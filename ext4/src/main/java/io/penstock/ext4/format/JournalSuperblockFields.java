package io.penstock.ext4.format;

/**
 * The fields of a journal's superblock, to be changed; what is where is told at {@link
 * JournalSuperblock}. Not thread-safe.
 */
public final class JournalSuperblockFields {
  private static final int VERSION_2 = 4;
  private static final int CRC32C = 4;
  private static final int CHECKSUM = 0xFC;

  private final BlockBytes bytes;

  /** The fields in the first block of a journal. */
  public JournalSuperblockFields(BlockBytes bytes) {
    this.bytes = bytes;
  }

  /**
   * Where the log begins.
   *
   * @param sequence number of the first transaction in it
   * @param start the block where it begins; 0 for an empty log
   */
  public JournalSuperblockFields log(long sequence, long start) {
    bytes.putBig32(0x18, sequence).putBig32(0x1C, start);
    return this;
  }

  /**
   * What the log makes use of from now on; it must be empty.
   *
   * @param wide whether block numbers have 64 bits
   * @param checked whether each block has a checksum
   */
  public JournalSuperblockFields features(boolean wide, boolean checked) {
    long old = bytes.view().big32(0x28);
    long features = old | JournalSuperblock.REVOKE | (wide ? JournalSuperblock.WIDE : 0);
    if (checked) {
      features = features & ~JournalSuperblock.CHECKSUM_2 | JournalSuperblock.CHECKSUM_3;
      bytes.put8(0x50, CRC32C);
      bytes.putBig32(0x24, bytes.view().big32(0x24) & ~JournalSuperblock.HAS_CHECKSUM);
    }
    // a commit is never written here before what it commits
    bytes.putBig32(0x28, features & ~JournalSuperblock.ASYNC_COMMIT);
    return this;
  }

  /** Sets the checksum, where it is kept. */
  public JournalSuperblockFields seal() {
    long checksums = JournalSuperblock.CHECKSUM_2 | JournalSuperblock.CHECKSUM_3;
    if (bytes.view().big32(4) == VERSION_2 && (bytes.view().big32(0x28) & checksums) != 0) {
      bytes.putBig32(CHECKSUM, 0);
      bytes.putBig32(CHECKSUM, bytes.view().crc32c(Crc32c.START, 0, JournalSuperblock.LENGTH));
    }
    return this;
  }
}
