package io.penstock.ext4.data;

import io.penstock.core.file.BlockFile;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A write whose position, length or addresses are not aligned: one segment after the other. Where
 * the address of a segment goes with the position, its whole blocks are written straight from it
 * and only the edges go through pooled memory, in one request; where it does not, all of it is
 * copied. A block at an edge is read first, unless it lies behind the end of the file. The caller
 * has the range alone.
 *
 * <p>Example, blocks of 512 bytes, position 700, length 1000: blocks 512 to 2048 are written; 512
 * to 700 and 1700 to 2048 are what was read.
 */
final class EdgeWrite {
  private static final int CHUNK = 1 << 20;

  private final SharedFile shared;
  private final BlockFile file;
  private final int block;

  private EdgeWrite(SharedFile shared) {
    this.shared = shared;
    file = shared.file();
    block = file.device().limits().logicalBlock();
  }

  /** Writes all of it. */
  static void run(SharedFile shared, IoVector memory, long position) throws IOException {
    EdgeWrite write = new EdgeWrite(shared);
    long done = 0;
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment segment = memory.segment(i);
      if (segment.byteSize() > 0) {
        write.segment(segment, position + done);
        done += segment.byteSize();
      }
    }
  }

  /** Writes zeros to a part of a file block, unless it reads as zeros as it is. */
  static void zero(SharedFile shared, long from, long end) throws IOException {
    if (from >= end) {
      return;
    }
    BlockFile file = shared.file();
    Mapping mapping = new Mapping().clear();
    long first = from >> file.blockShift();
    file.mapper().map(new MapQuery().set(first, 1, MapIntent.LOOK_UP, false, file.size()), mapping);
    if (mapping.kind() == MappingKind.MAPPED) {
      run(shared, IoVector.of(MemorySegment.ofArray(new byte[(int) (end - from)])), from);
    }
  }

  private void segment(MemorySegment segment, long position) throws IOException {
    long middle = position + block - 1 & -block;
    long middleEnd = position + segment.byteSize() & -block;
    boolean straight =
        middle < middleEnd
            && segment.isNative()
            && (segment.address() + (middle - position)
                    & file.device().limits().memoryAlignment() - 1)
                == 0;
    if (straight) {
      straight(segment, position, middle, middleEnd);
    } else {
      copied(segment, position);
    }
  }

  private void straight(MemorySegment segment, long position, long middle, long middleEnd)
      throws IOException {
    long end = position + segment.byteSize();
    try (PooledBuffer pooled = BufferPool.shared().takeNow(2L * block)) {
      MemorySegment head = pooled.segment().asSlice(0, block);
      MemorySegment tail = pooled.segment().asSlice(block, block);
      IoVector whole = IoVector.empty();
      long start = middle;
      if (middle > position) {
        start = middle - block;
        shared.load(head, start);
        long part = middle - position;
        MemorySegment.copy(segment, 0, head, block - part, part);
        whole.add(head);
      }
      whole.add(segment.asSlice(middle - position, middleEnd - middle));
      if (end > middleEnd) {
        shared.load(tail, middleEnd);
        MemorySegment.copy(segment, middleEnd - position, tail, 0, end - middleEnd);
        whole.add(tail);
      }
      shared.writeNow(whole, start, end);
    }
  }

  private void copied(MemorySegment segment, long position) throws IOException {
    long end = position + segment.byteSize();
    long blocks = segment.byteSize() + 2L * block - 1 & -block;
    try (PooledBuffer pooled =
        BufferPool.shared().takeNow(Math.min(Math.max(CHUNK, 2 * block), blocks))) {
      long capacity = pooled.segment().byteSize() & -block;
      for (long at = position; at < end; ) {
        long start = at & -block;
        long to = Math.min(end, start + capacity);
        long paddedEnd = to + block - 1 & -block;
        MemorySegment part = pooled.segment().asSlice(0, paddedEnd - start);
        if (start < at) {
          shared.load(part.asSlice(0, block), start);
        }
        boolean sameBlock = start < at && paddedEnd - start == block;
        if (to < paddedEnd && !sameBlock) {
          shared.load(part.asSlice(paddedEnd - start - block, block), paddedEnd - block);
        }
        MemorySegment.copy(segment, at - position, part, at - start, to - at);
        shared.writeNow(IoVector.of(part), start, to);
        at = to;
      }
    }
  }
}
