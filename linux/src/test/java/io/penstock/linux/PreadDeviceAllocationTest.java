package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.HostDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Garbage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests through the engine to a real file make no garbage, in whichever thread they run. */
class PreadDeviceAllocationTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;
  private static final int OPERATIONS = 50_000;

  @Test
  void requestsAllocateNothing(@TempDir(factory = TestFiles.OnTmpfs.class) Path directory)
      throws Exception {
    try (HostDevice device = TestFiles.create(directory.resolve("file"), PAGES * PAGE, 'c');
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena held = IoArena.ofShared();
        Arena shared = Arena.ofShared()) {
      IoVector one = IoVector.of(held.allocate(PAGE, PAGE));
      MemorySegment apart = held.allocate(3 * PAGE, PAGE);
      IoVector two = IoVector.of(apart.asSlice(0, PAGE), apart.asSlice(2 * PAGE, PAGE));
      IoVector borrowed = IoVector.of(shared.allocate(PAGE, PAGE));
      check("read", count -> reads(file, one, count));
      check("read of two pieces", count -> reads(file, two, count));
      check("read of borrowed memory", count -> reads(file, borrowed, count));
      check("write", count -> writes(file, one, count));
      check("asynchronous read", count -> asynchronousReads(file, one, count));
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

  private static void check(String what, Garbage.Work work) throws Exception {
    long bytes = Garbage.ofAllThreads(OPERATIONS, work);
    // one object an operation would be 800 kB
    assertTrue(bytes < OPERATIONS, () -> what + " allocated " + bytes + " bytes");
  }
}
