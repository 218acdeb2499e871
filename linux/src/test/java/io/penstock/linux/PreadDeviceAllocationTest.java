package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.HostDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Requests through the engine to a real file make no garbage, in whichever thread they run. */
class PreadDeviceAllocationTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final int OPERATIONS = 50_000;
  private static final int MOST_ROUNDS = 30;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Round {
    void run(int operations) throws Exception;
  }

  @Test
  void requestsAllocateNothing(
      @TempDir(factory = TestFiles.OnTmpfs.class) Path directory, TestReporter reporter)
      throws Exception {
    try (HostDevice device = TestFiles.create(directory.resolve("file"), PAGES * PAGE, 'c');
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena held = IoArena.ofShared();
        Arena shared = Arena.ofShared()) {
      IoVector one = IoVector.of(held.allocate(PAGE, PAGE));
      MemorySegment apart = held.allocate(3 * PAGE, PAGE);
      IoVector two = IoVector.of(apart.asSlice(0, PAGE), apart.asSlice(2 * PAGE, PAGE));
      IoVector borrowed = IoVector.of(shared.allocate(PAGE, PAGE));
      check("read", reporter, count -> reads(file, one, count));
      check("read of two pieces", reporter, count -> reads(file, two, count));
      check("read of borrowed memory", reporter, count -> reads(file, borrowed, count));
      check("write", reporter, count -> writes(file, one, count));
      check("asynchronous read", reporter, count -> asynchronousReads(file, one, count));
    }
  }

  private static void reads(BlockFile file, IoVector memory, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      assertTrue(DirectIo.read(file, memory, (i % (PAGES - 1)) * (long) PAGE) > 0);
    }
  }

  private static void writes(BlockFile file, IoVector memory, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      assertEquals(PAGE, DirectIo.write(file, memory, (i % PAGES) * (long) PAGE));
    }
  }

  private static void asynchronousReads(BlockFile file, IoVector memory, int count)
      throws Exception {
    IoRequest request = DirectIo.newRequest();
    Semaphore done = new Semaphore(0);
    IoHandler handler = (ended, bytes, error) -> done.release();
    for (int i = 0; i < count; i++) {
      DirectIo.submit(
          request, Direction.READ, file, memory, (i % PAGES) * (long) PAGE, IoFlags.NONE, handler);
      while (!done.tryAcquire()) {
        Thread.onSpinWait();
      }
    }
  }

  /**
   * Warms up until the compiler is done, which on a busy machine takes a while, and measures then.
   */
  private void check(String what, TestReporter reporter, Round round) throws Exception {
    int rounds = 0;
    while (bytesOf(round) >= OPERATIONS && rounds < MOST_ROUNDS) {
      rounds++;
    }
    long begin = System.nanoTime();
    long bytes = bytesOf(round);
    long nanoseconds = System.nanoTime() - begin;
    reporter.publishEntry(
        what, nanoseconds / OPERATIONS + " ns and " + (double) bytes / OPERATIONS + " bytes each");
    // The measurement itself takes a little; one object an operation would be 800 kB.
    assertTrue(bytes < OPERATIONS, () -> what + " allocated " + bytes + " bytes");
  }

  private long bytesOf(Round round) throws Exception {
    long before = allocated();
    round.run(OPERATIONS);
    return allocated() - before;
  }

  /** By the calling thread and by those of the device. */
  private long allocated() {
    long bytes = threads.getCurrentThreadAllocatedBytes();
    for (Thread each : Thread.getAllStackTraces().keySet()) {
      if (each.getName().startsWith("penstock-")) {
        bytes += threads.getThreadAllocatedBytes(each.threadId());
      }
    }
    return bytes;
  }
}
