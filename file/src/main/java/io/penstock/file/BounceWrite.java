package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.FileState;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A write of any position, length and address (FILE-3). In this order:
 *
 * <ol>
 *   <li>claim the blocks: those at the edges alone (FILE-6);
 *   <li>read the block of each edge, unless it lies past the end of the file;
 *   <li>write head, middle and tail with one device operation, or, where the memory's address does
 *       not go with the position, through a pooled buffer piece by piece;
 *   <li>if the tail went past the end of the file, cut its padding off again;
 *   <li>publish the size, and let the blocks go.
 * </ol>
 *
 * <p>Nobody in this process sees padding: the size is published after the cut, and the host is not
 * asked for its own in between. Somebody outside can see it for a moment; and after a crash in that
 * moment it stays, as zeros.
 */
final class BounceWrite {
  private final FileTransfers file;
  private final FileState state;
  private final IoVector memory;
  private final Edges edges;
  private final BlockClaim claim = new BlockClaim();

  private BounceWrite(FileTransfers file, IoVector memory, Edges edges) {
    this.file = file;
    this.memory = memory;
    this.edges = edges;
    state = file.state();
  }

  /** Writes all of it; waits for it. The caller has counted it in and checked the range. */
  static void run(FileTransfers file, IoVector memory, long position) throws IOException {
    Edges edges = new Edges(position, position + memory.total(), file.block());
    file.counters().countBouncedWrite();
    new BounceWrite(file, memory, edges).underClaim();
  }

  private void underClaim() throws IOException {
    boolean pads = claim();
    try {
      if (edges.blocksEnd() <= state.size()) {
        transfer();
        return;
      }
      state.beginExtending();
      try {
        changeEnd(pads);
      } finally {
        state.endExtending();
      }
    } finally {
      state.exclusion().release(claim);
    }
  }

  /**
   * Claims the blocks. What is claimed depends on the size, and the size may change while this
   * waits.
   *
   * @return whether the tail goes past the end of the file, so that it must be cut
   */
  private boolean claim() throws IOException {
    while (true) {
      file.sizeFor(edges.start(), edges.blocksLength());
      boolean pads = pads();
      edges.fill(claim, pads);
      state.exclusion().acquire(claim);
      if (pads || !pads()) {
        return pads();
      }
      state.exclusion().release(claim);
    }
  }

  private boolean pads() {
    return edges.hasTail() && !file.isBlockDevice() && edges.blocksEnd() > state.size();
  }

  private void changeEnd(boolean pads) throws IOException {
    try {
      transfer();
    } catch (IOException | RuntimeException failure) {
      if (pads) {
        cutAfter(failure);
      }
      throw failure;
    }
    if (pads) {
      cutOrTell();
    }
    state.extendTo(edges.end());
  }

  /** A file that is shortened can need space for that, where blocks are never overwritten. */
  private void cutOrTell() throws IOException {
    try {
      cut();
    } catch (IOException failure) {
      int errno = failure instanceof BlockIoException known ? known.errno() : Errno.EIO.number();
      throw new BlockIoException(
          errno,
          "write",
          file.direct().name(),
          edges.position(),
          memory.total(),
          "all of it was written, but the file now ends with zeros from "
              + edges.end()
              + " to "
              + edges.blocksEnd()
              + ", which cannot be cut off; truncate it to "
              + Math.max(edges.end(), state.size())
              + " when that is possible again",
          failure);
    }
  }

  private void cutAfter(Exception failure) {
    try {
      cut();
    } catch (IOException again) {
      failure.addSuppressed(again);
    }
  }

  /** Unless somebody outside has made the file longer meanwhile: what he wrote must stay. */
  private void cut() throws IOException {
    if (file.device().length() == edges.blocksEnd()) {
      file.device().setLength(Math.max(edges.end(), state.size()));
      file.counters().countCut();
    }
  }

  private void transfer() throws IOException {
    IoVector middle = edges.middle(memory, file.memoryAlignment());
    if (middle == null) {
      copied();
    } else {
      straight(middle);
    }
  }

  private void straight(IoVector middle) throws IOException {
    int block = edges.block();
    try (PooledBuffer pooled = BufferPool.shared().takeNow(2L * block)) {
      MemorySegment head = pooled.segment().asSlice(0, block);
      MemorySegment tail = pooled.segment().asSlice(block, block);
      if (edges.hasHead()) {
        loadHead(head);
        VectorBytes.copyOut(memory, 0, head, edges.skipped(), block - edges.skipped());
      }
      if (edges.hasTail()) {
        loadTail(tail);
        long from = edges.tailStart() - edges.position();
        VectorBytes.copyOut(memory, from, tail, 0, edges.end() - edges.tailStart());
      }
      write(BounceRead.around(edges, edges.hasHead() ? head : null, middle, tail), edges.start());
    }
  }

  private void copied() throws IOException {
    try (PooledBuffer pooled =
        BufferPool.shared().takeNow(FileTransfers.chunk(edges.blocksLength()))) {
      MemorySegment buffer = pooled.segment();
      long length;
      for (long at = edges.start(); at < edges.blocksEnd(); at += length) {
        length = Math.min(buffer.byteSize(), edges.blocksEnd() - at);
        MemorySegment part = buffer.asSlice(0, length);
        load(part, at);
        long from = Math.max(at, edges.position());
        long to = Math.min(at + length, edges.end());
        VectorBytes.copyOut(memory, from - edges.position(), part, from - at, to - from);
        write(IoVector.of(part), at);
      }
    }
  }

  /** Loads the edges that lie in a part of the range. */
  private void load(MemorySegment part, long at) throws IOException {
    boolean holdsHead = edges.hasHead() && at == edges.start();
    boolean holdsTail = edges.hasTail() && at + part.byteSize() == edges.blocksEnd();
    if (holdsHead) {
      loadHead(part.asSlice(0, edges.block()));
    }
    if (holdsTail && !(holdsHead && edges.isOneBlock())) {
      loadTail(part.asSlice(part.byteSize() - edges.block()));
    }
  }

  private void loadHead(MemorySegment block) throws IOException {
    loadEdge(block, edges.start(), edges.start() < state.size());
  }

  /** What follows the range in its last block is in the file only if the file is longer. */
  private void loadTail(MemorySegment block) throws IOException {
    loadEdge(block, edges.tailStart(), edges.end() < state.size());
  }

  private void loadEdge(MemorySegment block, long at, boolean holdsData) throws IOException {
    long read = 0;
    if (holdsData) {
      file.counters().countEdgeRead();
      read = Math.max(0, DirectIo.read(file.edges(), IoVector.of(block), at));
    }
    block.asSlice(read).fill((byte) 0);
  }

  private void write(IoVector blocks, long at) throws IOException {
    long written = DirectIo.write(file.edges(), blocks, at);
    file.requireWhole(written, blocks.total(), at);
  }
}
