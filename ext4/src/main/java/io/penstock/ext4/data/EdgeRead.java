package io.penstock.ext4.data;

import io.penstock.core.DirectIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A read whose position, length or addresses are not aligned: one segment after the other. Where
 * the address of a segment goes with the position, its whole blocks are read straight into it and
 * only the edges go through pooled memory, in one request; where it does not, all of it is copied.
 *
 * <p>Example, blocks of 512 bytes, position 700, length 1000: the blocks are 512 to 2048; head 700
 * to 1024, middle 1024 to 1536, tail 1536 to 1700.
 */
final class EdgeRead {
  private static final int CHUNK = 1 << 20;

  private EdgeRead() {}

  static long run(BlockFile file, IoVector memory, long position) throws IOException {
    if (position >= file.size()) {
      return IoRequest.END_OF_FILE;
    }
    long done = 0;
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment segment = memory.segment(i);
      long wanted = Math.min(segment.byteSize(), file.size() - position - done);
      if (wanted <= 0) {
        break;
      }
      done += segment(file, segment.asSlice(0, wanted), position + done);
    }
    return done;
  }

  /** Reads into one segment, all of it inside the file. */
  private static long segment(BlockFile file, MemorySegment segment, long position)
      throws IOException {
    int block = file.device().limits().logicalBlock();
    long middle = Math.addExact(position, block - 1) & -block;
    long middleEnd = (position + segment.byteSize()) & -block;
    boolean straight =
        middle < middleEnd
            && segment.isNative()
            && (segment.address() + (middle - position)
                    & (file.device().limits().memoryAlignment() - 1))
                == 0;
    if (straight) {
      return straight(file, segment, position, middle, middleEnd, block);
    }
    return copied(file, segment, position, block);
  }

  private static long straight(
      BlockFile file, MemorySegment segment, long position, long middle, long middleEnd, int block)
      throws IOException {
    long end = position + segment.byteSize();
    try (PooledBuffer pooled = BufferPool.shared().takeNow(2L * block)) {
      MemorySegment head = pooled.segment().asSlice(0, block);
      MemorySegment tail = pooled.segment().asSlice(block, block);
      IoVector whole = IoVector.empty();
      if (middle > position) {
        whole.add(head);
      }
      whole.add(segment.asSlice(middle - position, middleEnd - middle));
      if (end > middleEnd) {
        whole.add(tail);
      }
      long start = middle > position ? middle - block : middle;
      long read = DirectIo.read(file, whole, start);
      long bytes = Math.clamp(read - (position - start), 0, segment.byteSize());
      if (middle > position) {
        long part = Math.min(bytes, middle - position);
        MemorySegment.copy(head, block - (middle - position), segment, 0, part);
      }
      if (bytes > middleEnd - position) {
        long from = middleEnd - position;
        MemorySegment.copy(tail, 0, segment, from, bytes - from);
      }
      return bytes;
    }
  }

  private static long copied(BlockFile file, MemorySegment segment, long position, int block)
      throws IOException {
    long blocks = (segment.byteSize() + 2L * block - 1) & -block;
    long done = 0;
    try (PooledBuffer pooled =
        BufferPool.shared().takeNow(Math.min(Math.max(CHUNK, block), blocks))) {
      MemorySegment buffer = pooled.segment();
      long capacity = buffer.byteSize() & -block;
      while (done < segment.byteSize()) {
        long start = (position + done) & -block;
        long skipped = position + done - start;
        long wanted = Math.min(capacity - skipped, segment.byteSize() - done);
        long length = (skipped + wanted + block - 1) & -block;
        long read = DirectIo.read(file, IoVector.of(buffer.asSlice(0, length)), start);
        long bytes = Math.clamp(read - skipped, 0, wanted);
        MemorySegment.copy(buffer, skipped, segment, done, bytes);
        done += bytes;
        if (bytes < wanted) {
          break;
        }
      }
    }
    return done;
  }
}
