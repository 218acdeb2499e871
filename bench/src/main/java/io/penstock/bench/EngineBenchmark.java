package io.penstock.bench;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What the engine itself costs: requests on a device that completes at once and moves nothing. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineBenchmark implements IoHandler {
  static final int PAGE_BYTES = 4096;
  static final int MEBIBYTE = 1 << 20;

  /** Extents of a scattered mebibyte: every page is one. */
  static final int EXTENTS = MEBIBYTE / PAGE_BYTES;

  private static final int BATCH = 64;
  private static final int SCATTERED_BATCH = 8;
  private static final long FILE_BYTES = 1L << 30;
  private static final int POSITIONS = 32;

  /** What the program gives the engine to read into or write from. */
  public enum Memory {
    /** A vector, kept, over memory of an {@link IoArena}. */
    ARENA,
    /** A vector, kept, over a direct buffer. */
    BUFFER,
    /** A vector that is filled anew for every request, with memory of an {@link IoArena}. */
    REFILLED
  }

  /** Which memory. */
  @Param public Memory memory = Memory.ARENA;

  private final IoArena arena = IoArena.ofShared();
  private final NullDevice device = new NullDevice();
  private final BlockFile contiguous = file(device, Long.MAX_VALUE);
  private final BlockFile scattered = file(device, 1);
  private final IoRequest request = DirectIo.newRequest();
  private MemorySegment pageMemory = MemorySegment.NULL;
  private MemorySegment mebibyteMemory = MemorySegment.NULL;
  private IoVector page = IoVector.empty();
  private IoVector mebibyte = IoVector.empty();
  private boolean refilled;
  private long completed;

  /** A file of 4096-byte blocks whose extents are at most so long and never touch each other. */
  private static BlockFile file(BlockDevice device, long extentBlocks) {
    return BlockFile.builder(
            device,
            (query, mapping) ->
                mapping.mapped(
                    device,
                    extentBlocks == 1
                        ? (query.firstBlock() * 2 + 1) * PAGE_BYTES
                        : query.firstBlock() * PAGE_BYTES,
                    Math.min(query.blocks(), extentBlocks)))
        .blockSize(PAGE_BYTES)
        .size(FILE_BYTES)
        .build();
  }

  /**
   * Allocates the memory, and makes everything old, as it is in a program that has run for a while:
   * there the collector makes a write of a reference dear, and nowhere else.
   */
  @Setup
  public void allocate() throws IOException {
    pageMemory = allocate(PAGE_BYTES);
    mebibyteMemory = allocate(MEBIBYTE);
    page = IoVector.of(pageMemory);
    mebibyte = IoVector.of(mebibyteMemory);
    refilled = memory == Memory.REFILLED;
    readPage();
    readScattered();
    submitPage();
    System.gc();
  }

  private MemorySegment allocate(int bytes) {
    return switch (memory) {
      case ARENA, REFILLED -> arena.allocate(bytes, PAGE_BYTES);
      case BUFFER ->
          MemorySegment.ofBuffer(
              ByteBuffer.allocateDirect(bytes + PAGE_BYTES)
                  .alignedSlice(PAGE_BYTES)
                  .slice(0, bytes));
    };
  }

  /** Frees the memory. */
  @TearDown
  public void close() {
    contiguous.close();
    scattered.close();
    arena.close();
  }

  private IoVector page() {
    return refilled ? page.clear().add(pageMemory) : page;
  }

  private IoVector mebibyte() {
    return refilled ? mebibyte.clear().add(mebibyteMemory) : mebibyte;
  }

  private static long position(int request) {
    return (long) (request % POSITIONS) * PAGE_BYTES;
  }

  /** 4 KiB of one extent, synchronously. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long readPage() throws IOException {
    long bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      bytes += DirectIo.read(contiguous, page(), position(i));
    }
    return bytes;
  }

  /** 4 KiB of one extent, synchronously. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long writePage() throws IOException {
    long bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      bytes += DirectIo.write(contiguous, page(), position(i));
    }
    return bytes;
  }

  /** 1 MiB of one extent, synchronously: the cost must not follow the pages. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long readMebibyte() throws IOException {
    long bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      bytes += DirectIo.read(contiguous, mebibyte(), position(i));
    }
    return bytes;
  }

  /** 1 MiB of 256 extents, synchronously: the cost follows the extents. */
  @Benchmark
  @OperationsPerInvocation(SCATTERED_BATCH)
  public long readScattered() throws IOException {
    long bytes = 0;
    for (int i = 0; i < SCATTERED_BATCH; i++) {
      bytes += DirectIo.read(scattered, mebibyte(), position(i));
    }
    return bytes;
  }

  /** 4 KiB of one extent, asynchronously, its handler included. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long submitPage() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      DirectIo.submit(request, Direction.READ, contiguous, page(), position(i), IoFlags.NONE, this);
    }
    return completed;
  }

  @Override
  public void completed(IoRequest told, long bytes, @Nullable IOException error) {
    completed += bytes;
  }
}
