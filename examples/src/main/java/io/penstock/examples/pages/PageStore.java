package io.penstock.examples.pages;

import io.penstock.core.DirectIo;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoVector;
import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Pages of {@value #PAGE_BYTES} bytes on a device of its own, by number. A page that was never
 * written reads as zeros and takes no space. After a crash the store is what the last checkpoint
 * left: pages first written after it read as zeros, pages written again may be old or new.
 *
 * <p>Thread-safe; any number of reads and writes may be under way.
 */
public final class PageStore implements Closeable {
  /** Bytes of a page. */
  public static final int PAGE_BYTES = 16 * 1024;

  private final BlockDevice device;
  private final TableSlots slots;
  private final PageTable table;
  private final BlockFile file;

  private PageStore(BlockDevice device, TableSlots slots, PageTable table) {
    this.device = device;
    this.slots = slots;
    this.table = table;
    PageMapper mapper = new PageMapper(device, slots.dataStart(), PAGE_BYTES, table);
    file =
        BlockFile.builder(device, mapper)
            .name("pages of " + device.name())
            .blockSize(PAGE_BYTES)
            .size((long) table.pages() * PAGE_BYTES)
            .endOfIo(mapper)
            .sync((_, _) -> storeTable())
            .build();
  }

  /**
   * Makes an empty store; what the device holds is lost.
   *
   * @param pages a multiple of 16; the device has to have room for them and for the table
   */
  public static void format(BlockDevice device, int pages) throws IOException {
    if (pages < 1 || pages % PageTable.EXTENT_PAGES != 0) {
      throw new IllegalArgumentException(
          pages + " pages must be a multiple of " + PageTable.EXTENT_PAGES);
    }
    new TableSlots(device, PAGE_BYTES, pages).format();
  }

  /**
   * Opens a store, after a crash too.
   *
   * @param device closed together with the store
   * @param pages as it was formatted with
   */
  public static PageStore open(BlockDevice device, int pages) throws IOException {
    device.flush(); // what is read may be in the device's cache only
    TableSlots slots = new TableSlots(device, PAGE_BYTES, pages);
    return new PageStore(device, slots, slots.load());
  }

  /**
   * Reads neighbouring pages.
   *
   * @param memory a whole number of pages long
   */
  public void read(long firstPage, MemorySegment memory) throws IOException {
    DirectIo.read(file, IoVector.of(memory), firstPage * PAGE_BYTES);
  }

  /**
   * Writes neighbouring pages. Durable after the next {@link #checkpoint}.
   *
   * @param memory a whole number of pages long
   */
  public void write(long firstPage, MemorySegment memory) throws IOException {
    DirectIo.write(file, IoVector.of(memory), firstPage * PAGE_BYTES);
  }

  /** Makes all that was written before durable. */
  public void checkpoint() throws IOException {
    file.sync(SyncScope.DATA);
  }

  /**
   * The engine's way to make the file durable: first the data, then the table that points to it.
   */
  private synchronized void storeTable() throws IOException {
    // 1. the table as it is now: what it points to has been written
    boolean changed = table.isDirty();
    PageTable next = table.snapshot();
    // 2. the data
    device.flush();
    // 3. the table
    if (changed) {
      slots.store(next);
      table.stored(next);
    }
  }

  /** Waits for what is under way and closes the device; not a checkpoint. */
  @Override
  public void close() throws IOException {
    file.close();
    device.close();
  }
}
