package io.penstock.file;

import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.FileState;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryKind;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A range of bytes and the whole blocks around it. Block 4096, bytes 1000..10000: blocks 0..12288,
 * of which 0..4096 is an edge (the head), 4096..8192 the middle, 8192..12288 an edge (the tail).
 * Bytes 1000..2000: block 0..4096, which is both edges at once.
 *
 * @param position first byte
 * @param end first byte after the range; not the position
 * @param block bytes, a power of two
 */
record Edges(long position, long end, int block) {

  Edges {
    assert 0 <= position && position < end && end <= Long.MAX_VALUE - block : position + " " + end;
  }

  /** Where the first block begins. */
  long start() {
    return position & -block;
  }

  /** Where the last block ends. */
  long blocksEnd() {
    return end + block - 1 & -block;
  }

  /** Bytes of all blocks. */
  long blocksLength() {
    return blocksEnd() - start();
  }

  /** Bytes of the first block before the range. */
  int skipped() {
    return (int) (position - start());
  }

  /** Whether the range begins inside a block. */
  boolean hasHead() {
    return position != start();
  }

  /** Whether the range ends inside a block. */
  boolean hasTail() {
    return end != blocksEnd();
  }

  /** Where the last block begins. */
  long tailStart() {
    return blocksEnd() - block;
  }

  /** First byte after the head. */
  long middleStart() {
    return hasHead() ? start() + block : start();
  }

  /** First byte of the tail. */
  long middleEnd() {
    return hasTail() ? tailStart() : blocksEnd();
  }

  /** Whether the head and the tail are the same block. */
  boolean isOneBlock() {
    return blocksLength() == block;
  }

  /**
   * Fills a claim: the blocks at the edges alone, the others with everybody.
   *
   * @param setsEnd whether the write also cuts the file where the range ends: then all that follows
   *     is alone too
   */
  void fill(BlockClaim claim, boolean setsEnd) {
    int unit = FileState.SHARED_CLAIM_BLOCK;
    claim.setEdges(
        start() / unit,
        (blocksEnd() - 1) / unit,
        hasHead() ? (start() + block - 1) / unit : BlockClaim.NONE,
        hasTail() ? tailStart() / unit : BlockClaim.NONE);
    if (setsEnd) {
      claim.withEnd();
    }
  }

  /**
   * The memory of the middle, to be transferred as it is.
   *
   * @param memory of the whole range
   * @param alignment that the device wants of addresses, bytes
   * @return null when there is none, or it cannot: an address is not aligned, or a segment ends
   *     inside a block
   */
  @Nullable IoVector middle(IoVector memory, int alignment) {
    if (middleStart() >= middleEnd()) {
      return null;
    }
    IoVector middle = IoVector.empty();
    long at = position;
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment segment = memory.segment(i);
      long from = Math.max(at, middleStart());
      long to = Math.min(at + segment.byteSize(), middleEnd());
      if (from < to) {
        MemorySegment part = segment.asSlice(from - at, to - from);
        boolean straight =
            memory.kind(i) != MemoryKind.HEAP
                && ((to - from) & (block - 1)) == 0
                && (part.address() & (alignment - 1)) == 0;
        if (!straight) {
          return null;
        }
        middle.add(part);
      }
      at += segment.byteSize();
    }
    return middle;
  }
}
