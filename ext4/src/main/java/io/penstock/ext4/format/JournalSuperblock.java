package io.penstock.ext4.format;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * The first block of a journal. Source: "Journal (jbd2)" of the format's documentation; big-endian:
 *
 * <pre>
 *   0x00 12  s_header: magic 0xC03B3998, type 3 or 4, sequence
 *   0x0C  4  s_blocksize           0x2C  4  s_feature_ro_compat
 *   0x10  4  s_maxlen              0x30 16  s_uuid
 *   0x14  4  s_first               0x40  4  s_nr_users
 *   0x18  4  s_sequence            0x50  1  s_checksum_type, 4 for crc32c
 *   0x1C  4  s_start, 0: empty     0x54  4  s_num_fc_blocks
 *   0x20  4  s_errno               0xFC  4  s_checksum
 *   0x24  4  s_feature_compat      0x100    s_users, 16 bytes each
 *   0x28  4  s_feature_incompat
 * </pre>
 */
public final class JournalSuperblock {
  /** How long it is, bytes. */
  public static final int LENGTH = 1024;

  private static final int VERSION_1 = 3;
  private static final int VERSION_2 = 4;
  private static final int CHECKSUM = 0xFC;

  static final int HAS_CHECKSUM = 1;
  static final int REVOKE = 1;
  static final int WIDE = 2;
  static final int ASYNC_COMMIT = 4;
  static final int CHECKSUM_2 = 8;
  static final int CHECKSUM_3 = 16;
  private static final int FAST_COMMIT = 32;

  private final DiskBytes bytes;
  private final Place place;

  private JournalSuperblock(DiskBytes bytes, Place place) {
    this.bytes = bytes;
    this.place = place;
  }

  /**
   * The superblock of a journal.
   *
   * @param bytes at least {@value #LENGTH} of them
   * @param blockSize that of the volume
   * @throws BlockIoException EOPNOTSUPP when it has features that are not known here
   * @throws DamagedVolumeException when it cannot be right
   */
  public static JournalSuperblock parse(DiskBytes bytes, int blockSize, Place place)
      throws IOException {
    JournalSuperblock superblock = new JournalSuperblock(bytes, place);
    superblock.check(blockSize);
    return superblock;
  }

  private void check(int blockSize) throws IOException {
    JournalHeader header = JournalHeader.of(bytes);
    if (header == null || header.type() != VERSION_1 && header.type() != VERSION_2) {
      throw place.damaged("it is not the superblock of a journal");
    }
    if (bytes.big32(0x0C) != blockSize) {
      throw place.damaged(
          "the journal's blocks of " + bytes.big32(0x0C) + " bytes are not the volume's");
    }
    List<String> refused = new ArrayList<>();
    long unknown =
        incompatible() & ~(REVOKE | WIDE | ASYNC_COMMIT | CHECKSUM_2 | CHECKSUM_3 | FAST_COMMIT);
    if (unknown != 0) {
      refused.add("unknown incompatible feature bits 0x" + Long.toHexString(unknown));
    }
    if (hasBlockChecksums() && bytes.u8(0x50) != 4) {
      refused.add("checksums of type " + bytes.u8(0x50));
    }
    if (!refused.isEmpty()) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "open volume",
          place.volume(),
          "its journal has features that are not supported: " + String.join(", ", refused));
    }
    if (hasBlockChecksums()) {
      int crc = bytes.crc32c(Crc32c.START, 0, CHECKSUM);
      crc = Crc32c.update(crc, new byte[4]);
      crc = bytes.crc32c(crc, CHECKSUM + 4, LENGTH - CHECKSUM - 4);
      Checksums.compare(bytes.big32(CHECKSUM), crc, place);
    }
    if (first() < 1 || first() >= end() || start() >= end() || start() != 0 && start() < first()) {
      throw place.damaged(
          "a log from " + start() + " in blocks " + first() + " to " + end() + " cannot be");
    }
  }

  private boolean isVersion2() {
    return bytes.big32(4) == VERSION_2;
  }

  private long incompatible() {
    return isVersion2() ? bytes.big32(0x28) : 0;
  }

  /** Where it is, for messages. */
  public Place place() {
    return place;
  }

  /** Blocks of the journal, this one and those for fast commits included. */
  public long blocks() {
    return bytes.big32(0x10);
  }

  /** The first block of the log. */
  public long first() {
    return bytes.big32(0x14);
  }

  /** The block after the last of the log, where it goes on with the first. */
  public long end() {
    return blocks() - fastCommitBlocks();
  }

  /** Blocks for fast commits. */
  public long fastCommitBlocks() {
    return hasFastCommits() ? Math.min(blocks(), bytes.big32(0x54)) : 0;
  }

  /** The sequence number of the first transaction in the log. */
  public long sequence() {
    return bytes.big32(0x18);
  }

  /** The block of the log where its first transaction begins; 0 when the log is empty. */
  public long start() {
    return bytes.big32(0x1C);
  }

  /** Why the journal was given up; 0 when it was not. */
  public long error() {
    return bytes.big32(0x20);
  }

  /** The journal's identity. */
  public UUID uuid() {
    return new UUID(
        bytes.big32(0x30) << 32 | bytes.big32(0x34), bytes.big32(0x38) << 32 | bytes.big32(0x3C));
  }

  /** The identity as bytes. */
  public byte[] uuidBytes() {
    return bytes.copy(0x30, 16);
  }

  /** Whether it can say what it makes use of: not one of the first version. */
  public boolean hasFeatures() {
    return isVersion2();
  }

  /** Sets the checksum at the end of a descriptor or revocation block, where it is kept. */
  public void sealTail(BlockBytes block) {
    if (hasBlockChecksums()) {
      int at = block.length() - 4;
      block.putBig32(at, 0);
      block.putBig32(at, block.view().crc32c(checksumSeed(), 0, block.length()));
    }
  }

  /** Whether a volume is named as a user of the journal. */
  public boolean isUsedBy(byte[] volume) {
    long users = Math.min(bytes.big32(0x40), (LENGTH - 0x100) / 16);
    for (int i = 0; i < users; i++) {
      if (bytes.matches(0x100 + 16 * i, volume)) {
        return true;
      }
    }
    return false;
  }

  /** What checksums in the log begin with. */
  public int checksumSeed() {
    return Crc32c.update(Crc32c.START, bytes.copy(0x30, 16));
  }

  /** Whether block numbers have 64 bits. */
  public boolean isWide() {
    return (incompatible() & WIDE) != 0;
  }

  /** Whether a commit may be written before what it commits. */
  public boolean isAsynchronous() {
    return (incompatible() & ASYNC_COMMIT) != 0;
  }

  /** Whether a commit has a checksum of all its transaction. */
  public boolean hasCommitChecksums() {
    return isVersion2() && !hasBlockChecksums() && (bytes.big32(0x24) & HAS_CHECKSUM) != 0;
  }

  /** Whether each block has a checksum. */
  public boolean hasBlockChecksums() {
    return (incompatible() & (CHECKSUM_2 | CHECKSUM_3)) != 0;
  }

  /** Whether tags are those of the third version of checksums. */
  public boolean hasTags3() {
    return (incompatible() & CHECKSUM_3) != 0;
  }

  /** Whether some blocks are kept for fast commits. */
  public boolean hasFastCommits() {
    return (incompatible() & FAST_COMMIT) != 0;
  }
}
