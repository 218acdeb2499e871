package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A read of any position, length and address (FILE-3): one device operation that fills the caller's
 * memory where it can and pooled blocks at the edges; or, where the memory's address does not go
 * with the position, several through a pooled buffer. Takes no claim: a block that is being
 * rewritten in part holds the same bytes around that part before and after.
 */
final class BounceRead {
  private final FileTransfers file;
  private final IoVector memory;
  private final Edges edges;

  private BounceRead(FileTransfers file, IoVector memory, Edges edges) {
    this.file = file;
    this.memory = memory;
    this.edges = edges;
  }

  /**
   * Reads; waits for it. The caller has counted it in.
   *
   * @return bytes, fewer than asked only at end of file; {@link IoRequest#END_OF_FILE} there
   */
  static long run(FileTransfers file, IoVector memory, long position) throws IOException {
    long inFile = file.sizeFor(position, memory.total()) - position;
    if (inFile <= 0) {
      return IoRequest.END_OF_FILE;
    }
    // What lies past the end needs no transfer, and no memory is touched there.
    long length = Math.min(memory.total(), inFile);
    Edges edges = new Edges(position, position + length, file.block());
    file.counters().countBouncedRead();
    BounceRead read = new BounceRead(file, memory, edges);
    IoVector middle = edges.middle(memory, file.memoryAlignment());
    return middle == null ? read.copied() : read.straight(middle);
  }

  private long straight(IoVector middle) throws IOException {
    int block = edges.block();
    try (PooledBuffer pooled = BufferPool.shared().takeNow(2L * block)) {
      MemorySegment head = pooled.segment().asSlice(0, block);
      MemorySegment tail = pooled.segment().asSlice(block, block);
      IoVector whole = around(edges, edges.hasHead() ? head : null, middle, tail);
      long read = DirectIo.read(file.edges(), whole, edges.start());
      long bytes = Math.min(read - edges.skipped(), edges.end() - edges.position());
      if (bytes <= 0) {
        return IoRequest.END_OF_FILE;
      }
      if (edges.hasHead()) {
        long part = Math.min(bytes, block - edges.skipped());
        VectorBytes.copyIn(head, edges.skipped(), memory, 0, part);
      }
      long tailFrom = edges.middleEnd() - edges.position();
      if (edges.hasTail() && bytes > tailFrom) {
        VectorBytes.copyIn(tail, 0, memory, tailFrom, bytes - tailFrom);
      }
      return bytes;
    }
  }

  /** The middle, with the blocks of the edges before and after it. */
  static IoVector around(
      Edges edges, @Nullable MemorySegment head, IoVector middle, MemorySegment tail) {
    IoVector whole = IoVector.empty();
    if (head != null) {
      whole.add(head);
    }
    for (int i = 0; i < middle.count(); i++) {
      whole.add(middle.segment(i));
    }
    if (edges.hasTail()) {
      whole.add(tail);
    }
    return whole;
  }

  private long copied() throws IOException {
    long wanted = edges.end() - edges.position();
    long done = 0;
    try (PooledBuffer pooled =
        BufferPool.shared().takeNow(FileTransfers.chunk(edges.blocksLength()))) {
      MemorySegment buffer = pooled.segment();
      long at = edges.start();
      while (done < wanted) {
        long length = Math.min(buffer.byteSize(), edges.blocksEnd() - at);
        long skipped = edges.position() + done - at;
        long read = DirectIo.read(file.edges(), IoVector.of(buffer.asSlice(0, length)), at);
        long expected = Math.min(length - skipped, wanted - done);
        long bytes = Math.clamp(read - skipped, 0, expected);
        VectorBytes.copyIn(buffer, skipped, memory, done, bytes);
        done += bytes;
        if (bytes < expected) {
          break; // what may have been appended since belongs to the next read
        }
        at += length;
      }
    }
    return done == 0 ? IoRequest.END_OF_FILE : done;
  }
}
