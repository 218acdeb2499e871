package io.penstock.samples;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import java.util.Arrays;
import java.util.BitSet;

// sample: layout
/** One file whose blocks are taken from a device one after the other, as they are written. */
final class TableLayout implements BlockMapper, EndOfIoHook {
  private static final long HOLE = -1;

  private final BlockDevice device;
  private final int blockBytes;
  private final long[] places; // file block → byte on the device, or HOLE
  private final BitSet written = new BitSet();
  private long nextFree;

  TableLayout(BlockDevice device, int blockBytes, int blocks) {
    this.device = device;
    this.blockBytes = blockBytes;
    places = new long[blocks];
    Arrays.fill(places, HOLE);
  }

  @Override
  public LayoutTraits traits() {
    return LayoutTraits.DEFAULT.withMaxFileSize((long) places.length * blockBytes);
  }

  /** What is the first block that the engine asks for, and where? */
  @Override
  public synchronized void map(MapQuery query, Mapping mapping) throws BlockIoException {
    int block = (int) query.firstBlock();
    if (places[block] == HOLE && query.intent() == MapIntent.LOOK_UP) {
      mapping.hole(1); // reads as zeros
    } else if (places[block] == HOLE && query.isNoWait()) {
      mapping.wouldBlock();
    } else {
      if (places[block] == HOLE) {
        places[block] = allocate();
      }
      if (written.get(block)) {
        mapping.mapped(device, places[block], 1);
      } else {
        mapping.unwritten(device, places[block], 1); // has a place, still reads as zeros
      }
    }
  }

  private long allocate() throws BlockIoException {
    if (nextFree + blockBytes > device.size()) {
      throw new BlockIoException(Errno.ENOSPC, "allocate", device.name(), "use a larger device");
    }
    nextFree += blockBytes;
    return nextFree - blockBytes;
  }

  /** Every request ends here. Blocks are data once their write has succeeded, and not before. */
  @Override
  public synchronized void endOfIo(EndOfIo end) {
    if (end.isWrite() && end.bytes() > 0) {
      long last = (end.position() + end.bytes() - 1) / blockBytes;
      written.set((int) (end.position() / blockBytes), (int) last + 1);
      end.file().extendTo(end.position() + end.bytes());
    }
  }

  /** The file was cut: what lies behind its new end reads as zeros if it grows again. */
  @Override
  public synchronized void truncate(long newSize) {
    written.clear((int) Math.ceilDiv(newSize, blockBytes), places.length);
  }
}
// end of sample
