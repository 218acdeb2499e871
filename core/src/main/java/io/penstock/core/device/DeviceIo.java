package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.MemoryKind;
import io.penstock.core.memory.PooledBuffer;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Blocking transfers between a device and memory, for layouts that keep their metadata on the
 * device. Offsets and lengths are bytes and multiples of the device's logical block. Any memory the
 * calling thread may touch will do, of any alignment; what the device cannot be given goes through
 * a buffer.
 *
 * <p>A transfer is split as the device's limits ask (BIO-3), waits without being cut short by an
 * interrupt (the interrupt status is kept, ADM-7), and is complete or an error: then an unspecified
 * part of it was carried out, and memory read into is unspecified. May be called from any thread
 * but a device's own while it runs a handler (CMP-10).
 */
public final class DeviceIo {
  private static final int BOUNCE_BYTES = 64 * 1024;

  private DeviceIo() {}

  /**
   * Fills {@code target} with what is at {@code offset} of the device.
   *
   * @throws IOException the device's error; EINVAL for a bad offset or length
   * @throws IllegalStateException on a device's completion thread
   */
  public static void read(BlockDevice device, long offset, MemorySegment target)
      throws IOException {
    transfer(Direction.READ, device, offset, target, null);
  }

  /** As {@link #read(BlockDevice, long, MemorySegment)}, for a file that counts it too (BIO-10). */
  public static void read(BlockDevice device, long offset, MemorySegment target, IoCounters file)
      throws IOException {
    transfer(Direction.READ, device, offset, target, file);
  }

  /**
   * Writes {@code source} at {@code offset} of the device; durable after a {@linkplain
   * BlockDevice#flush() flush}.
   *
   * @throws IOException the device's error; EINVAL for a bad offset or length
   * @throws IllegalStateException on a device's completion thread
   */
  public static void write(BlockDevice device, long offset, MemorySegment source)
      throws IOException {
    transfer(Direction.WRITE, device, offset, source, null);
  }

  /**
   * As {@link #write(BlockDevice, long, MemorySegment)}, for a file that counts it too (BIO-10).
   */
  public static void write(BlockDevice device, long offset, MemorySegment source, IoCounters file)
      throws IOException {
    transfer(Direction.WRITE, device, offset, source, file);
  }

  private static void transfer(
      Direction direction,
      BlockDevice device,
      long offset,
      MemorySegment memory,
      @Nullable IoCounters file)
      throws IOException {
    HandlerQueue.forbidWaiting("a blocking transfer");
    requireWholeBlocks(direction, device, offset, memory.byteSize());
    MemoryKind kind = MemoryKind.of(memory);
    if (!fits(memory, kind, device.limits())) {
      bounce(direction, device, offset, memory, file);
      return;
    }
    IoArena arena = kind == MemoryKind.IO_ARENA ? IoArena.owning(memory) : null;
    if (arena != null && !arena.acquire()) {
      throw new BlockIoException(
          Errno.EFAULT,
          direction.word(),
          device.name(),
          offset,
          memory.byteSize(),
          "the memory's arena is closed");
    }
    try (BioWaiter waiter = new BioWaiter(arena, null)) {
      direct(waiter, direction, device, offset, memory, memory.byteSize(), isBorrowed(kind), file);
    } finally {
      if (arena != null) {
        arena.release();
      }
    }
  }

  private static void requireWholeBlocks(
      Direction direction, BlockDevice device, long offset, long length) throws IOException {
    int block = device.limits().logicalBlock();
    if (offset < 0 || ((offset | length) & (block - 1)) != 0) {
      throw new BlockIoException(
          Errno.EINVAL,
          direction.word(),
          device.name(),
          offset,
          length,
          "offset and length must be multiples of the logical block of " + block + " bytes");
    }
  }

  /** Whether the device can be given this memory as it is (MEM-4). */
  private static boolean fits(MemorySegment memory, MemoryKind kind, QueueLimits limits) {
    boolean aligned = (memory.address() & (limits.memoryAlignment() - 1)) == 0;
    return switch (kind) {
      case IO_ARENA, COLLECTED -> aligned;
      case CLOSEABLE, CONFINED -> aligned && limits.runsInCaller();
      case HEAP -> limits.acceptsHeap();
    };
  }

  private static boolean isBorrowed(MemoryKind kind) {
    return switch (kind) {
      case IO_ARENA, COLLECTED, HEAP -> false;
      case CLOSEABLE, CONFINED -> true;
    };
  }

  private static void bounce(
      Direction direction,
      BlockDevice device,
      long offset,
      MemorySegment memory,
      @Nullable IoCounters file)
      throws IOException {
    QueueLimits limits = device.limits();
    PooledBuffer pooled =
        BufferPool.shared().takeNow(Math.max(BOUNCE_BYTES, limits.logicalBlock()));
    try (BioWaiter waiter = new BioWaiter(null, pooled)) {
      MemorySegment buffer = pooled.segment();
      for (long done = 0; done < memory.byteSize(); done += buffer.byteSize()) {
        long length = Math.min(buffer.byteSize(), memory.byteSize() - done);
        if (direction == Direction.WRITE) {
          MemorySegment.copy(memory, done, buffer, 0, length);
        }
        direct(waiter, direction, device, offset + done, buffer, length, false, file);
        if (direction == Direction.READ) {
          MemorySegment.copy(buffer, 0, memory, done, length);
        }
      }
    }
  }

  private static void direct(
      BioWaiter waiter,
      Direction direction,
      BlockDevice device,
      long offset,
      MemorySegment memory,
      long length,
      boolean borrowed,
      @Nullable IoCounters file)
      throws IOException {
    QueueLimits limits = device.limits();
    Bio bio = new Bio(waiter);
    for (long done = 0; done < length; ) {
      bio.begin(direction, device, offset + done, offset + done).synchronous(true);
      while (done < length
          && bio.length() < limits.maxBytes()
          && bio.pieces() < limits.maxSegments()) {
        long piece =
            Math.min(
                Math.min(length - done, limits.maxSegmentBytes()),
                limits.maxBytes() - bio.length());
        bio.add(memory, done, piece, borrowed, limits.maxSegmentBytes());
        done += piece;
      }
      long bytes = bio.length();
      waiter.submit(bio, device);
      device.counters().add(direction, bytes, 1);
      if (file != null) {
        file.add(direction, bytes, 1);
      }
    }
  }
}
