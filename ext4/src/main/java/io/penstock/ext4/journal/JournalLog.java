package io.penstock.ext4.journal;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Checksums;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.JournalSuperblock;
import io.penstock.ext4.format.JournalSuperblockFields;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.format.SuperblockFields;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.MetadataWriter;
import io.penstock.ext4.transaction.CommitLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Makes changes durable by way of a journal. In an order that a crash at any time does no harm to:
 *
 * <ol>
 *   <li>the blocks are written into the log, behind what is there;
 *   <li>they, and all data written before, are made durable;
 *   <li>the commit block is written and made durable: from here on a crash finds them;
 *   <li>at some later time, when the log is full or the volume is closed, all that is in the log is
 *       written to its place and made durable (<em>checkpoint</em>), and the log begun anew.
 * </ol>
 *
 * <p>The log thus never holds more than it has room for, and what it does not hold any more is at
 * its place. Called with the writer lock held.
 */
public final class JournalLog implements CommitLog {
  private static final int MOST_BLOCKS = 4096;

  private final Journal journal;
  private final MetadataStore store;
  private final MetadataWriter volume;
  private final MetadataWriter log;
  private final JournalSuperblock superblock;
  private final byte[] superblockBytes;
  private final LogWriter writer;

  /** What is in the log and not at its place. */
  private final TreeMap<Long, MetadataBlock> waiting = new TreeMap<>();

  /** Blocks of which the log holds something. */
  private final TreeSet<Long> logged = new TreeSet<>();

  private long next;

  private JournalLog(
      Journal journal,
      MetadataStore store,
      MetadataWriter volume,
      JournalSuperblock superblock,
      byte[] superblockBytes) {
    this.journal = journal;
    this.store = store;
    this.volume = volume;
    this.superblock = superblock;
    this.superblockBytes = superblockBytes;
    log = journal.writer();
    writer = new LogWriter(journal, superblock, log);
    next = superblock.sequence();
  }

  /**
   * A journal that is empty.
   *
   * @param volume writes to the volume
   * @throws IOException when its superblock cannot be read or is damaged; EOPNOTSUPP when it is of
   *     the first version
   */
  public static JournalLog of(Journal journal, MetadataStore store, MetadataWriter volume)
      throws IOException {
    Geometry geometry = store.geometry();
    byte[] bytes = journal.read(0).copy();
    JournalSuperblock now = parse(journal, geometry, bytes);
    if (!now.hasFeatures()) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "open volume for writing",
          journal.place().volume(),
          "its journal is of the first version; have tune2fs make it a new one");
    }
    if (now.error() != 0) {
      throw journal.place().damaged("it was given up with error " + now.error() + "; run e2fsck");
    }
    if (now.start() != 0) {
      throw journal
          .place()
          .damaged("it is not empty, though the volume says that it needs no recovery");
    }
    new JournalSuperblockFields(BlockBytes.of(bytes))
        .features(
            geometry.superblock().has(Feature.SIXTY_FOUR_BIT),
            geometry.superblock().has(Feature.METADATA_CSUM))
        .log(now.sequence(), now.first())
        .seal();
    return new JournalLog(journal, store, volume, parse(journal, geometry, bytes), bytes);
  }

  private static JournalSuperblock parse(Journal journal, Geometry geometry, byte[] bytes)
      throws IOException {
    return JournalSuperblock.parse(
        DiskBytes.of(bytes.clone()),
        geometry.blockSize(),
        journal.place().structure("journal superblock"));
  }

  /** The number of the first transaction. */
  public long firstSequence() {
    return superblock.sequence();
  }

  @Override
  public int mostBlocks() {
    return (int) Math.min(MOST_BLOCKS, (superblock.end() - superblock.first()) / 4);
  }

  @Override
  public boolean isAtomic() {
    return true;
  }

  @Override
  public void prepare() throws IOException {
    // first the volume's: a log that is not empty of a volume that needs no recovery cannot be
    long first = store.geometry().superblockBlock();
    byte[] bytes = store.read(first).bytes().copy();
    SuperblockFields.in(BlockBytes.of(bytes), store.geometry()).needsRecovery(true);
    writeVolumeSuperblock(new MetadataBlock(first, sealed(bytes)));
    writeSuperblock(next, writer.head());
  }

  private byte[] sealed(byte[] bytes) {
    BlockBytes superblock = SuperblockFields.in(BlockBytes.of(bytes), store.geometry()).bytes();
    new Seals(new Checksums(store.geometry().superblock())).superblock(superblock);
    return bytes;
  }

  private void writeVolumeSuperblock(MetadataBlock block) throws IOException {
    volume.write(List.of(block), store.geometry());
    volume.flush();
    store.unpin(block);
  }

  private void writeSuperblock(long sequence, long start) throws IOException {
    new JournalSuperblockFields(BlockBytes.of(superblockBytes)).log(sequence, start).seal();
    log.write(journal.locate(0) << store.geometry().blockShift(), superblockBytes);
    log.flush();
  }

  @Override
  public void commit(Commit commit) throws IOException {
    assert (int) commit.sequence() == (int) next : commit.sequence() + " is not " + next;
    List<Long> revoked = new ArrayList<>();
    for (long each : commit.freed()) {
      if (logged.contains(each)) {
        revoked.add(each);
      }
    }
    if (writer.blocksFor(commit.blocks().size(), revoked.size()) > writer.free()) {
      checkpoint();
      revoked.clear();
    }
    writer.begin(commit.sequence());
    writer.revoke(revoked);
    writer.write(commit.blocks());
    writer.drain();
    volume.flush();
    if (journal.device() != store.device()) {
      log.flush();
    }
    writer.commit();
    log.flush();
    next = commit.sequence() + 1;
    for (MetadataBlock each : commit.blocks()) {
      waiting.put(each.number(), each);
      logged.add(each.number());
    }
    // only now: had the log been begun anew before, it would not hold them any more
    commit.freed().forEach(waiting::remove);
  }

  /** Writes all that is in the log to its place, and begins the log anew. */
  private void checkpoint() throws IOException {
    volume.write(List.copyOf(waiting.values()), store.geometry());
    volume.flush();
    writer.restart();
    writeSuperblock(next, writer.head());
    waiting.values().forEach(store::unpin);
    waiting.clear();
    logged.clear();
  }

  @Override
  public void close(MetadataBlock whole) throws IOException {
    checkpoint();
    writeSuperblock(next, 0);
    writeVolumeSuperblock(whole);
  }
}
