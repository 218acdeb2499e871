package io.penstock.ext4.journal;

import io.penstock.core.device.IoCounters;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Checksums;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.JournalSuperblockFields;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.format.SuperblockFields;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.MetadataWriter;
import io.penstock.ext4.store.Relocation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes what a crash has left in the journal to its place, and empties the journal. In an order
 * that a crash at any time does no harm to: first the blocks; when they are durable the journal is
 * said to be empty; when that is durable, the volume to need no recovery.
 *
 * <p>The superblock's counts of what is free are not in the journal as a rule, since every change
 * would have to log it: they are computed anew from the groups'.
 */
final class WriteBack {
  private static final int MOST_BYTES = 4 << 20;

  private WriteBack() {}

  /**
   * Writes back.
   *
   * @param table of the volume as it lies on the disk
   * @return blocks written to their places
   */
  static int run(InodeTable table, Journal journal, LogContents log, IoCounters counters)
      throws IOException {
    MetadataStore store = table.store();
    Geometry geometry = store.geometry();
    MetadataWriter volume = new MetadataWriter(store.device(), counters);
    ReplayedBlocks moved = new ReplayedBlocks(journal.device(), log);
    store.relocate(moved);
    blocks(log.moved().sortedBlocks(), store, volume);
    volume.flush();
    store.relocate(Relocation.NONE);
    byte[] first = journal.read(0).copy();
    // one number is left out: the transaction that was being written may have left blocks with it
    new JournalSuperblockFields(BlockBytes.of(first)).log(log.nextSequence() + 1, 0).seal();
    MetadataWriter writer = journal.writer();
    writer.write(journal.locate(0) << geometry.blockShift(), first);
    writer.flush();
    volume.write(List.of(recovered(table)), geometry);
    volume.flush();
    return moved.count();
  }

  private static MetadataBlock recovered(InodeTable table) throws IOException {
    Geometry geometry = table.store().geometry();
    long freeClusters = 0;
    long freeInodes = 0;
    for (long i = 0; i < geometry.groups(); i++) {
      GroupDescriptor group = table.group(i);
      freeClusters += group.freeClusters();
      freeInodes += group.freeInodes();
    }
    long number = geometry.superblockBlock();
    byte[] bytes = table.store().read(number).bytes().copy();
    SuperblockFields fields = SuperblockFields.in(BlockBytes.of(bytes), geometry);
    fields.needsRecovery(false).free(freeClusters << geometry.clusterBlocksShift(), freeInodes);
    new Seals(new Checksums(geometry.superblock())).superblock(fields.bytes());
    return new MetadataBlock(number, bytes);
  }

  /** Writes blocks to their places, some at a time. */
  private static void blocks(long[] blocks, MetadataStore store, MetadataWriter volume)
      throws IOException {
    int shift = store.geometry().blockShift();
    List<MetadataBlock> part = new ArrayList<>();
    for (long each : blocks) {
      part.add(store.read(each));
      if (part.size() << shift >= MOST_BYTES) {
        volume.write(part, store.geometry());
        part.clear();
      }
    }
    volume.write(part, store.geometry());
  }
}
