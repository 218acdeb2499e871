package io.penstock.testkit.layout;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import java.util.ArrayList;
import java.util.List;

/**
 * The smallest layout that keeps all promises: one file that takes the blocks of its device one
 * after the other and remembers them in a table. A pattern to start a real layout from, and a file
 * to try devices with. Nothing is stored on the device but data.
 *
 * <p>A block is a hole, being written (allocated, but the write that did it has not ended:
 * everybody else is told it is unwritten, MAP-11), or written. Thread-safe.
 */
public final class SimpleLayout implements BlockMapper, EndOfIoHook {
  /** What one file block is. */
  private enum State {
    HOLE,
    BEING_WRITTEN,
    WRITTEN
  }

  private record Block(State state, long deviceOffset) {}

  private static final Block HOLE = new Block(State.HOLE, 0);

  private final BlockDevice device;
  private final int blockSize;
  private final List<Block> table = new ArrayList<>();
  private long nextFree;

  private SimpleLayout(BlockDevice device, int blockSize) {
    this.device = device;
    this.blockSize = blockSize;
  }

  /** The layout of an empty file, for those who describe the file themselves. */
  public static SimpleLayout on(BlockDevice device, int blockSize) {
    return new SimpleLayout(device, blockSize);
  }

  /** An empty file on all of {@code device}, with blocks of {@code blockSize} bytes. */
  public static BlockFile create(BlockDevice device, int blockSize) {
    SimpleLayout layout = on(device, blockSize);
    return BlockFile.builder(device, layout).blockSize(blockSize).endOfIo(layout).build();
  }

  @Override
  public synchronized void map(MapQuery query, Mapping mapping) throws BlockIoException {
    Block first = block(query.firstBlock());
    switch (first.state) {
      case HOLE -> {
        if (query.intent() == MapIntent.ALLOCATE && !query.isNoWait()) {
          mapping.allocated(device, allocate(query.firstBlock()), 1);
        } else if (query.intent() == MapIntent.ALLOCATE) {
          mapping.wouldBlock();
        } else {
          mapping.hole(1);
        }
      }
      case BEING_WRITTEN -> mapping.unwritten(device, first.deviceOffset, 1);
      case WRITTEN -> mapping.mapped(device, first.deviceOffset, contiguous(query, first));
    }
  }

  /** How many of the asked blocks are written and lie behind each other on the device. */
  private long contiguous(MapQuery query, Block first) {
    long run = 1;
    while (run < query.blocks()) {
      Block next = block(query.firstBlock() + run);
      if (next.state != State.WRITTEN
          || next.deviceOffset != first.deviceOffset + run * blockSize) {
        break;
      }
      run++;
    }
    return run;
  }

  private Block block(long index) {
    return index < table.size() ? table.get((int) index) : HOLE;
  }

  private long allocate(long index) throws BlockIoException {
    if (nextFree + blockSize > device.size()) {
      throw new BlockIoException(
          Errno.ENOSPC,
          "allocate",
          device.name(),
          "all " + nextFree / blockSize + " blocks are taken");
    }
    while (table.size() <= index) {
      table.add(HOLE);
    }
    table.set((int) index, new Block(State.BEING_WRITTEN, nextFree));
    nextFree += blockSize;
    return table.get((int) index).deviceOffset;
  }

  /**
   * A write that succeeded makes its blocks readable and publishes the size; a failed one leaves
   * them unreadable, to be written again.
   */
  @Override
  public synchronized void endOfIo(EndOfIo end) {
    if (!end.isWrite() || end.bytes() == 0) {
      return;
    }
    long last = (end.position() + end.bytes() - 1) / blockSize;
    for (long i = end.position() / blockSize; i <= last; i++) {
      table.set((int) i, new Block(State.WRITTEN, block(i).deviceOffset));
    }
    end.file().extendTo(end.position() + end.bytes());
  }

  /** Blocks beyond the new size become holes; their places on the device are not used again. */
  @Override
  public synchronized void truncate(long newSize) {
    long keep = (newSize + blockSize - 1) / blockSize;
    while (table.size() > keep) {
      table.removeLast();
    }
  }
}
