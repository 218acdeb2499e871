package io.penstock.testkit.explain;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * The memory of the request that is explained. It tells whose a piece of a bio is, by its address,
 * and what a read did to each byte: the device marks what it transfers, so what is zero afterwards
 * was zeroed by the engine.
 */
final class RequestMemory implements AutoCloseable {
  /** Bytes nobody has touched. */
  private static final byte UNTOUCHED = (byte) 0xA7;

  /** Bytes that a device has transferred. */
  static final byte TRANSFERRED = (byte) 0xD5;

  private static final int PAGE = 4096;

  private final IoArena arena = IoArena.ofShared();
  private final List<MemorySegment> segments = new ArrayList<>();
  private final IoVector vector = IoVector.empty();

  /**
   * Allocates segments.
   *
   * @param alignment of every segment, a power of two
   * @param skew bytes by which every segment begins behind a multiple of that
   */
  RequestMemory(List<Long> lengths, int alignment, int skew) {
    for (long length : lengths) {
      MemorySegment whole = arena.allocate(length + skew, Math.max(PAGE, alignment));
      MemorySegment segment = whole.asSlice(skew, length);
      segment.fill(UNTOUCHED);
      segments.add(segment);
      vector.add(segment);
    }
  }

  IoVector vector() {
    return vector;
  }

  /** Piece {@code index} of a bio, which begins at {@code fileOffset}. */
  Piece piece(Bio bio, int index, long fileOffset) {
    long length = bio.pieceLength(index);
    long address = bio.segment(index).address();
    if (address == ZeroBuffer.segment().address()) {
      return new Piece(Piece.Source.ZEROS, fileOffset, length, -1, 0);
    }
    long start = address + bio.pieceOffset(index);
    for (int i = 0; i < segments.size(); i++) {
      long offset = start - segments.get(i).address();
      if (offset >= 0 && offset < segments.get(i).byteSize()) {
        return new Piece(Piece.Source.CALLER, fileOffset, length, i, offset);
      }
    }
    return new Piece(Piece.Source.POOLED, fileOffset, length, -1, 0);
  }

  /** Marks all memory of a read as transferred, as the device would fill it. */
  static void transfer(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      bio.segment(i).asSlice(bio.pieceOffset(i), bio.pieceLength(i)).fill(TRANSFERRED);
    }
  }

  /** Runs of bytes that are zero now, as pairs from and to, from the start of the request. */
  List<long[]> zeroed() {
    List<long[]> runs = new ArrayList<>();
    long base = 0;
    for (MemorySegment segment : segments) {
      for (long i = 0; i < segment.byteSize(); i++) {
        if (segment.get(ValueLayout.JAVA_BYTE, i) != 0) {
          continue;
        }
        long[] last = runs.isEmpty() ? null : runs.getLast();
        if (last != null && last[1] == base + i) {
          last[1]++;
        } else {
          runs.add(new long[] {base + i, base + i + 1});
        }
      }
      base += segment.byteSize();
    }
    return runs;
  }

  @Override
  public void close() {
    arena.close();
  }
}
