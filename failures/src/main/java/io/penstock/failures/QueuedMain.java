package io.penstock.failures;

import io.penstock.core.bio.Direction;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.failures.host.ProcessFacts;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.IoLimits;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The process that puts very many requests in flight: {@code QueuedMain ENGINE FILE MEMORY LIMITED
 * REQUESTS BYTES}. Prints the most memory it had resident.
 */
public final class QueuedMain {
  /** What the requests read into, and from where. */
  enum Memory {
    /** Aligned, of an arena: goes straight. */
    ALIGNED,
    /** Of an arena, at an odd address: all of it goes through pooled buffers. */
    ODD_ADDRESS,
    /** Of the heap: all of it goes through pooled buffers, without a step in between. */
    HEAP,
    /** At an odd position and the address that goes with it: the edges are pooled. */
    ODD_POSITION
  }

  private QueuedMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Memory kind = Memory.valueOf(arguments[2]);
    boolean limited = Boolean.parseBoolean(arguments[3]);
    long requests = Long.parseLong(arguments[4]);
    long bytes = Long.parseLong(arguments[5]);
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(arguments[0]);
    if (limited) {
      options =
          options.withLimits(
              IoLimits.builder("queued")
                  .operations(32)
                  .bytes(32L << 20)
                  .background(8, 8L << 20)
                  .build());
    }
    Path path = Path.of(arguments[1]);
    try (IoArena arena = IoArena.ofShared();
        DirectFile file =
            DirectFile.open(
                path,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.CREATE,
                options)) {
      file.truncate((requests + 1) * bytes); // sparse
      MemorySegment memory =
          switch (kind) {
            case ALIGNED -> arena.allocate(bytes, 4096);
            case ODD_ADDRESS -> arena.allocate(bytes + 4096, 4096).asSlice(1, bytes);
            case HEAP -> MemorySegment.ofArray(new byte[(int) bytes]);
            case ODD_POSITION -> arena.allocate(bytes + 4096, 4096).asSlice(512 + 7, bytes);
          };
      long shift = kind == Memory.ODD_POSITION ? 512 + 7 : 0;
      new Flood(file, IoVector.of(memory), shift, requests, bytes).run();
    }
  }

  /** All requests read zeros into the same memory. */
  private static final class Flood {
    private final DirectFile file;
    private final IoVector memory;
    private final long shift;
    private final long requests;
    private final long bytes;
    private final AtomicLong ended = new AtomicLong();
    private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    private final Semaphore all = new Semaphore(0);

    Flood(DirectFile file, IoVector memory, long shift, long requests, long bytes) {
      this.file = file;
      this.memory = memory;
      this.shift = shift;
      this.requests = requests;
      this.bytes = bytes;
    }

    void run() throws Exception {
      long most = 0;
      for (long i = 0; i < requests; i++) {
        file.submit(
            DirectFile.newRequest(),
            Direction.READ,
            memory,
            i * bytes + shift,
            IoFlags.NONE,
            (request, read, error) -> {
              if (error != null || read != bytes) {
                failure.compareAndSet(
                    null, error != null ? error : new IOException(read + " bytes were read"));
              }
              ended.incrementAndGet();
              all.release();
            });
        most = Math.max(most, i + 1 - ended.get());
      }
      all.acquire((int) requests);
      IOException first = failure.get();
      if (first != null) {
        throw first;
      }
      Check.same(requests, ended.get(), () -> "requests that ended");
      System.out.println("peak " + ProcessFacts.peakMemoryBytes() + " in-flight " + most);
    }
  }
}
