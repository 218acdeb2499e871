package io.penstock.ext4.journal;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Crc32c;
import io.penstock.ext4.format.JournalHeader;
import io.penstock.ext4.format.JournalSuperblock;
import io.penstock.ext4.format.JournalTagList;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataWriter;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Appends transactions to a log, around its end. Source: "Journal (jbd2)" of the format's
 * documentation. What is written is what {@link JournalScan} reads. Not thread-safe.
 */
final class LogWriter {
  private static final int CRC32 = 1;
  private static final int REVOKE_COUNT = 12;
  private static final int REVOKE_FIRST = 16;

  private final Journal journal;
  private final JournalSuperblock superblock;
  private final MetadataWriter device;
  private final int blockSize;

  private long head;
  private long used;
  private long sequence;
  private int commitCrc;

  /** Where the blocks behind this one go, as long as they lie in a row. */
  private final List<MetadataBlock> row = new ArrayList<>();

  LogWriter(Journal journal, JournalSuperblock superblock, MetadataWriter device) {
    this.journal = journal;
    this.superblock = superblock;
    this.device = device;
    blockSize = journal.geometry().blockSize();
    head = superblock.first();
  }

  /** The block that is next. */
  long head() {
    return head;
  }

  /** Blocks that can be written before the log meets its own beginning. */
  long free() {
    return superblock.end() - superblock.first() - used;
  }

  /** What is in the log is not needed any more: it begins at the head. */
  void restart() {
    used = 0;
  }

  /** Blocks that a transaction takes. */
  long blocksFor(int blocks, int revoked) {
    int tags = JournalTagList.most(superblock, blockSize);
    int numbers = revocationsPerBlock();
    return blocks + (blocks + tags - 1) / tags + (revoked + numbers - 1) / numbers + 1L;
  }

  private int revocationsPerBlock() {
    int tail = superblock.hasBlockChecksums() ? 4 : 0;
    return (blockSize - REVOKE_FIRST - tail) / (superblock.isWide() ? 8 : 4);
  }

  /** Begins a transaction. */
  void begin(long number) {
    sequence = number;
    commitCrc = Crc32Big.START;
  }

  /** Says that what the log holds of these blocks is void. */
  void revoke(List<Long> blocks) throws IOException {
    int most = revocationsPerBlock();
    int size = superblock.isWide() ? 8 : 4;
    for (int from = 0; from < blocks.size(); from += most) {
      List<Long> part = blocks.subList(from, Math.min(blocks.size(), from + most));
      byte[] bytes = new byte[blockSize];
      BlockBytes block = BlockBytes.of(bytes);
      JournalHeader.put(block, JournalHeader.REVOCATION, sequence);
      block.putBig32(REVOKE_COUNT, REVOKE_FIRST + size * part.size());
      for (int i = 0; i < part.size(); i++) {
        if (superblock.isWide()) {
          block.putBig64(REVOKE_FIRST + 8 * i, part.get(i));
        } else {
          block.putBig32(REVOKE_FIRST + 4 * i, part.get(i));
        }
      }
      superblock.sealTail(block);
      append(bytes);
    }
  }

  /** Writes blocks, each group of them behind a descriptor. */
  void write(Collection<MetadataBlock> blocks) throws IOException {
    int most = JournalTagList.most(superblock, blockSize);
    List<MetadataBlock> all = List.copyOf(blocks);
    for (int from = 0; from < all.size(); from += most) {
      describe(all.subList(from, Math.min(all.size(), from + most)));
    }
  }

  private void describe(List<MetadataBlock> blocks) throws IOException {
    byte[] descriptor = new byte[blockSize];
    JournalTagList tags = new JournalTagList(BlockBytes.of(descriptor), superblock, sequence);
    List<byte[]> contents = new ArrayList<>(blocks.size());
    int seed = Crc32c.updateBigInt(superblock.checksumSeed(), sequence);
    for (MetadataBlock each : blocks) {
      byte[] bytes = each.bytes().copy();
      boolean escaped = each.bytes().big32(0) == (JournalHeader.MAGIC & 0xFFFF_FFFFL);
      if (escaped) {
        BlockBytes.of(bytes).putBig32(0, 0);
      }
      tags.add(each.number(), escaped, Crc32c.update(seed, bytes));
      contents.add(bytes);
    }
    tags.end();
    commitCrc(descriptor);
    append(descriptor);
    for (byte[] each : contents) {
      commitCrc(each);
      append(each);
    }
  }

  private void commitCrc(byte[] bytes) {
    if (superblock.hasCommitChecksums()) {
      commitCrc = Crc32Big.update(commitCrc, bytes);
    }
  }

  /** Writes the block that makes the transaction count; before, all else must be durable. */
  void commit() throws IOException {
    byte[] bytes = new byte[blockSize];
    BlockBytes block = BlockBytes.of(bytes);
    JournalHeader.put(block, JournalHeader.COMMIT, sequence);
    Instant now = Instant.now();
    block.putBig64(0x30, now.getEpochSecond()).putBig32(0x38, now.getNano());
    if (superblock.hasCommitChecksums()) {
      block.put8(12, CRC32).put8(13, 4).putBig32(16, commitCrc);
    } else if (superblock.hasBlockChecksums()) {
      block.putBig32(16, block.view().crc32c(superblock.checksumSeed(), 0, blockSize));
    }
    append(bytes);
    drain();
  }

  private void append(byte[] bytes) throws IOException {
    long where = journal.locate(head);
    if (!row.isEmpty() && row.getLast().number() + 1 != where) {
      drain();
    }
    row.add(new MetadataBlock(where, bytes));
    used++;
    head++;
    if (head == superblock.end()) {
      head = superblock.first();
    }
  }

  /** Hands what was appended to the device. */
  void drain() throws IOException {
    device.write(row, journal.geometry());
    row.clear();
  }
}
