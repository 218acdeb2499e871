package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.HostDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.IoVec;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A virtual thread that waits for the disk leaves its carrier to others. */
class VirtualThreadsTest {
  private static final int PAGE = 4096;
  private static final int READERS = 200;

  @TempDir Path directory;
  private IoArena arena;

  @BeforeEach
  void prepare() {
    arena = IoArena.ofShared();
  }

  @AfterEach
  void free() {
    arena.close();
  }

  /**
   * More readers than the machine can have carriers wait for a disk that does not answer; another
   * virtual thread runs all the same.
   */
  @Test
  void carriersStayFreeWhileTheDiskIsWaitedFor() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    HostFile file = TestFiles.openBuffered(directory.resolve("file"));
    PositionalCalls slow = new SlowCalls(answer, asked);
    try (HostDevice device = new PreadDevice(file, slow, 4);
        BlockFile reads = TestFiles.file(device, READERS * (long) PAGE)) {
      List<FutureTask<Long>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        MemorySegment memory = arena.allocate(PAGE, PAGE);
        long position = (long) i * PAGE;
        readers.add(start(() -> DirectIo.read(reads, IoVector.of(memory), position)));
      }
      while (asked.get() < 4) {
        Thread.onSpinWait();
      }
      FutureTask<Integer> counter = start(VirtualThreadsTest::countWithYields);
      assertEquals(1000, counter.get());
      assertFalse(readers.stream().anyMatch(FutureTask::isDone));
      assertEquals(4, asked.get(), "no more threads than were asked for");
      answer.countDown();
      for (FutureTask<Long> reader : readers) {
        assertEquals(PAGE, reader.get());
      }
      assertEquals(READERS, asked.get());
    }
  }

  @Test
  void readersOfARealDiskGetTheirOwnBytes() throws Exception {
    try (HostDevice device = TestFiles.create(directory.resolve("file"));
        BlockFile file = TestFiles.file(device, READERS * (long) PAGE)) {
      for (int i = 0; i < READERS; i++) {
        MemorySegment memory = arena.allocate(PAGE, PAGE).fill((byte) i);
        DirectIo.write(file, IoVector.of(memory), (long) i * PAGE);
      }
      List<FutureTask<Byte>> readers = new ArrayList<>();
      for (int i = 0; i < READERS; i++) {
        long position = (long) i * PAGE;
        MemorySegment memory = arena.allocate(PAGE, PAGE);
        readers.add(
            start(
                () -> {
                  DirectIo.read(file, IoVector.of(memory), position);
                  return memory.get(ValueLayout.JAVA_BYTE, PAGE - 1);
                }));
      }
      for (int i = 0; i < READERS; i++) {
        assertEquals((byte) i, readers.get(i).get());
      }
    }
  }

  @Test
  void borrowedMemoryIsReadByAnotherThreadUnlessItIsConfined() throws Exception {
    try (HostDevice device = TestFiles.create(directory.resolve("file"), PAGE, 'c')) {
      FutureTask<Boolean> shared =
          start(
              () -> {
                try (Arena memory = Arena.ofShared()) {
                  SentBio sent = borrowed(device, memory.allocate(PAGE, PAGE));
                  sent.submit().succeeds();
                  return sent.completedBy().isVirtual();
                }
              });
      assertFalse(shared.get());
      FutureTask<Boolean> confined =
          start(
              () -> {
                try (Arena memory = Arena.ofConfined()) {
                  SentBio sent = borrowed(device, memory.allocate(PAGE, PAGE));
                  sent.submit().succeeds();
                  assertSame(Thread.currentThread(), sent.completedBy());
                  return sent.completedBy().isVirtual();
                }
              });
      assertTrue(confined.get());
    }
  }

  @Test
  void theFileAsAWholeIsForVirtualThreadsToo() throws Exception {
    FutureTask<Long> length =
        start(
            () -> {
              try (HostDevice device = TestFiles.create(directory.resolve("file"))) {
                device.setLength(12345);
                device.flush();
                return device.length();
              }
            });
    assertEquals(12345, length.get());
    FutureTask<Void> fails =
        start(
            () -> {
              TestFiles.create(directory.resolve("file")).close();
              return null;
            });
    assertTrue(assertFails(fails) instanceof IOException);
  }

  private static Throwable assertFails(FutureTask<?> task) throws InterruptedException {
    try {
      task.get();
      throw new AssertionError("it was to fail");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  private static SentBio borrowed(HostDevice device, MemorySegment memory) {
    return SentBio.read(device, 0).borrowed(memory).synchronous();
  }

  private static int countWithYields() {
    int count = 0;
    while (count < 1000) {
      count++;
      Thread.yield();
    }
    return count;
  }

  private static <T> FutureTask<T> start(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("virtual").start(task);
    return task;
  }

  /** A disk that answers when it is told to; a thread that waits for it is blocked. */
  private record SlowCalls(CountDownLatch answer, AtomicInteger asked) implements PositionalCalls {
    private long answered(long length) {
      asked.incrementAndGet();
      try {
        answer.await();
        return length;
      } catch (InterruptedException e) {
        return -Errno.EINTR;
      }
    }

    @Override
    public long read(long address, long length, long position) {
      return answered(length);
    }

    @Override
    public long read(MemorySegment memory, long position) {
      return answered(memory.byteSize());
    }

    @Override
    public long read(IoVec memory, long position, int flags) {
      return answered(memory.totalBytes());
    }

    @Override
    public long write(long address, long length, long position) {
      return answered(length);
    }

    @Override
    public long write(MemorySegment memory, long position) {
      return answered(memory.byteSize());
    }

    @Override
    public long write(IoVec memory, long position, int flags) {
      return answered(memory.totalBytes());
    }

    @Override
    public long dataSync() {
      return answered(0);
    }

    @Override
    public long size() {
      return 0;
    }
  }
}
