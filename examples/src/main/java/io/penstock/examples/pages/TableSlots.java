package io.penstock.examples.pages;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.zip.CRC32C;

/**
 * The table on the device: two slots, written in turns, so that one of them is whole whenever the
 * power goes.
 *
 * <pre>
 * offset  size  name
 *      0     8  magic, "PAGESTOR"
 *      8     8  sequence: the whole slot with the larger one counts
 *     16     4  bytes of a page
 *     20     4  number of pages
 *     24     4  CRC-32C of all of the slot, with zero here
 *     28     4  zero
 *     32   4*e  place of each extent of pages, 0 for none
 *      …   p/8  one bit for each page: whether it was written
 * </pre>
 */
final class TableSlots {
  private static final long MAGIC = 0x50414745_53544f52L;
  private static final int HEAD_BYTES = 32;
  private static final int CHECKSUM = 24;
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final BlockDevice device;
  private final int pageBytes;
  private final int pages;
  private final long slotBytes;
  private long sequence;

  /** For pages of {@code pageBytes} bytes, {@code pages} of them. */
  TableSlots(BlockDevice device, int pageBytes, int pages) {
    this.device = device;
    this.pageBytes = pageBytes;
    this.pages = pages;
    long bytes = HEAD_BYTES + 4L * (pages / PageTable.EXTENT_PAGES) + pages / 8;
    slotBytes = Math.ceilDiv(bytes, (long) pageBytes) * pageBytes;
  }

  /** Where the data begin: bytes that both slots take. */
  long dataStart() {
    return 2 * slotBytes;
  }

  /** Writes an empty table into both slots. */
  void format() throws IOException {
    store(PageTable.empty(pages));
    store(PageTable.empty(pages));
  }

  /** Makes a table durable, over the older of the two. */
  void store(PageTable table) throws IOException {
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment slot = arena.allocate(slotBytes, pageBytes);
      slot.set(LONG, 0, MAGIC);
      slot.set(LONG, 8, sequence + 1);
      slot.set(INT, 16, pageBytes);
      slot.set(INT, 20, pages);
      long at = HEAD_BYTES;
      for (int place : table.places()) {
        slot.set(INT, at, place);
        at += 4;
      }
      byte[] bits = table.writtenPages().toByteArray();
      MemorySegment.copy(bits, 0, slot, ValueLayout.JAVA_BYTE, at, bits.length);
      slot.set(INT, CHECKSUM, checksum(slot));
      DeviceIo.write(device, (sequence + 1) % 2 * slotBytes, slot);
      device.flush();
      sequence++;
    }
  }

  /**
   * Reads the newer of the slots that are whole.
   *
   * @throws IOException EUCLEAN when neither is: the device holds no store of this shape
   */
  PageTable load() throws IOException {
    PageTable newest = null;
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment slot = arena.allocate(slotBytes, pageBytes);
      for (int i = 0; i < 2; i++) {
        DeviceIo.read(device, i * slotBytes, slot);
        if (isWhole(slot) && slot.get(LONG, 8) > sequence) {
          sequence = slot.get(LONG, 8);
          newest = parse(slot);
        }
      }
    }
    if (newest == null) {
      throw new BlockIoException(
          Errno.EUCLEAN, "open", device.name(), "there is no page store here; format it first");
    }
    return newest;
  }

  private boolean isWhole(MemorySegment slot) {
    int stored = slot.get(INT, CHECKSUM);
    slot.set(INT, CHECKSUM, 0);
    return slot.get(LONG, 0) == MAGIC
        && slot.get(INT, 16) == pageBytes
        && slot.get(INT, 20) == pages
        && stored == checksum(slot);
  }

  private PageTable parse(MemorySegment slot) {
    int[] places = new int[pages / PageTable.EXTENT_PAGES];
    for (int i = 0; i < places.length; i++) {
      places[i] = slot.get(INT, HEAD_BYTES + 4L * i);
    }
    MemorySegment bits = slot.asSlice(HEAD_BYTES + 4L * places.length, pages / 8);
    return new PageTable(places, BitSet.valueOf(bits.toArray(ValueLayout.JAVA_BYTE)));
  }

  private static int checksum(MemorySegment slot) {
    CRC32C crc = new CRC32C();
    crc.update(slot.asByteBuffer());
    return (int) crc.getValue();
  }
}
