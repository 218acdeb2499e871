package io.penstock.ext4.write;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.Seals;
import io.penstock.ext4.format.SuperblockFields;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.MetadataWriter;
import io.penstock.ext4.transaction.CommitLog;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes changes durable on a volume without a journal: straight to their places, in an order that
 * leaves {@code e2fsck -p} something to repair: first all data; then new blocks of metadata, which
 * nothing refers to yet; then the others, which may. Since freed blocks are not used again before
 * that is done, no two owners of a block can be found.
 *
 * <p>The volume is marked as not whole from the first change until it is closed.
 */
final class PlainLog implements CommitLog {
  private static final int MOST_BLOCKS = 4096;

  private final MetadataStore store;
  private final MetadataWriter device;
  private final Seals seals;

  PlainLog(MetadataStore store, MetadataWriter device, Seals seals) {
    this.store = store;
    this.device = device;
    this.seals = seals;
  }

  @Override
  public int mostBlocks() {
    return MOST_BLOCKS;
  }

  @Override
  public boolean isAtomic() {
    return false;
  }

  @Override
  public void prepare() throws IOException {
    long number = store.geometry().superblockBlock();
    byte[] bytes = store.read(number).bytes().copy();
    SuperblockFields fields = SuperblockFields.in(BlockBytes.of(bytes), store.geometry());
    fields.clean(false);
    seals.superblock(fields.bytes());
    writeAlone(new MetadataBlock(number, bytes));
  }

  private void writeAlone(MetadataBlock block) throws IOException {
    device.write(List.of(block), store.geometry());
    device.flush();
    store.unpin(block);
  }

  @Override
  public void commit(Commit commit) throws IOException {
    List<MetadataBlock> created = new ArrayList<>();
    List<MetadataBlock> others = new ArrayList<>();
    for (MetadataBlock each : commit.blocks()) {
      (commit.created().contains(each.number()) ? created : others).add(each);
    }
    device.write(created, store.geometry());
    device.flush();
    device.write(others, store.geometry());
    device.flush();
    commit.blocks().forEach(store::unpin);
  }

  @Override
  public void close(MetadataBlock superblock) throws IOException {
    writeAlone(superblock);
  }
}
