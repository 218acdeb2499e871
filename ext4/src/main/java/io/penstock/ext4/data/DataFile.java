package io.penstock.ext4.data;

import io.penstock.core.DirectIo;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoRequest;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.map.BlockMaps;
import io.penstock.ext4.map.InlineMapper;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The data of an inode as a file of the engine. Reads of any position, length and address: what is
 * aligned goes to the engine as it is, the rest with its edges in pooled memory ({@link EdgeRead}).
 * Thread-safe.
 */
public final class DataFile implements AutoCloseable {
  private final BlockFile file;

  /**
   * Opens the data of an inode.
   *
   * @param name for messages
   * @throws IOException when the root of its block map is damaged
   */
  public DataFile(Inode inode, InodeTable table, String name) throws IOException {
    MetadataStore store = table.store();
    int blockSize = store.geometry().blockSize();
    BlockDevice device = store.device();
    if (inode.has(InodeFlag.INLINE_DATA)) {
      byte[] contents = BlockMaps.inlineData(inode, table);
      device =
          MetadataStore.deviceOf(contents, blockSize, "inline data of inode " + inode.number());
      BlockMapper map = new InlineMapper(device);
      file = build(device, map, blockSize, inode, name);
    } else {
      file = build(device, BlockMaps.newest(inode, table), blockSize, inode, name);
    }
  }

  private static BlockFile build(
      BlockDevice device, BlockMapper map, int blockSize, Inode inode, String name) {
    return BlockFile.builder(device, map)
        .name(name)
        .blockSize(blockSize)
        .size(inode.size())
        .build();
  }

  /** The engine's view of it. */
  public BlockFile file() {
    return file;
  }

  /**
   * Fills memory from a position on; waits for it.
   *
   * @return bytes read, fewer than asked only at end of file; {@link IoRequest#END_OF_FILE} there
   * @throws IOException the device's error, or that the block map is damaged
   */
  public long read(IoVector memory, long position) throws IOException {
    if (isAligned(memory, position) || position < 0 || memory.total() == 0) {
      return DirectIo.read(file, memory, position);
    }
    return EdgeRead.run(file, memory, position);
  }

  /** Fills memory from a position on; waits for it. */
  public long read(MemorySegment memory, long position) throws IOException {
    return read(IoVector.of(memory), position);
  }

  /** Whether the engine takes a request as it is (ADM-3, ADM-4). */
  public boolean isAligned(IoVector memory, long position) {
    int block = file.device().limits().logicalBlock();
    return (position & (block - 1)) == 0
        && memory.isMultipleOf(block)
        && memory.isAddressMultipleOf(file.device().limits().memoryAlignment());
  }

  @Override
  public void close() {
    file.close();
  }
}
