package io.penstock.ext4.journal;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.Crc32c;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.JournalHeader;
import io.penstock.ext4.format.JournalSuperblock;
import io.penstock.ext4.format.JournalTags;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.NumberTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a log that a crash has left: twice, as jbd2 has it. First to find where it ends, after the
 * last transaction that has its commit block, and which blocks it revokes; then to find, for each
 * block that it holds and has not revoked since, where its newest contents are. Source: "Journal
 * (jbd2)" of the format's documentation.
 *
 * <p>A transaction whose commit block is missing or has a wrong checksum was not finished by the
 * crash: it and what is behind it are left out. A wrong checksum inside a transaction that has its
 * commit is damage. Never goes through more blocks than the log has. Not thread-safe.
 */
final class JournalScan {
  private static final int REVOKE_COUNT = 12;
  private static final int REVOKE_FIRST = 16;
  private static final int COMMIT_CHECKSUM = 16;
  private static final int FAST_COMMIT_HEAD = 9;

  private final Journal journal;
  private final JournalSuperblock superblock;
  private final int seed;

  /** Block of the volume → the last transaction that revoked it. */
  private final NumberTable revoked = new NumberTable();

  private long at;
  private long left;

  JournalScan(Journal journal, JournalSuperblock superblock) {
    this.journal = journal;
    this.superblock = superblock;
    seed = superblock.checksumSeed();
  }

  /** What the log holds. */
  LogContents run() throws IOException {
    NumberTable moved = new NumberTable();
    if (superblock.start() == 0) {
      return new LogContents(moved, 0, superblock.sequence());
    }
    long end = findEnd();
    refuseFastCommits(end);
    rewind();
    for (long sequence = superblock.sequence(); sequence != end; sequence = next(sequence)) {
      collect(sequence, moved);
    }
    long transactions = (end - superblock.sequence()) & 0xFFFF_FFFFL;
    return new LogContents(moved, transactions, end);
  }

  private static long next(long sequence) {
    return (sequence + 1) & 0xFFFF_FFFFL;
  }

  // --- going through the log ---

  private void rewind() {
    at = superblock.start();
    left = superblock.end() - superblock.first();
  }

  /** The block of the log that is next, which then is behind; -1 when all have been seen. */
  private long advance() {
    if (left == 0) {
      return -1;
    }
    left--;
    long block = at++;
    if (at == superblock.end()) {
      at = superblock.first();
    }
    return block;
  }

  /** The next block if it is one of the journal's own in this transaction, or null. */
  private @Nullable DiskBytes control(long sequence) throws IOException {
    long block = advance();
    if (block < 0) {
      return null;
    }
    DiskBytes bytes = journal.read(block);
    JournalHeader header = JournalHeader.of(bytes);
    return header == null || header.sequence() != sequence ? null : bytes;
  }

  // --- first time ---

  /** The sequence number of the first transaction that is not there. */
  private long findEnd() throws IOException {
    rewind();
    long sequence = superblock.sequence();
    while (isCommitted(sequence)) {
      sequence = next(sequence);
    }
    return sequence;
  }

  private boolean isCommitted(long sequence) throws IOException {
    List<DiskBytes> revocations = new ArrayList<>();
    int commitCrc = Crc32Big.START;
    while (true) {
      DiskBytes block = control(sequence);
      if (block == null) {
        return false;
      }
      switch ((int) block.big32(4)) {
        case JournalHeader.DESCRIPTOR -> {
          if (!hasTailChecksum(block)) {
            return false;
          }
          if (superblock.hasCommitChecksums()) {
            commitCrc = Crc32Big.update(commitCrc, block.copy());
          }
          JournalTags tags = new JournalTags(block, superblock);
          while (tags.next()) {
            long data = advance();
            if (data < 0) {
              return false;
            }
            if (superblock.hasCommitChecksums()) {
              commitCrc = Crc32Big.update(commitCrc, journal.read(data).copy());
            } else if (superblock.isAsynchronous() && !hasChecksum(tags, data, sequence)) {
              return false;
            }
          }
        }
        case JournalHeader.REVOCATION -> {
          if (!hasTailChecksum(block)) {
            return false;
          }
          revocations.add(block);
        }
        case JournalHeader.COMMIT -> {
          if (!isCommit(block, commitCrc)) {
            return false;
          }
          for (DiskBytes each : revocations) {
            revoke(each, sequence);
          }
          return true;
        }
        default -> {
          return false;
        }
      }
    }
  }

  private boolean isCommit(DiskBytes block, int commitCrc) {
    long stored = block.big32(COMMIT_CHECKSUM);
    if (superblock.hasBlockChecksums()) {
      int crc = block.crc32c(seed, 0, COMMIT_CHECKSUM);
      crc = Crc32c.update(crc, new byte[4]);
      crc = block.crc32c(crc, COMMIT_CHECKSUM + 4, block.length() - COMMIT_CHECKSUM - 4);
      return (int) stored == crc;
    }
    boolean kept = superblock.hasCommitChecksums() && block.u8(12) == 1 && block.u8(13) == 4;
    return !kept || (int) stored == commitCrc;
  }

  private boolean hasTailChecksum(DiskBytes block) {
    if (!superblock.hasBlockChecksums()) {
      return true;
    }
    int at = block.length() - 4;
    int crc = Crc32c.update(block.crc32c(seed, 0, at), new byte[4]);
    return (int) block.big32(at) == crc;
  }

  private void revoke(DiskBytes block, long sequence) throws IOException {
    int size = superblock.isWide() ? 8 : 4;
    long end = block.big32(REVOKE_COUNT);
    if (end < REVOKE_FIRST || end > block.length()) {
      throw journal.place().damaged("a revocation block has " + end + " bytes in use");
    }
    for (int i = REVOKE_FIRST; i + size <= end; i += size) {
      long number =
          superblock.isWide() ? block.big32(i) << 32 | block.big32(i + 4) : block.big32(i);
      if (number >= 0) {
        revoked.put(number, sequence);
      }
    }
  }

  // --- second time ---

  private void collect(long sequence, NumberTable moved) throws IOException {
    while (true) {
      DiskBytes block = control(sequence);
      if (block == null) {
        throw journal.place().damaged("transaction " + sequence + " has changed meanwhile");
      }
      switch ((int) block.big32(4)) {
        case JournalHeader.DESCRIPTOR -> {
          JournalTags tags = new JournalTags(block, superblock);
          while (tags.next()) {
            place(tags, advance(), sequence, moved);
          }
        }
        case JournalHeader.COMMIT -> {
          return;
        }
        default -> {}
      }
    }
  }

  private void place(JournalTags tags, long data, long sequence, NumberTable moved)
      throws IOException {
    long target = tags.target();
    if (target < 0 || target >= journal.geometry().blocks()) {
      throw journal
          .place()
          .damaged("transaction " + sequence + " has a block " + target + " outside the volume");
    }
    if (superblock.hasBlockChecksums() && !hasChecksum(tags, data, sequence)) {
      throw journal
          .place()
          .damaged(
              "transaction "
                  + sequence
                  + " is committed, but the checksum of block "
                  + data
                  + " for block "
                  + target
                  + " is wrong");
    }
    long since = revoked.get(target, -1);
    // sequence numbers wrap around: which is later is the sign of their difference
    if (since >= 0 && (int) (since - sequence) >= 0) {
      return;
    }
    moved.put(target, journal.locate(data) << 1 | (tags.isEscaped() ? 1 : 0));
  }

  private boolean hasChecksum(JournalTags tags, long data, long sequence) throws IOException {
    if (!superblock.hasBlockChecksums()) {
      return true;
    }
    int crc = Crc32c.updateBigInt(seed, sequence);
    DiskBytes bytes = journal.read(data);
    return tags.hasChecksum(bytes.crc32c(crc, 0, bytes.length()));
  }

  // --- fast commits ---

  /** They hold changes of single files, which are not known here. */
  private void refuseFastCommits(long sequence) throws IOException {
    long first = superblock.end();
    for (long block = first; block < Math.min(first + 2, superblock.blocks()); block++) {
      DiskBytes bytes = journal.read(block);
      // a head: tag 9, 8 bytes: features, and the transaction it follows
      if (bytes.u16(0) == FAST_COMMIT_HEAD && bytes.u16(2) == 8 && bytes.u32(8) == sequence) {
        throw new BlockIoException(
            Errno.EOPNOTSUPP,
            "open volume",
            journal.place().volume(),
            "its journal holds fast commits (fast_commit), which are not supported;"
                + " mount it once, or have e2fsck replay them");
      }
    }
  }
}
