package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A ring that the test's own thread drives. */
class ConfinedRingTest {
  private static final int PAGE = 4096;
  private static final int PAGES = 64;

  @TempDir Path directory;
  private Path path;
  private IoArena arena;

  /** Ends of requests, in the order in which they were told. */
  private final List<Long> ended = new ArrayList<>();

  private @Nullable IOException failure;
  private final IoHandler note =
      (request, bytes, error) -> {
        ended.add(request.tag());
        failure = error;
      };

  @BeforeEach
  void prepare() throws IOException {
    TestRings.require();
    path = directory.resolve("file");
    byte[] content = new byte[PAGES * PAGE];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i / PAGE);
    }
    Files.write(path, content);
    arena = IoArena.ofShared();
  }

  private static ConfinedRing loop(int depth) throws IOException {
    return (ConfinedRing) new UringProvider().newLoop(depth);
  }

  private IoVector page() {
    return IoVector.of(arena.allocate(PAGE, PAGE));
  }

  private IoRequest read(BlockFile file, IoVector memory, long tag) throws IOException {
    IoRequest request = DirectIo.newRequest().tag(tag);
    DirectIo.submit(request, Direction.READ, file, memory, tag % PAGES * PAGE, IoFlags.NONE, note);
    return request;
  }

  @Test
  void nothingBeginsBeforeThePollAndAllOfItThen() throws IOException {
    try (ConfinedRing loop = loop(8);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      List<IoVector> memory = List.of(page(), page(), page());
      for (int i = 0; i < 3; i++) {
        read(file, memory.get(i), i + 5);
      }
      assertEquals(3, loop.inFlight());
      assertTrue(ended.isEmpty(), "handlers run in poll and await only");
      assertEquals(3, loop.await(3, Long.MAX_VALUE));
      assertEquals(List.of(5L, 6L, 7L), ended.stream().sorted().toList());
      for (int i = 0; i < 3; i++) {
        assertEquals(
            i + 5, memory.get(i).segment(0).get(ValueLayout.JAVA_BYTE, PAGE - 1), "page " + i);
      }
      assertEquals(0, loop.inFlight());
      assertEquals(0, loop.await(1, Long.MAX_VALUE), "with nothing in flight it returns");
    }
    arena.close();
  }

  @Test
  void moreThanTheRingHoldsWaitBeforeItInOrder() throws IOException {
    int count = 100;
    try (ConfinedRing loop = loop(2);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      for (int i = 0; i < count; i++) {
        read(file, page(), i);
      }
      assertEquals(count, loop.inFlight());
      assertEquals(count, loop.await(count, Long.MAX_VALUE));
      assertEquals(count, ended.size());
    }
    arena.close();
  }

  @Test
  @Rule("ADM-12")
  void noWaitIsRefusedWhereItWouldWaitForTheRing() throws IOException {
    try (ConfinedRing loop = loop(1);
        HostDevice device = loop.open(path, OpenMode.READ)) {
      SentBio first = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      SentBio second = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).noWait().submit();
      BlockIoException full = second.fails(Errno.EAGAIN);
      assertTrue(
          full.getMessage().contains("all 1 places of the ring are taken"), full::getMessage);
      loop.await();
      first.succeeds();
    }
    arena.close();
  }

  @Test
  @Rule("CMP-10")
  void handlersSubmitTheNextRequest() throws IOException {
    int[] left = {50};
    try (ConfinedRing loop = loop(4);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      IoVector memory = page();
      IoHandler again =
          new IoHandler() {
            @Override
            public void completed(IoRequest request, long bytes, @Nullable IOException error) {
              assertEquals(PAGE, bytes);
              if (--left[0] > 0) {
                try {
                  DirectIo.submit(request, Direction.READ, file, memory, 0, IoFlags.NONE, this);
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }
            }
          };
      DirectIo.submit(DirectIo.newRequest(), Direction.READ, file, memory, 0, IoFlags.NONE, again);
      while (loop.inFlight() > 0) {
        loop.await();
      }
    }
    assertEquals(0, left[0]);
    arena.close();
  }

  @Test
  @Rule("MEM-4")
  void memoryOfAnArenaIsKnownToTheRingUntilTheArenaIsClosed() throws IOException {
    try (ConfinedRing loop = loop(4);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      read(file, page(), 0);
      read(file, page(), 1);
      loop.await(2, Long.MAX_VALUE);
      assertEquals(1, loop.loop().knownRegions(), "small allocations share a region");
      MemorySegment large = arena.allocate(1 << 20, PAGE);
      read(file, IoVector.of(large.asSlice(8 * PAGE, PAGE)), 2);
      loop.await();
      assertEquals(2, loop.loop().knownRegions());
      arena.close();
      assertEquals(0, loop.loop().knownRegions());
      assertFalse(large.scope().isAlive());

      IoVector plain = IoVector.of(ByteBuffer.allocateDirect(2 * PAGE).alignedSlice(PAGE));
      IoVector one = IoVector.of(plain.segment(0).asSlice(0, PAGE));
      read(file, one, 3);
      loop.await();
      assertEquals(3, one.segment(0).get(ValueLayout.JAVA_BYTE, 0));
      assertEquals(0, loop.loop().knownRegions(), "what the collector frees is not registered");
    }
  }

  @Test
  @Rule("MEM-4")
  void anArenaClosedByAnotherThreadIsFreedWhenTheLoopIsPolledNext() throws Exception {
    try (ConfinedRing loop = loop(4);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      read(file, page(), 0);
      loop.await();
      FutureTask<Void> closing =
          new FutureTask<>(
              () -> {
                arena.close();
                return null;
              });
      Thread.ofPlatform().name("closer").start(closing);
      closing.get();
      assertEquals(1, loop.loop().knownRegions(), "the ring's own thread has to forget it");
      assertTrue(arena.scope().isAlive(), "and nothing is freed before");
      assertFalse(arena.acquire(), "but no operation begins on it any more");
      loop.poll();
      assertEquals(0, loop.loop().knownRegions());
      assertFalse(arena.scope().isAlive());
    }
  }

  @Test
  void anArenaOutlivesTheRing() throws IOException {
    try (ConfinedRing loop = loop(4);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      read(file, page(), 0);
      loop.await();
    }
    arena.close();
    assertFalse(arena.scope().isAlive());
  }

  @Test
  void aWakeUpEndsTheWait() throws Exception {
    try (ConfinedRing loop = loop(1)) {
      Thread waker = Thread.ofPlatform().name("waker").start(loop::wakeUp);
      assertEquals(0, loop.park(Long.MAX_VALUE));
      waker.join();
      loop.wakeUp();
      assertEquals(0, loop.park(Long.MAX_VALUE), "also one that came before");
      assertEquals(0, loop.park(1_000_000), "and the time does");
    }
    arena.close();
  }

  @Test
  void anotherThreadSubmitsAndIsServed() throws Exception {
    try (ConfinedRing loop = loop(4);
        HostDevice device = loop.open(path, OpenMode.READ)) {
      SentBio sent = SentBio.read(device, 7 * PAGE, arena.allocate(PAGE, PAGE));
      Thread other = Thread.ofPlatform().name("other").start(sent::submit);
      while (!sent.isDone()) {
        loop.park(Long.MAX_VALUE);
      }
      sent.succeeds();
      assertSame(Thread.currentThread(), sent.completedBy());
      other.join();
    }
    arena.close();
  }

  @Test
  void onlyItsThreadDrivesIt() throws Exception {
    try (ConfinedRing loop = loop(1)) {
      FutureTask<Integer> foreign = new FutureTask<>(loop::poll);
      Thread.ofPlatform().name("foreign").start(foreign);
      assertTrue(
          assertThrows(Exception.class, foreign::get).getCause() instanceof WrongThreadException);
    }
    FutureTask<ConfinedLoop> virtual = new FutureTask<>(() -> new UringProvider().newLoop(1));
    Thread.ofVirtual().name("virtual").start(virtual);
    assertTrue(
        assertThrows(Exception.class, virtual::get)
            .getMessage()
            .contains("use a platform thread, or the shared device"));
    arena.close();
  }

  @Test
  @Rule("FILE-5")
  void whatComesAfterTheCloseIsToldSo() throws IOException {
    ConfinedRing loop = loop(1);
    HostDevice device = loop.open(path, OpenMode.READ);
    device.close();
    device.close();
    assertNotNull(SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit().await());
    HostDevice left = loop.open(path, OpenMode.READ);
    loop.close();
    loop.close();
    SentBio.read(left, 0, arena.allocate(PAGE, PAGE)).submit().succeeds();
    left.close();
    assertThrows(IllegalStateException.class, loop::poll);
    arena.close();
  }

  @Test
  void aThreadOfTheKernelTakesSubmissions() throws IOException {
    RingOptions options = RingOptions.ofDepth(8).withKernelThread(10);
    try (ConfinedLoop loop = new UringProvider().newLoop(options);
        HostDevice device = loop.open(path, OpenMode.READ);
        BlockFile file = TestFiles.file(device, PAGES * PAGE)) {
      for (int i = 0; i < 40; i++) {
        read(file, page(), i);
      }
      assertEquals(40, loop.await(40, Long.MAX_VALUE));
      assertEquals(null, failure);
    }
    arena.close();
  }

  @Test
  void polledCompletionsComeOrTheDeviceSaysThatItHasNone() throws IOException {
    RingOptions options = RingOptions.ofDepth(8).withPolling();
    try (ConfinedLoop loop = new UringProvider().newLoop(options);
        HostDevice device = loop.open(path, OpenMode.READ)) {
      SentBio sent = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      loop.await();
      IOException error = sent.await();
      if (error != null) {
        assertEquals(Errno.EOPNOTSUPP.number(), ((BlockIoException) error).errno());
      }
    }
    arena.close();
  }

  @AfterEach
  void nothingIsLost() {
    assertEquals(0, LostMemory.count() - RingFaultsTest.LOST_ON_PURPOSE.get());
  }
}
