package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.Plug;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The io_uring device that all threads share. */
class UringDeviceTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;

  @TempDir Path directory;
  private Path path;

  @BeforeEach
  void prepare() throws IOException {
    TestRings.require();
    path = directory.resolve("file");
    byte[] content = new byte[PAGES * PAGE];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i / PAGE);
    }
    Files.write(path, content);
  }

  private HostDevice open() throws IOException {
    HostDevice device = new UringProvider().open(path, OpenMode.READ_WRITE);
    assertEquals("uring", device.provider());
    return device;
  }

  @Test
  void whoWaitsOnAPlatformThreadIsServedByThatThread() throws IOException {
    try (HostDevice device = open();
        IoArena arena = IoArena.ofShared()) {
      SentBio sent = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).synchronous().submit();
      sent.succeeds();
      assertSame(Thread.currentThread(), sent.completedBy());
    }
  }

  @Test
  void allElseIsServedByTheLoop() throws Exception {
    try (HostDevice device = open();
        IoArena arena = IoArena.ofShared()) {
      SentBio sent = SentBio.read(device, 3 * PAGE, arena.allocate(PAGE, PAGE)).submit();
      sent.succeeds();
      assertTrue(isLoop(sent.completedBy()));
      FutureTask<@Nullable Thread> virtual =
          new FutureTask<>(
              () -> {
                SentBio waits =
                    SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).synchronous().submit();
                waits.succeeds();
                return waits.completedBy();
              });
      Thread.ofVirtual().name("virtual").start(virtual);
      assertTrue(isLoop(virtual.get()));
    }
  }

  private static boolean isLoop(@Nullable Thread thread) {
    return thread != null && thread.getName().startsWith("penstock-uring-");
  }

  /** Far more readers than the machine has carriers, each blocked in a read of its own. */
  @Test
  void tenThousandVirtualThreadsReadAtTheSameTime() throws Exception {
    int readers = 10_000;
    Set<Thread> platform = ConcurrentHashMap.newKeySet();
    AtomicReference<@Nullable Throwable> wrong = new AtomicReference<>();
    CountDownLatch begin = new CountDownLatch(1);
    try (HostDevice device = open();
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate((long) readers * PAGE, PAGE);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        MemorySegment own = memory.asSlice((long) i * PAGE, PAGE);
        int page = i % PAGES;
        threads.add(
            Thread.ofVirtual()
                .name("reader")
                .start(
                    () -> {
                      try {
                        begin.await();
                        assertEquals(
                            PAGE, DirectIo.read(file, IoVector.of(own), (long) page * PAGE));
                        assertEquals(page, own.get(ValueLayout.JAVA_BYTE, PAGE - 1));
                      } catch (Throwable failed) {
                        wrong.compareAndSet(null, failed);
                      }
                    }));
      }
      begin.countDown();
      for (Thread each : threads) {
        each.join();
      }
      Thread.getAllStackTraces().keySet().stream()
          .filter(each -> each.getName().startsWith("penstock-") && each.getName().contains("file"))
          .forEach(platform::add);
    }
    if (wrong.get() != null) {
      throw new AssertionError(wrong.get());
    }
    assertEquals(Set.of(), platform, "no thread of the device waited for the disk");
  }

  @Test
  @Rule("BIO-7")
  void whatAThreadSubmitsBehindAPlugIsBegunWhenItPullsIt() throws Exception {
    int files = 8;
    CountDownLatch done = new CountDownLatch(files);
    List<HostDevice> devices = new ArrayList<>();
    try (IoArena arena = IoArena.ofShared()) {
      Plug.begin();
      try {
        for (int i = 0; i < files; i++) {
          HostDevice device = open();
          devices.add(device);
          DirectIo.submit(
              DirectIo.newRequest(),
              Direction.READ,
              TestFiles.file(device, PAGES * PAGE),
              IoVector.of(arena.allocate(PAGE, PAGE)),
              (long) i * PAGE,
              IoFlags.NONE,
              (request, bytes, error) -> done.countDown());
        }
      } finally {
        Plug.end();
      }
      done.await();
      for (HostDevice each : devices) {
        each.close();
      }
    }
  }

  /** Inside a plug a thread waits through the engine only, which pulls it first. */
  @Test
  void aBlockingReadBehindAPlugDoesNotWaitForItself() throws Exception {
    try (HostDevice device = open();
        BlockFile file = TestFiles.file(device, PAGES * PAGE);
        IoArena arena = IoArena.ofShared()) {
      IoVector memory = IoVector.of(arena.allocate(PAGE, PAGE));
      FutureTask<Long> virtual =
          new FutureTask<>(
              () -> {
                Plug.begin();
                try {
                  return DirectIo.read(file, memory, 0);
                } finally {
                  Plug.end();
                }
              });
      Thread.ofVirtual().name("virtual").start(virtual);
      assertEquals(PAGE, virtual.get());
    }
  }

  @Test
  @Rule("WALK-5")
  void aReadInTheRingEndsWithTheFileToTheByte() throws IOException {
    Files.write(path, new byte[5000]);
    try (HostDevice device = open();
        IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(PAGE, PAGE).fill((byte) 9);
      int block = device.limits().logicalBlock();
      long last = 5000 / block * block;
      SentBio.read(device, last, memory.asSlice(0, block)).submit().succeeds();
      for (int i = 0; i < block; i++) {
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, i));
      }
      SentBio beyond = SentBio.read(device, last, memory).submit();
      assertTrue(
          beyond.fails(Errno.EIO).getMessage().contains("the file ends at byte 5000"),
          "blocks wholly beyond the end were never there");
    }
  }

  @Test
  @Rule("MEM-4")
  void theLoopForgetsMemoryBeforeItIsFreed() throws IOException {
    try (HostDevice device = open()) {
      for (int i = 0; i < 200; i++) {
        // the same addresses again and again: a stale registration would fill the old pages
        try (IoArena arena = IoArena.ofShared()) {
          MemorySegment memory = arena.allocate(PAGE, PAGE).fill((byte) -1);
          SentBio.read(device, (long) (i % PAGES) * PAGE, memory).submit().succeeds();
          assertEquals((byte) (i % PAGES), memory.get(ValueLayout.JAVA_BYTE, PAGE - 1));
        }
      }
    }
  }

  /** The calls are made by the ring: no thread of the device is begun for them. */
  @Test
  void virtualThreadsSyncAndAllocateInTheRing() throws Exception {
    try (HostDevice device = open()) {
      FutureTask<Boolean> virtual =
          new FutureTask<>(
              () -> {
                device.flush();
                device.flushAll();
                boolean allocated = device.preallocate(PAGES * PAGE, 16 * PAGE);
                boolean cleared = device.clear(0, PAGE);
                return allocated && cleared;
              });
      Thread.ofVirtual().name("virtual").start(virtual);
      assertTrue(virtual.get());
      String ours = "penstock-pread-1 " + path;
      assertTrue(
          Thread.getAllStackTraces().keySet().stream().noneMatch(t -> t.getName().equals(ours)));
      assertEquals(PAGES * PAGE, device.length());
      try (IoArena arena = IoArena.ofShared()) {
        MemorySegment memory = arena.allocate(PAGE, PAGE).fill((byte) 1);
        SentBio.read(device, 0, memory).submit().succeeds();
        assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 0));
      }
    }
  }

  @Test
  void memoryThatOthersMayCloseIsReadByAThread() throws Exception {
    try (HostDevice device = open();
        Arena shared = Arena.ofShared()) {
      FutureTask<@Nullable Thread> virtual =
          new FutureTask<>(
              () -> {
                SentBio sent =
                    SentBio.read(device, 0).borrowed(shared.allocate(PAGE, PAGE)).synchronous();
                sent.submit().succeeds();
                return sent.completedBy();
              });
      Thread.ofVirtual().name("virtual").start(virtual);
      assertFalse(isLoop(virtual.get()));
    }
  }

  @Test
  @Rule("FILE-5")
  void aHandlerOnTheLoopClosesTheDevice() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    AtomicReference<@Nullable IOException> failed = new AtomicReference<>();
    IoArena arena = IoArena.ofShared();
    HostDevice device = open();
    BlockFile file = TestFiles.file(device, PAGES * PAGE);
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.READ,
        file,
        IoVector.of(arena.allocate(PAGE, PAGE)),
        0,
        IoFlags.NONE,
        (request, bytes, error) -> {
          try {
            device.close();
            arena.close();
          } catch (IOException e) {
            failed.set(e);
          }
          closed.countDown();
        });
    closed.await();
    assertEquals(null, failed.get());
    assertFalse(arena.scope().isAlive());
    device.close();
  }

  @Test
  void aFileThatIsClosedIsNotKeptOpenByTheRing() throws Exception {
    try (HostDevice other = open()) {
      for (int i = 0; i < 600; i++) {
        // more often than the ring has places for files
        try (HostDevice device = open();
            IoArena arena = IoArena.ofShared()) {
          SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit().succeeds();
        }
      }
      assertEquals("uring", other.provider());
    }
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      assertEquals(0, descriptors.filter(this::isOurFile).count());
    }
  }

  private boolean isOurFile(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException gone) {
      return false;
    }
  }
}
