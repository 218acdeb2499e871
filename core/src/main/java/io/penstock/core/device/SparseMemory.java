package io.penstock.core.device;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Native memory of any size, of which only the chunks that were written exist; the rest reads as
 * one background byte. Positions and lengths are bytes.
 *
 * <p>Copies may run on any thread at the same time; two that touch the same bytes race like any
 * memory. {@link #fill} and {@link #close} must run alone. Copies allocate nothing but the chunks
 * they are first to write.
 *
 * <pre>
 * position = 5 GiB + 3 MiB + 700      leaf 5 (of 1 GiB), chunk 3 (of 1 MiB), byte 700
 * </pre>
 */
final class SparseMemory implements AutoCloseable {
  private static final int CHUNK_SHIFT = 20;
  private static final long CHUNK = 1L << CHUNK_SHIFT;
  private static final int LEAF_SHIFT = 30;
  private static final int CHUNKS_PER_LEAF = 1 << (LEAF_SHIFT - CHUNK_SHIFT);
  private static final VarHandle ELEMENT =
      MethodHandles.arrayElementVarHandle(MemorySegment[].class);
  private static final VarHandle LEAF =
      MethodHandles.arrayElementVarHandle(MemorySegment[][].class);

  private final long size;
  private final Arena arena;
  private final MemorySegment background;
  private final @Nullable MemorySegment[] @Nullable [] leaves;
  private byte backgroundByte;

  /** Memory of {@code size} bytes, all zero. */
  SparseMemory(long size) {
    this(size, Arena.ofShared());
  }

  private SparseMemory(long size, Arena arena) {
    this.size = size;
    this.arena = arena;
    long count = (size + (1L << LEAF_SHIFT) - 1) >>> LEAF_SHIFT;
    if (size < 0 || count > Integer.MAX_VALUE - 8) {
      throw new IllegalArgumentException("size " + size + " is too large for a device in memory");
    }
    leaves = new MemorySegment[(int) count][];
    background = arena.allocate(Math.min(size, CHUNK), 4096);
  }

  /** More memory of the same size, all zero, which is freed with this one. */
  SparseMemory another() {
    return new SparseMemory(size, arena);
  }

  /** Copies {@code length} bytes of {@code source} from {@code offset} on to {@code position}. */
  void copyIn(MemorySegment source, long offset, long position, long length) {
    for (long done = 0; done < length; ) {
      long at = position + done;
      long within = at & (CHUNK - 1);
      long step = Math.min(length - done, CHUNK - within);
      MemorySegment.copy(source, offset + done, chunkToWrite(at), within, step);
      done += step;
    }
  }

  /** Copies {@code length} bytes at {@code position} to {@code offset} of {@code target}. */
  void copyOut(long position, MemorySegment target, long offset, long length) {
    for (long done = 0; done < length; ) {
      long at = position + done;
      long within = at & (CHUNK - 1);
      long step = Math.min(length - done, CHUNK - within);
      MemorySegment.copy(chunkToRead(at), within, target, offset + done, step);
      done += step;
    }
  }

  /** Copies {@code length} bytes at {@code position} to the same place of {@code other}. */
  void copyTo(SparseMemory other, long position, long length) {
    for (long done = 0; done < length; ) {
      long at = position + done;
      long within = at & (CHUNK - 1);
      long step = Math.min(length - done, CHUNK - within);
      other.copyIn(chunkToRead(at), within, at, step);
      done += step;
    }
  }

  /** Makes every byte {@code value}; what was never written still takes no space. */
  void fill(byte value) {
    background.fill(value);
    backgroundByte = value;
    for (@Nullable MemorySegment[] leaf : leaves) {
      for (int i = 0; leaf != null && i < leaf.length; i++) {
        MemorySegment chunk = leaf[i];
        if (chunk != null) {
          chunk.fill(value);
        }
      }
    }
  }

  @Override
  public void close() {
    arena.close();
  }

  private MemorySegment chunkToRead(long position) {
    MemorySegment chunk = find(position);
    return chunk != null ? chunk : background;
  }

  private MemorySegment chunkToWrite(long position) {
    MemorySegment chunk = find(position);
    return chunk != null ? chunk : create(position);
  }

  private @Nullable MemorySegment find(long position) {
    MemorySegment[] leaf =
        (MemorySegment[]) LEAF.getAcquire(leaves, (int) (position >>> LEAF_SHIFT));
    return leaf == null ? null : (MemorySegment) ELEMENT.getAcquire(leaf, indexInLeaf(position));
  }

  private synchronized MemorySegment create(long position) {
    MemorySegment chunk = find(position);
    if (chunk != null) {
      return chunk;
    }
    int index = (int) (position >>> LEAF_SHIFT);
    @Nullable MemorySegment[] leaf = leaves[index];
    if (leaf == null) {
      leaf = new MemorySegment[CHUNKS_PER_LEAF];
      LEAF.setRelease(leaves, index, leaf);
    }
    MemorySegment made = arena.allocate(Math.min(CHUNK, size), 4096);
    if (backgroundByte != 0) {
      made.fill(backgroundByte);
    }
    ELEMENT.setRelease(leaf, indexInLeaf(position), made);
    return made;
  }

  private static int indexInLeaf(long position) {
    return (int) (position >>> CHUNK_SHIFT) & (CHUNKS_PER_LEAF - 1);
  }
}
