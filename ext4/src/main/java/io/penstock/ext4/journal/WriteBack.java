package io.penstock.ext4.journal;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.JournalSuperblock;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.Journal;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.MetadataWriter;
import io.penstock.ext4.store.Relocation;
import java.io.IOException;

/**
 * Writes what a crash has left in the journal to its place, and empties the journal. In an order
 * that a crash at any time does no harm to: first the blocks; when they are durable the journal is
 * said to be empty; when that is durable, the volume to need no recovery.
 */
final class WriteBack {
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
    BlockDevice device = store.device();
    Geometry geometry = store.geometry();
    MetadataWriter volume = new MetadataWriter(device, counters);
    ReplayedBlocks moved = new ReplayedBlocks(journal.device(), log);
    store.relocate(moved);
    for (long block : log.moved().sortedBlocks()) {
      volume.write(block << geometry.blockShift(), store.read(block).bytes().copy());
    }
    volume.flush();
    MetadataWriter journalWriter = new MetadataWriter(journal.device(), counters);
    journalWriter.write(
        journal.locate(0) << geometry.blockShift(),
        JournalSuperblock.emptied(journal.read(0), log.nextSequence()));
    journalWriter.flush();
    store.relocate(Relocation.NONE);
    long first = geometry.superblockBlock();
    int at = Superblock.OFFSET & (geometry.blockSize() - 1);
    volume.write(
        first << geometry.blockShift(), Superblock.recovered(store.read(first).bytes(), at));
    volume.flush();
    return moved.count();
  }
}
