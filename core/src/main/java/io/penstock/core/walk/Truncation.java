package io.penstock.core.walk;

import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Changes a file's size while no request uses its block map, leaving zeros behind the new end
 * (ZERO-8).
 */
public final class Truncation {
  private Truncation() {}

  /** Sets the size; see {@link io.penstock.core.DirectIo#truncate}. */
  public static void truncate(BlockFile file, long newSize) throws IOException {
    if (newSize < 0) {
      throw new BlockIoException(
          Errno.EINVAL, "truncate", file.name(), "size " + newSize + " must not be negative");
    }
    if (newSize > file.traits().maxFileSize()) {
      throw new BlockIoException(
          Errno.EFBIG,
          "truncate",
          file.name(),
          "size "
              + newSize
              + " is over the largest file of this layout, "
              + file.traits().maxFileSize()
              + " bytes");
    }
    file.freeze();
    try {
      if (file.isClosed()) {
        throw new ClosedFileException(file.name());
      }
      zeroRestOfBlock(file, Math.min(newSize, file.size()));
      file.cleanedTail();
      cut(file, newSize);
      file.setSize(newSize);
    } catch (RuntimeException | Error broken) {
      throw thrown(file.name(), newSize, "it threw " + broken, broken);
    } finally {
      file.thaw();
    }
  }

  /**
   * Clears what a failed write may have left behind the end of file, unless another has done so
   * meanwhile. Waits until no request uses the block map.
   *
   * @throws IOException when it cannot be cleared; it is still there then
   */
  static void cleanTail(BlockFile file) throws IOException {
    file.freeze();
    try {
      if (file.isClosed()) {
        throw new ClosedFileException(file.name());
      }
      if (file.hasUncleanTail()) {
        zeroRestOfBlock(file, file.size());
        file.cleanedTail();
      }
    } finally {
      file.thaw();
    }
  }

  private static void cut(BlockFile file, long newSize) throws IOException {
    try {
      file.mapper().truncate(newSize);
    } catch (RuntimeException | Error broken) {
      throw mapperThrew(file, newSize, broken);
    }
  }

  private static void map(BlockFile file, MapQuery query, Mapping mapping, long end)
      throws IOException {
    try {
      file.mapper().map(query, mapping);
    } catch (RuntimeException | Error broken) {
      throw mapperThrew(file, end, broken);
    }
  }

  private static BlockIoException mapperThrew(BlockFile file, long size, Throwable broken) {
    return thrown(
        file.mapper().name(), size, "the mapper of " + file.name() + " threw " + broken, broken);
  }

  private static BlockIoException thrown(
      String subject, long size, String detail, Throwable broken) {
    return new BlockIoException(
        Errno.EIO.number(), "truncate", subject, size, BlockIoException.NONE, detail, broken);
  }

  /**
   * Zeroes from {@code end} to the end of its block, if the block holds data. F=4096, L=512, end
   * 1000: the sector 512..1024 is read, zeroed from 1000 on and written back; 1024..4096 is written
   * with zeros.
   */
  private static void zeroRestOfBlock(BlockFile file, long end) throws IOException {
    long inside = end & (file.blockSize() - 1);
    if (inside == 0) {
      return;
    }
    Mapping mapping = new Mapping().clear();
    MapQuery query =
        new MapQuery().set(end >> file.blockShift(), 1, MapIntent.LOOK_UP, false, file.size());
    map(file, query, mapping, end);
    query.set(end >> file.blockShift(), 1, MapIntent.LOOK_UP, false, file.size());
    MappingCheck.check(file, query, mapping, file.limits().logicalBlock());
    BlockDevice device = mapping.device();
    if (mapping.kind() != MappingKind.MAPPED || device == null) {
      return;
    }
    file.noteDevice(device);
    int logicalBlock = device.limits().logicalBlock();
    long sectorStart = inside & -(long) logicalBlock;
    long zerosFrom = sectorStart;
    if (inside != sectorStart) {
      zeroRestOfSector(
          file, device, mapping.deviceOffset() + sectorStart, inside - sectorStart, logicalBlock);
      zerosFrom += logicalBlock;
    }
    while (zerosFrom < file.blockSize()) {
      long part = Math.min(ZeroBuffer.SIZE, file.blockSize() - zerosFrom);
      DeviceIo.write(
          device,
          mapping.deviceOffset() + zerosFrom,
          ZeroBuffer.segment().asSlice(0, part),
          file.counters());
      zerosFrom += part;
    }
  }

  private static void zeroRestOfSector(
      BlockFile file, BlockDevice device, long offset, long keep, int logicalBlock)
      throws IOException {
    try (PooledBuffer buffer = BufferPool.shared().takeNow(logicalBlock)) {
      MemorySegment sector = buffer.segment().asSlice(0, logicalBlock);
      DeviceIo.read(device, offset, sector, file.counters());
      sector.asSlice(keep).fill((byte) 0);
      DeviceIo.write(device, offset, sector, file.counters());
    }
  }
}
