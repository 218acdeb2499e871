package io.penstock.ext4.write;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.format.SuperblockFields;
import io.penstock.ext4.journal.JournalLog;
import io.penstock.ext4.journal.JournalReplay;
import io.penstock.ext4.space.BlockAllocator;
import io.penstock.ext4.space.Groups;
import io.penstock.ext4.space.InodeAllocator;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.MetadataWriter;
import io.penstock.ext4.transaction.CommitLog;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.transaction.Transactions;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What it takes to change a volume. Thread-safe; how changes are made is told at the package. */
public final class VolumeWriter implements Closeable {
  private static final List<Feature> REFUSED =
      List.of(
          Feature.BIGALLOC,
          Feature.MMP,
          Feature.ORPHAN_PRESENT,
          Feature.QUOTA,
          Feature.PROJECT,
          Feature.SNAPSHOT,
          Feature.REPLICA,
          Feature.READ_ONLY,
          Feature.SHARED_BLOCKS,
          Feature.BTREE_DIR,
          Feature.IMAGIC_INODES,
          Feature.EXCLUDE_BITMAP,
          Feature.LAZY_BG,
          Feature.VERITY);

  private final InodeTable table;
  private final MetadataStore store;
  private final Seals seals;
  private final Transactions transactions;
  private final Groups groups;
  private final BlockAllocator blocks;
  private final Inodes inodes;
  private final Orphans orphans;

  private VolumeWriter(InodeTable table, CommitLog log, long sequence) {
    this.table = table;
    store = table.store();
    seals = new Seals(table.checksums());
    transactions = new Transactions(store, log, sequence);
    groups = new Groups(table, seals);
    blocks = new BlockAllocator(table, groups);
    inodes = new Inodes(table, seals, new InodeAllocator(table, groups));
    orphans = new Orphans(this);
  }

  /**
   * Begins to write to a volume whose journal is empty. Nothing is written before the first change.
   *
   * @param external the device of a journal that is not on the volume, or null
   * @throws IOException when the journal cannot be read or is damaged
   */
  public static VolumeWriter of(
      InodeTable table, @Nullable BlockDevice external, IoCounters counters) throws IOException {
    MetadataStore store = table.store();
    MetadataWriter device = new MetadataWriter(store.device(), counters);
    if (!store.geometry().superblock().has(Feature.HAS_JOURNAL)) {
      CommitLog log = new PlainLog(store, device, new Seals(table.checksums()));
      return new VolumeWriter(table, log, 1);
    }
    JournalLog log = JournalLog.of(JournalReplay.journal(table, external, counters), store, device);
    return new VolumeWriter(table, log, log.firstSequence());
  }

  /**
   * Refuses volumes that cannot be written.
   *
   * @throws IOException EOPNOTSUPP when it has features with which it cannot be written, which are
   *     named; EUCLEAN when errors were found on it
   */
  public static void requireWritable(MetadataStore store) throws IOException {
    Superblock superblock = store.geometry().superblock();
    List<String> refused = new ArrayList<>();
    for (Feature each : REFUSED) {
      if (superblock.has(each)) {
        refused.add(each.label());
      }
    }
    long unknown = superblock.unknownReadableFeatures();
    if (unknown != 0) {
      refused.add("unknown read-only compatible feature bits 0x" + Long.toHexString(unknown));
    }
    if (!refused.isEmpty()) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP,
          "open volume for writing",
          store.device().name(),
          "it has features with which it can only be read: " + String.join(", ", refused));
    }
    if ((superblock.state() & 2) != 0) {
      throw new BlockIoException(
          Errno.EUCLEAN,
          "open volume for writing",
          store.device().name(),
          "errors were found on it; have e2fsck repair it");
    }
  }

  /** The inodes to be read, and the store behind them. */
  public InodeTable table() {
    return table;
  }

  /** How the volume is divided. */
  public Geometry geometry() {
    return store.geometry();
  }

  /** What sets checksums. */
  public Seals seals() {
    return seals;
  }

  /** The changes. */
  public Transactions transactions() {
    return transactions;
  }

  /**
   * Begins a change, waiting for those of others.
   *
   * @param credits blocks it may change at most
   */
  public Transaction begin(int credits) throws IOException {
    return transactions.begin(credits);
  }

  /** Free blocks. */
  public BlockAllocator blocks() {
    return blocks;
  }

  /** Inodes to be changed. */
  public Inodes inodes() {
    return inodes;
  }

  /** Inodes that a crash leaves something to do with. */
  public Orphans orphans() {
    return orphans;
  }

  /** Group descriptors to be changed. */
  public Groups groups() {
    return groups;
  }

  /** The superblock, to be changed. */
  public SuperblockFields superblock(Transaction change) throws IOException {
    long block = geometry().superblockBlock();
    SuperblockFields fields = SuperblockFields.in(change.edit(block), geometry());
    change.seal(block, "superblock", () -> seals.superblock(fields.bytes()));
    return fields;
  }

  /**
   * Makes all changes durable, and all data that was written before.
   *
   * @throws IOException when that failed, now or earlier
   */
  public void commit() throws IOException {
    transactions.commit();
  }

  /**
   * Brings everything to its place and marks the volume as whole. Idempotent.
   *
   * @throws IOException when that failed; the volume then is as after a crash
   */
  @Override
  public void close() throws IOException {
    transactions.close(this::wholeSuperblock);
  }

  private MetadataBlock wholeSuperblock() throws IOException {
    long freeBlocks = 0;
    long freeInodes = 0;
    for (long i = 0; i < geometry().groups(); i++) {
      GroupDescriptor group = groups.read(i);
      freeBlocks += group.freeClusters();
      freeInodes += group.freeInodes();
    }
    long number = geometry().superblockBlock();
    byte[] bytes = store.read(number).bytes().copy();
    SuperblockFields fields = SuperblockFields.in(BlockBytes.of(bytes), geometry());
    fields
        .needsRecovery(false)
        .clean(true)
        .free(freeBlocks << geometry().clusterBlocksShift(), freeInodes)
        .writeTime(Instant.now());
    seals.superblock(fields.bytes());
    return new MetadataBlock(number, bytes);
  }
}
