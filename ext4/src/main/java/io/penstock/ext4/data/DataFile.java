package io.penstock.ext4.data;

import io.penstock.core.DirectIo;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
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
import org.jspecify.annotations.Nullable;

/**
 * The data of an inode as a file of the engine. Reads and writes of any position, length and
 * address: what is aligned goes to the engine as it is, the rest with its edges in pooled memory
 * ({@link EdgeRead}, {@link EdgeWrite}). Thread-safe.
 */
public final class DataFile implements AutoCloseable {
  private final BlockFile file;
  private final @Nullable SharedFile shared;

  /**
   * Opens the data of an inode for reading.
   *
   * @param name for messages
   * @throws IOException when the root of its block map is damaged
   */
  public DataFile(Inode inode, InodeTable table, String name) throws IOException {
    MetadataStore store = table.store();
    int blockSize = store.geometry().blockSize();
    BlockDevice device = store.device();
    shared = null;
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

  /** The data of a file that can be written, which others may have open too; stays theirs. */
  public DataFile(SharedFile shared) {
    this.shared = shared;
    file = shared.file();
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

  private SharedFile writable(String operation) throws IOException {
    SharedFile found = shared;
    if (found == null) {
      throw new BlockIoException(
          Errno.EROFS,
          operation,
          file.name(),
          "the volume was opened for reading, or the data lies in the inode (inline_data)");
    }
    return found;
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

  /**
   * Writes all of some memory from a position on; waits for it.
   *
   * @throws IOException EROFS; EFBIG, ENOSPC; the device's error. How much of the range was written
   *     is then unspecified
   */
  public void write(IoVector memory, long position) throws IOException {
    SharedFile target = writable("write");
    requireRange("write", position, memory.total());
    if (memory.total() == 0) {
      return;
    }
    if (isAligned(memory, position)) {
      target.writeAligned(memory, position);
    } else {
      target.writeEdges(memory, position);
    }
  }

  private void requireRange(String operation, long position, long length) throws IOException {
    if (file.isClosed()) {
      throw new io.penstock.core.error.ClosedFileException(file.name());
    }
    long largest = file.traits().maxFileSize();
    if (position < 0 || length < 0) {
      throw new BlockIoException(
          Errno.EINVAL, operation, file.name(), position, length, "must not be negative");
    }
    if (position > largest || length > largest - position) {
      throw new BlockIoException(
          Errno.EFBIG,
          operation,
          file.name(),
          position,
          length,
          "the largest file of this volume has " + largest + " bytes");
    }
  }

  /**
   * Writes all of some memory behind the end of the file; waits for it.
   *
   * @return the position
   */
  public long append(IoVector memory) throws IOException {
    SharedFile target = writable("append");
    requireRange("append", file.size(), memory.total());
    return target.append(memory);
  }

  /** Sets the size, bytes. */
  public void truncate(long size) throws IOException {
    writable("truncate").truncate(size);
  }

  /**
   * Sets blocks aside for what is a hole in a range; they read as zeros.
   *
   * @param keepsSize whether the file does not become longer where the range ends behind it
   * @throws IOException ENOSPC; EOPNOTSUPP where the file has no extents
   */
  public void allocate(long position, long length, boolean keepsSize) throws IOException {
    requireRange("preallocate", position, length);
    writable("preallocate").allocate(position, length, keepsSize);
  }

  /** Makes a range read as zeros, and frees its blocks; the size stays. */
  public void punch(long position, long length) throws IOException {
    requireRange("punch hole", position, length);
    writable("punch hole").punch(position, length);
  }

  /** Makes what was written durable, with all metadata or with what is needed to read it back. */
  public void force(boolean metadata) throws IOException {
    writable("sync").force(metadata);
  }

  /** Whether the engine takes a request as it is (ADM-3, ADM-4). */
  public boolean isAligned(IoVector memory, long position) {
    int block = file.device().limits().logicalBlock();
    return (position & (block - 1)) == 0
        && memory.isMultipleOf(block)
        && memory.isAddressMultipleOf(file.device().limits().memoryAlignment());
  }

  /** Closes the file, unless it is shared with others. */
  @Override
  public void close() {
    if (shared == null) {
      file.close();
    }
  }
}
