package io.penstock.ext4.format;

/**
 * The tags of a descriptor block, one for each block of data that follows it. Source: "Descriptor
 * Block" in "Journal (jbd2)" of the format's documentation; big-endian, after the header of 12
 * bytes:
 *
 * <pre>
 *   version 3 of checksums     otherwise
 *   0x0 4 t_blocknr            0x0 4 t_blocknr
 *   0x4 4 t_flags              0x4 2 t_checksum, the lower half
 *   0x8 4 t_blocknr_high       0x6 2 t_flags
 *   0xC 4 t_checksum           0x8 4 t_blocknr_high, with 64-bit numbers only
 *                              2 bytes more with version 2 of checksums
 *   then 16 bytes uuid, unless the flag "same uuid" is set
 *   at the end of the block, with checksums: 4 t_checksum
 * </pre>
 *
 * <p>The two bytes more are not in the documentation; the logs that {@code debugfs} writes with
 * {@code jo -c -v 2} have them.
 *
 * <p>Goes through them one after the other; not thread-safe.
 */
public final class JournalTags {
  private static final int ESCAPED = 1;
  private static final int SAME_UUID = 2;
  private static final int LAST = 8;
  private static final int UUID = 16;

  private final DiskBytes bytes;
  private final boolean version2;
  private final boolean version3;
  private final boolean wide;
  private final int end;
  private int at = JournalHeader.LENGTH;
  private boolean ended;
  private long target;
  private long flags;
  private long checksum;

  /** The tags of a descriptor. */
  public JournalTags(DiskBytes bytes, JournalSuperblock journal) {
    this.bytes = bytes;
    version3 = journal.hasTags3();
    version2 = journal.hasBlockChecksums() && !version3;
    wide = journal.isWide();
    end = bytes.length() - (journal.hasBlockChecksums() ? 4 : 0);
  }

  /** Goes on to the next tag; false when there is none. */
  public boolean next() {
    int size = version3 ? 16 : (wide ? 12 : 8) + (version2 ? 2 : 0);
    if (ended || at > end - size) {
      return false;
    }
    flags = version3 ? bytes.big32(at + 4) : bytes.big16(at + 6);
    checksum = version3 ? bytes.big32(at + 12) : bytes.big16(at + 4);
    target = bytes.big32(at) | (wide ? bytes.big32(at + 8) << 32 : 0);
    ended = (flags & LAST) != 0;
    at += size + ((flags & SAME_UUID) != 0 ? 0 : UUID);
    return true;
  }

  /** The block of the volume that the data is for. */
  public long target() {
    return target;
  }

  /** Whether the data's first four bytes were the journal's magic number and are zeros here. */
  public boolean isEscaped() {
    return (flags & ESCAPED) != 0;
  }

  /** Whether the data in the log has this checksum, as far as it is kept. */
  public boolean hasChecksum(int computed) {
    return version3 ? (int) checksum == computed : checksum == (computed & 0xFFFF);
  }
}
