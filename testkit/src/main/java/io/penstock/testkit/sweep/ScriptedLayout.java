package io.penstock.testkit.sweep;

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
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A layout of extents that a workload describes, for one request at a time. A hole that a write
 * asks for is allocated a few blocks at a time, apart from each other on the device. When a write
 * fails, what it did initialise of its new blocks stays reachable, as strictly as ZERO-3 allows:
 * whatever the engine forgets to tell shows.
 */
final class ScriptedLayout implements BlockMapper, EndOfIoHook {
  private enum State {
    HOLE,
    /** Allocated by a request that has not ended. */
    FRESH,
    UNWRITTEN,
    MAPPED
  }

  /** One file block. */
  private static final class Block {
    State state = State.HOLE;
    long deviceOffset;
    int extent;
    boolean boundary;
    boolean defer;
    boolean dirty;
    @Nullable Object cookie;
  }

  private final BlockDevice device;
  private final int blockSize;
  private final List<Block> blocks = new ArrayList<>();
  private LayoutTraits traits = LayoutTraits.DEFAULT;
  private int blocksAtATime = 2;
  private int extents;
  private long nextFree;

  /** Where the last question's request ends, in blocks. */
  private long askedEnd;

  ScriptedLayout(BlockDevice device, int blockSize) {
    this.device = device;
    this.blockSize = blockSize;
  }

  // --- describing it ---

  ScriptedLayout traits(LayoutTraits value) {
    traits = value;
    return this;
  }

  ScriptedLayout blocksAtATime(int count) {
    blocksAtATime = count;
    return this;
  }

  /** The next blocks hold data. */
  ScriptedLayout mapped(int count) {
    return extent(State.MAPPED, count);
  }

  /** The next blocks are allocated and hold no data. */
  ScriptedLayout unwritten(int count) {
    return extent(State.UNWRITTEN, count);
  }

  /** The next blocks are not allocated. */
  ScriptedLayout hole(int count) {
    for (int i = 0; i < count; i++) {
      blocks.add(new Block());
    }
    return this;
  }

  private ScriptedLayout extent(State state, int count) {
    extents++;
    nextFree += blockSize;
    for (int i = 0; i < count; i++) {
      Block block = new Block();
      block.state = state;
      block.deviceOffset = nextFree;
      block.extent = extents;
      blocks.add(block);
      nextFree += blockSize;
    }
    return this;
  }

  /** The extent described last is marked. */
  ScriptedLayout marked(boolean boundary, boolean defer, @Nullable Object cookie) {
    for (Block each : blocks) {
      if (each.extent == extents && each.state != State.HOLE) {
        each.boundary = boundary;
        each.defer = defer;
        each.cookie = cookie;
      }
    }
    return this;
  }

  /** Where file block {@code index} lies, bytes. */
  long deviceOffset(int index) {
    return blocks.get(index).deviceOffset;
  }

  /** What was written is durable. */
  void synced() {
    blocks.forEach(each -> each.dirty = false);
  }

  // --- what the engine asks ---

  @Override
  public LayoutTraits traits() {
    return traits;
  }

  @Override
  public void map(MapQuery query, Mapping mapping) throws BlockIoException {
    Block first = block(query.firstBlock());
    askedEnd = query.firstBlock() + query.blocks();
    if (first.state == State.HOLE && query.intent() == MapIntent.ALLOCATE) {
      if (query.isNoWait()) {
        mapping.wouldBlock();
        return;
      }
      long count = allocate(query);
      mapping.allocated(device, first.deviceOffset, count);
      return;
    }
    if (first.state == State.FRESH) {
      // of a request whose end we were not told
      first.state = State.UNWRITTEN;
    }
    long run = run(query, first);
    switch (first.state) {
      case HOLE -> mapping.hole(run);
      case FRESH, UNWRITTEN -> mapping.unwritten(device, first.deviceOffset, run);
      case MAPPED -> mapping.mapped(device, first.deviceOffset, run);
    }
    mark(first, mapping);
  }

  private static void mark(Block first, Mapping mapping) {
    if (first.boundary) {
      mapping.boundary();
    }
    if (first.defer) {
      mapping.defer();
    }
    if (first.dirty) {
      mapping.dirty();
    }
    Object cookie = first.cookie;
    if (cookie != null) {
      mapping.cookie(cookie);
    }
  }

  private Block block(long index) {
    while (blocks.size() <= index) {
      blocks.add(new Block());
    }
    return blocks.get((int) index);
  }

  private long run(MapQuery query, Block first) {
    long run = 1;
    while (run < query.blocks() && goesOn(first, block(query.firstBlock() + run), run)) {
      run++;
    }
    return run;
  }

  private boolean goesOn(Block first, Block next, long distance) {
    return next.state == first.state
        && next.dirty == first.dirty
        && (first.state == State.HOLE
            || (next.extent == first.extent
                && next.deviceOffset == first.deviceOffset + distance * blockSize));
  }

  private long allocate(MapQuery query) throws BlockIoException {
    long count = 0;
    extents++;
    nextFree += blockSize;
    while (count < Math.min(query.blocks(), blocksAtATime)) {
      Block block = block(query.firstBlock() + count);
      if (block.state != State.HOLE) {
        break;
      }
      if (nextFree + blockSize > device.size()) {
        throw new BlockIoException(Errno.ENOSPC, "allocate", device.name(), "it is full");
      }
      block.state = State.FRESH;
      block.deviceOffset = nextFree;
      block.extent = extents;
      nextFree += blockSize;
      count++;
    }
    return count;
  }

  @Override
  public void endOfIo(EndOfIo end) {
    if (!end.isWrite()) {
      return;
    }
    long last = end.bytes() == 0 ? -1 : (end.position() + end.bytes() - 1) / blockSize;
    for (long i = end.position() / blockSize; i <= last; i++) {
      Block block = block(i);
      if (block.state != State.MAPPED) {
        block.state = State.MAPPED;
        block.dirty = true;
      }
    }
    if (end.bytes() > 0) {
      end.file().extendTo(end.position() + end.bytes());
    }
    for (long i = end.position() / blockSize; i < askedEnd; i++) {
      settle((int) i, end);
    }
  }

  /** A block that the request has allocated and not filled with data that counts. */
  private void settle(int index, EndOfIo end) {
    Block block = block(index);
    if (block.state != State.FRESH) {
      return;
    }
    boolean initialised = true;
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      long from = (long) index * blockSize;
      initialised &= from < end.uninitialisedStart(i) || from >= end.uninitialisedEnd(i);
    }
    boolean inside = (index + 1L) * blockSize <= end.file().size();
    block.state = initialised && inside ? State.MAPPED : State.UNWRITTEN;
    block.dirty = true;
  }

  @Override
  public void truncate(long newSize) {
    long keep = (newSize + blockSize - 1) / blockSize;
    while (blocks.size() > keep) {
      blocks.removeLast();
    }
  }

  @Override
  public String name() {
    return "scripted layout";
  }
}
