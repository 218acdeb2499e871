package io.penstock.ext4.format;

/**
 * Fills a descriptor block with tags, as {@link JournalTags} reads them. The first has the
 * journal's identity behind it, the last is marked as such. Not thread-safe.
 */
public final class JournalTagList {
  private static final int ESCAPED = 1;
  private static final int SAME_UUID = 2;
  private static final int LAST = 8;
  private static final int UUID = 16;

  private final BlockBytes bytes;
  private final JournalSuperblock journal;
  private final int size;
  private final int end;
  private int at = JournalHeader.LENGTH;
  private int last = -1;

  /** The tags of a descriptor block of zeros, whose header is written here. */
  public JournalTagList(BlockBytes bytes, JournalSuperblock journal, long sequence) {
    this.bytes = bytes;
    this.journal = journal;
    size = sizeOf(journal);
    end = bytes.length() - (journal.hasBlockChecksums() ? 4 : 0);
    JournalHeader.put(bytes, JournalHeader.DESCRIPTOR, sequence);
  }

  private static int sizeOf(JournalSuperblock journal) {
    int two = journal.hasBlockChecksums() ? 2 : 0;
    return journal.hasTags3() ? 16 : (journal.isWide() ? 12 : 8) + two;
  }

  /** How many tags fit a descriptor of a journal. */
  public static int most(JournalSuperblock journal, int blockSize) {
    int tail = journal.hasBlockChecksums() ? 4 : 0;
    return (blockSize - tail - JournalHeader.LENGTH - UUID) / sizeOf(journal);
  }

  /**
   * Adds the tag of the next block of data.
   *
   * @param target the block of the volume that it is for
   * @param escaped whether its first four bytes were the journal's magic number and are zeros now
   * @param checksum of the data as it lies in the log, where it is kept
   */
  public void add(long target, boolean escaped, int checksum) {
    assert at <= end - size : "no room";
    int flags = (escaped ? ESCAPED : 0) | (last < 0 ? 0 : SAME_UUID);
    bytes.putBig32(at, target);
    if (journal.hasTags3()) {
      bytes.putBig32(at + 4, flags).putBig32(at + 8, target >>> 32).putBig32(at + 12, checksum);
    } else {
      bytes.putBig16(at + 4, journal.hasBlockChecksums() ? checksum : 0).putBig16(at + 6, flags);
      if (journal.isWide()) {
        bytes.putBig32(at + 8, target >>> 32);
      }
    }
    boolean first = last < 0;
    last = at;
    at += size;
    if (first) {
      bytes.put(at, journal.uuidBytes());
      at += UUID;
    }
  }

  /** Marks the last tag, and sets the checksum of the block. */
  public void end() {
    if (journal.hasTags3()) {
      bytes.putBig32(last + 4, bytes.view().big32(last + 4) | LAST);
    } else {
      bytes.putBig16(last + 6, bytes.view().big16(last + 6) | LAST);
    }
    journal.sealTail(bytes);
  }
}
