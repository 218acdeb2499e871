package io.penstock.ext4.format;

import org.jspecify.annotations.Nullable;

/**
 * What every block of a journal but its data begins with. Source: "Block Header" in "Journal
 * (jbd2)" of the format's documentation; big-endian: 0x0 4 h_magic 0xC03B3998, 0x4 4 h_blocktype,
 * 0x8 4 h_sequence.
 *
 * @param type {@link #DESCRIPTOR} and so on
 * @param sequence number of the transaction
 */
public record JournalHeader(long type, long sequence) {
  /** The number that blocks of the journal begin with. */
  public static final int MAGIC = 0xC03B3998;

  /** Bytes of the header. */
  public static final int LENGTH = 12;

  /** Says what the blocks after it are. */
  public static final int DESCRIPTOR = 1;

  /** Ends a transaction. */
  public static final int COMMIT = 2;

  /** Says which blocks must not be written back. */
  public static final int REVOCATION = 5;

  /** The header a block begins with, or null when it begins otherwise. */
  public static @Nullable JournalHeader of(DiskBytes block) {
    return block.big32(0) == (MAGIC & 0xFFFF_FFFFL)
        ? new JournalHeader(block.big32(4), block.big32(8))
        : null;
  }

  /** Writes a header at the beginning of a block. */
  public static void put(BlockBytes block, int type, long sequence) {
    block.putBig32(0, MAGIC).putBig32(4, type).putBig32(8, sequence);
  }
}
