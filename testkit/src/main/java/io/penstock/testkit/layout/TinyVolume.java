package io.penstock.testkit.layout;

import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The smallest layout that survives a crash: one file on a device, whose block table is stored
 * twice in turns ({@link TableStore}). The worked example for layouts with metadata of their own;
 * {@link SimpleLayout} is the one without.
 *
 * <p>What a crash leaves is the table of the last sync that was reported, or of one that was under
 * way. That takes four things:
 *
 * <ol>
 *   <li><b>Data before table.</b> A sync takes the table as it is, makes the data durable that it
 *       points to, and only then stores it (CMP-6).
 *   <li><b>Unwritten until written.</b> A block becomes data at the end of the write, not when it
 *       is allocated (MAP-11): a table that is stored in between says <em>unwritten</em>, which
 *       reads as zeros.
 *   <li><b>No block twice.</b> What truncate frees is not used again before a table without it is
 *       durable: the stored one still points there.
 *   <li><b>Dirty until stored.</b> What the stored table does not have is marked {@linkplain
 *       Mapping#dirty() dirty}, so that a data-sync write to it is followed by a sync rather than
 *       made with forced unit access alone (BIO-9).
 * </ol>
 *
 * <p>Opening it after a crash is the whole recovery. Thread-safe.
 */
public final class TinyVolume implements BlockMapper, EndOfIoHook, SyncHook {
  private final BlockDevice device;
  private final int blockSize;
  private final TableStore store;
  private final BlockTable table;
  private final long openedSize;

  /** One sync at a time: each stores a table over the one before the last. */
  private final ReentrantLock storing = new ReentrantLock();

  private TinyVolume(BlockDevice device, TableStore store, StoredTable stored) {
    this.device = device;
    this.store = store;
    blockSize = store.blockSize();
    table = new BlockTable(stored);
    openedSize = stored.size();
  }

  /**
   * Puts an empty file on {@code device}; what was there is lost.
   *
   * @param blockSize bytes of a file block: a power of two, at least the device's logical block
   * @throws IOException the device's error
   */
  public static void format(BlockDevice device, int blockSize) throws IOException {
    new TableStore(device, blockSize).format();
  }

  /**
   * Reads the volume, after a crash too.
   *
   * @param device it belongs to the caller
   * @param blockSize as it was formatted with
   * @throws IOException when there is none, or the device's error
   */
  public static TinyVolume open(BlockDevice device, int blockSize) throws IOException {
    // what is read may be in the device's cache only, and what follows builds on it
    device.flush();
    TableStore store = new TableStore(device, blockSize);
    TinyVolume volume = new TinyVolume(device, store, store.load());
    volume.zeroBehindEnd();
    return volume;
  }

  /**
   * Writes that were never synced may have left bytes between the end of file and the end of its
   * block, which would be seen when the file grows over them.
   */
  private void zeroBehindEnd() throws IOException {
    int inside = (int) (openedSize % blockSize);
    long place = table.writtenPlace(openedSize / blockSize);
    if (inside == 0 || place == BlockTable.NOWHERE) {
      return;
    }
    try (Arena arena = Arena.ofShared()) {
      MemorySegment block = arena.allocate(blockSize, device.limits().memoryAlignment());
      DeviceIo.read(device, store.offsetOf(place), block);
      MemorySegment behind = block.asSlice(inside);
      if (behind.mismatch(ZeroBuffer.segment().asSlice(0, behind.byteSize())) >= 0) {
        behind.fill((byte) 0);
        DeviceIo.write(device, store.offsetOf(place), block);
        device.flush();
      }
    }
  }

  /** The file; one for each opened volume. */
  public BlockFile file() {
    return describe(this).build();
  }

  /**
   * The file to be, for more to be said of it.
   *
   * @param mapper this volume, or one that stands before it
   */
  public BlockFile.Builder describe(BlockMapper mapper) {
    return BlockFile.builder(device, mapper)
        .blockSize(blockSize)
        .size(openedSize)
        .endOfIo(this)
        .sync(this);
  }

  /**
   * Sets space aside for file blocks that are holes; they read as zeros until they are written.
   *
   * @throws IOException ENOSPC
   */
  public void reserve(long firstBlock, int blocks) throws IOException {
    for (long block = firstBlock; block < firstBlock + blocks; block++) {
      if (table.isHole(block)) {
        table.allocate(block, device.name());
      }
    }
  }

  @Override
  public LayoutTraits traits() {
    return LayoutTraits.DEFAULT.withMaxFileSize((long) store.blocks() * blockSize);
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws IOException {
    synchronized (table) {
      long first = query.firstBlock();
      if (!table.isHole(first)) {
        long run = table.run(first, query.blocks());
        if (table.isWritten(first)) {
          mapping.mapped(device, store.offsetOf(table.place(first)), run);
        } else {
          mapping.unwritten(device, store.offsetOf(table.place(first)), run);
        }
        if (table.isDirty(first, run)) {
          mapping.dirty();
        }
      } else if (query.intent() == MapIntent.LOOK_UP) {
        mapping.hole(1);
      } else if (query.isNoWait()) {
        mapping.wouldBlock();
      } else {
        mapping.allocated(device, store.offsetOf(table.allocate(first, device.name())), 1);
      }
    }
  }

  /** A write has succeeded: its blocks are data, and the size is published with them. */
  @Override
  public void endOfIo(EndOfIo end) {
    if (!end.isWrite() || end.bytes() == 0) {
      return;
    }
    synchronized (table) {
      long last = (end.position() + end.bytes() - 1) / blockSize;
      for (long block = end.position() / blockSize; block <= last; block++) {
        table.written(block);
      }
      end.file().extendTo(end.position() + end.bytes());
    }
  }

  @Override
  public void truncate(long newSize) {
    table.cut((newSize + blockSize - 1) / blockSize);
  }

  /** Makes data and table durable; the order is what matters, see the class. */
  @Override
  public void sync(BlockFile file, SyncScope scope) throws IOException {
    storing.lock();
    try {
      // 1. what has ended by now, with the size that belongs to it
      StoredTable next;
      synchronized (table) {
        next = table.toStore(file.size());
      }
      // 2. the data it points to
      device.flush();
      if (!store.isStored(next)) {
        // 3. the table, over the older of the two
        store.save(next);
        // 4. from here on it is the one a crash finds
        device.flush();
      }
      table.stored(next);
    } finally {
      storing.unlock();
    }
  }
}
