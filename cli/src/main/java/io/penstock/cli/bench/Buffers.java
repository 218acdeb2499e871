package io.penstock.cli.bench;

import io.penstock.core.memory.IoArena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One region of memory cut into buffers, one for each operation in flight, filled with random
 * bytes: a device that compresses must not have it easier than with data. Closing gives an arena's
 * memory back; nothing may be in flight then.
 */
public final class Buffers implements AutoCloseable {
  /** A page: every device is content with it. */
  private static final int ALIGNMENT = 4096;

  private final @Nullable IoArena arena;
  private final MemorySegment region;
  private final long stride;
  private final int length;

  /** So many buffers for operations of this workload. */
  public Buffers(Workload workload, int count) {
    length = workload.blockSize();
    stride = roundUp(length);
    long bytes = stride * count;
    arena = workload.memory() == MemoryChoice.ARENA ? IoArena.ofShared() : null;
    region = arena == null ? direct(bytes) : arena.allocate(bytes, ALIGNMENT);
    fill(region);
  }

  private static MemorySegment direct(long bytes) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(Math.toIntExact(bytes + ALIGNMENT));
    return MemorySegment.ofBuffer(buffer.alignedSlice(ALIGNMENT)).asSlice(0, bytes);
  }

  private static void fill(MemorySegment region) {
    byte[] page = new byte[ALIGNMENT];
    SplittableRandom random = new SplittableRandom();
    for (long at = 0; at < region.byteSize(); at += ALIGNMENT) {
      random.nextBytes(page);
      MemorySegment.copy(page, 0, region, ValueLayout.JAVA_BYTE, at, ALIGNMENT);
    }
  }

  private static long roundUp(long bytes) {
    return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
  }

  /** Buffer {@code index}, of the workload's block size. */
  public MemorySegment segment(int index) {
    return region.asSlice(index * stride, length);
  }

  /** The same as a {@link ByteBuffer}. */
  public ByteBuffer buffer(int index) {
    return segment(index).asByteBuffer();
  }

  @Override
  public void close() {
    if (arena != null) {
      arena.close();
    }
  }
}
