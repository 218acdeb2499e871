package io.penstock.testkit.layout;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The table of a {@link TinyVolume} on its device, twice: the newer of the two that are whole
 * counts, and the other one is written next. A crash while it is written leaves the newer.
 *
 * <pre>
 * device: offset                size
 *   0                           T            table A
 *   T                           T            table B
 *   2 T, rounded up to F        F each       data blocks, numbered from 1
 *
 * table, little-endian:
 *   0                           8            magic "TinyVol1"
 *   8                           8            generation, one more each time
 *   16                          8            size of the file, bytes
 *   24                          4            F, bytes of a block
 *   28                          4            n, number of data blocks, and of entries
 *   32                          8 n          entries: 0, or twice the block's number plus 1 if it holds data
 *   32 + 8 n                    4            CRC32C of all before
 * </pre>
 *
 * T is that, rounded up to whole logical blocks. One thread at a time.
 */
final class TableStore {
  private static final long MAGIC = 0x316c6f56796e6954L; // "TinyVol1", little-endian
  private static final int HEAD = 32;
  private static final int CHECKSUM = 4;

  private final BlockDevice device;
  private final int blockSize;
  private final int blocks;
  private final int tableBytes;
  private final long dataStart;

  private @Nullable StoredTable newest;
  private long generation;
  private int nextSlot;

  TableStore(BlockDevice device, int blockSize) {
    this.device = device;
    this.blockSize = blockSize;
    int logicalBlock = device.limits().logicalBlock();
    // as many as there would be without tables; the few too many are never allocated below
    long most = device.size() / (blockSize + 2 * Long.BYTES);
    int table = roundUp(HEAD + (int) most * Long.BYTES + CHECKSUM, logicalBlock);
    dataStart = roundUp(2 * table, blockSize);
    tableBytes = table;
    blocks = (int) Math.max(0, Math.min(most, (device.size() - dataStart) / blockSize));
  }

  private static int roundUp(int bytes, int unit) {
    return (bytes + unit - 1) / unit * unit;
  }

  int blockSize() {
    return blockSize;
  }

  /** How many data blocks there are. */
  int blocks() {
    return blocks;
  }

  /** Bytes from the start of the device to the data block at {@code place}. */
  long offsetOf(long place) {
    return dataStart + (place - 1) * blockSize;
  }

  void format() throws IOException {
    if (blocks < 1) {
      throw new BlockIoException(
          Errno.ENOSPC, "format", device.name(), "no block fits into " + device.size() + " bytes");
    }
    DeviceIo.write(device, tableBytes, MemorySegment.ofArray(new byte[tableBytes]));
    save(new StoredTable(0, new long[blocks]));
    device.flush();
  }

  /** The newer of the two tables that are whole. */
  StoredTable load() throws IOException {
    for (int slot = 0; slot < 2; slot++) {
      byte[] bytes = new byte[tableBytes];
      DeviceIo.read(device, (long) slot * tableBytes, MemorySegment.ofArray(bytes));
      ByteBuffer table = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      if (isWhole(table) && table.getLong(8) > generation) {
        generation = table.getLong(8);
        nextSlot = 1 - slot;
        long[] entries = new long[blocks];
        table.position(HEAD).asLongBuffer().get(entries);
        newest = new StoredTable(table.getLong(16), entries);
      }
    }
    StoredTable found = newest;
    if (found == null) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open",
          device.name(),
          "neither table is whole; is it a TinyVolume with blocks of " + blockSize + " bytes?");
    }
    requireConsistent(found);
    return found;
  }

  private boolean isWhole(ByteBuffer table) {
    return table.getLong(0) == MAGIC
        && table.getInt(24) == blockSize
        && table.getInt(28) == blocks
        && table.getInt(checksumAt()) == checksum(table);
  }

  /** A table that is whole but wrong was not torn by a crash: somebody has stored nonsense. */
  private void requireConsistent(StoredTable table) throws IOException {
    boolean[] seen = new boolean[blocks + 1];
    for (long entry : table.entries()) {
      long place = entry >> 1;
      if (place < 0 || place > blocks || (place > 0 && seen[(int) place])) {
        throw new BlockIoException(
            Errno.EIO, "open", device.name(), "its table points to block " + place + " wrongly");
      }
      seen[(int) place] = true;
    }
  }

  boolean isStored(StoredTable table) {
    return table.equals(newest);
  }

  /** Writes it over the older one; durable after a flush. */
  void save(StoredTable table) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(tableBytes).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(MAGIC).putLong(++generation).putLong(table.size()).putInt(blockSize);
    bytes.putInt(blocks);
    for (long entry : table.entries()) {
      bytes.putLong(entry);
    }
    bytes.putInt(checksumAt(), checksum(bytes));
    DeviceIo.write(device, (long) nextSlot * tableBytes, MemorySegment.ofArray(bytes.array()));
    nextSlot = 1 - nextSlot;
    newest = table;
  }

  private int checksumAt() {
    return HEAD + blocks * Long.BYTES;
  }

  private int checksum(ByteBuffer table) {
    CRC32C sum = new CRC32C();
    sum.update(table.slice(0, checksumAt()));
    return (int) sum.getValue();
  }
}
