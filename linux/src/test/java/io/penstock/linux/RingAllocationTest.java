package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Garbage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests through rings make no garbage, in no thread of the process. */
class RingAllocationTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final int DEPTH = 16;
  private static final int OPERATIONS = 20_000;

  /** Submits itself again until so many operations are begun, as a storage engine's would. */
  private static final class Reader implements IoHandler {
    private final IoRequest request = DirectIo.newRequest();
    private final BlockFile file;
    private final IoVector memory;
    private final Semaphore done;
    private int left;

    Reader(BlockFile file, IoVector memory, Semaphore done) {
      this.file = file;
      this.memory = memory;
      this.done = done;
    }

    void begin(int operations) throws IOException {
      left = operations;
      next();
    }

    private void next() throws IOException {
      long position = left % PAGES * (long) PAGE;
      DirectIo.submit(request, Direction.READ, file, memory, position, IoFlags.NONE, this);
    }

    @Override
    public void completed(IoRequest ended, long bytes, @Nullable IOException error) {
      if (--left <= 0 || bytes != PAGE) {
        done.release();
        return;
      }
      try {
        next();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }

  @BeforeEach
  void require() {
    TestRings.require();
  }

  private static Path file(Path directory) throws IOException {
    return Files.write(directory.resolve("file"), new byte[PAGES * PAGE]);
  }

  private static Reader[] readers(BlockFile file, MemorySegment memory, Semaphore done) {
    Reader[] readers = new Reader[DEPTH];
    for (int i = 0; i < DEPTH; i++) {
      IoVector own = IoVector.of(memory.asSlice((long) i * PAGE, PAGE));
      readers[i] = new Reader(file, own, done);
    }
    return readers;
  }

  private static MemorySegment plain() {
    ByteBuffer buffer = ByteBuffer.allocateDirect((DEPTH + 1) * PAGE).alignedSlice(PAGE);
    return MemorySegment.ofBuffer(buffer);
  }

  @Test
  void theSharedDeviceAllocatesNothing(@TempDir Path directory) throws Exception {
    try (HostDevice device = new UringProvider().open(file(directory), OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena arena = IoArena.ofShared()) {
      Semaphore done = new Semaphore(0);
      Reader[] held = readers(file, arena.allocate(DEPTH * PAGE, PAGE), done);
      Reader[] collected = readers(file, plain(), done);
      check("memory of an arena", count -> shared(held, done, count));
      check("a direct buffer", count -> shared(collected, done, count));
    }
  }

  private static void shared(Reader[] readers, Semaphore done, int count) throws Exception {
    for (Reader each : readers) {
      each.begin(count / DEPTH);
    }
    done.acquire(DEPTH);
  }

  @Test
  void theConfinedLoopAllocatesNothing(@TempDir Path directory) throws Exception {
    try (ConfinedLoop loop = new UringProvider().newLoop(DEPTH);
        HostDevice device = loop.open(file(directory), OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena arena = IoArena.ofShared()) {
      Semaphore done = new Semaphore(0);
      Reader[] held = readers(file, arena.allocate(DEPTH * PAGE, PAGE), done);
      Reader[] collected = readers(file, plain(), done);
      check("memory of an arena", count -> confined(loop, held, done, count));
      check("a direct buffer", count -> confined(loop, collected, done, count));
    }
  }

  private static void confined(ConfinedLoop loop, Reader[] readers, Semaphore done, int count)
      throws Exception {
    for (Reader each : readers) {
      each.begin(count / DEPTH);
    }
    while (loop.inFlight() > 0) {
      loop.await();
    }
    done.acquire(DEPTH);
  }

  private static void check(String what, Garbage.Work work) throws Exception {
    long bytes = Garbage.ofAllThreads(OPERATIONS, work);
    assertTrue(bytes < OPERATIONS, () -> what + " allocated " + bytes + " bytes");
  }
}
