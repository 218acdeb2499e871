package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.linux.abi.ErrnoCapture;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What rings do in real life: calls that are interrupted, refused, or fail for good. */
class RingFaultsTest {
  /** Segments of memory that these tests leave to the kernel for ever. */
  static final AtomicInteger LOST_ON_PURPOSE = new AtomicInteger();

  private static final int PAGE = 4096;

  @TempDir Path directory;
  private Path path;
  private final StubbornGate gate = new StubbornGate();

  /** Fails calls with the errors it was given, one each, before it lets one through. */
  private static final class StubbornGate implements RingGate {
    private final Queue<Integer> errors = new ArrayDeque<>();
    private final List<Integer> given = new ArrayList<>();
    private boolean broken;

    @Override
    public long enter(
        ErrnoCapture capture,
        int ring,
        int submit,
        int complete,
        int flags,
        long argument,
        long argumentBytes) {
      if (broken) {
        return -io.penstock.linux.abi.Errno.EBADF;
      }
      given.add(submit);
      Integer error = errors.poll();
      return error != null
          ? -error
          : RingGate.KERNEL.enter(capture, ring, submit, complete, flags, argument, argumentBytes);
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    TestRings.require();
    path = directory.resolve("file");
    Files.write(path, new byte[16 * PAGE]);
  }

  private RingLoop loop(int depth) throws Exception {
    return RingLoop.open(RingOptions.ofDepth(depth), gate, false);
  }

  private UringDevice device(RingLoop loop) throws IOException {
    return UringDevice.of(
        HostOpener.open(path, OpenMode.READ_WRITE), loop, false, OpenMode.READ_WRITE, () -> {});
  }

  /**
   * Until it is done. A read that nobody gives up gets its bytes at last, and is seen to succeed.
   */
  private void drive(RingLoop loop, SentBio until) throws IOException {
    long patience = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!until.isDone()) {
      loop.turn(1, Duration.ofMillis(100).toNanos());
      if (System.nanoTime() - patience > 0 && Files.exists(directory.resolve("pipe"))) {
        Files.write(directory.resolve("pipe"), new byte[PAGE]);
      }
    }
  }

  @Test
  void callsThatAreInterruptedOrRefusedForNowAreMadeAgain() throws Exception {
    try (RingLoop loop = loop(4);
        UringDevice device = device(loop);
        IoArena arena = IoArena.ofShared()) {
      gate.errors.addAll(
          List.of(
              io.penstock.linux.abi.Errno.EINTR,
              io.penstock.linux.abi.Errno.EAGAIN,
              io.penstock.linux.abi.Errno.EBUSY,
              io.penstock.linux.abi.Errno.EINTR));
      SentBio sent = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      drive(loop, sent);
      sent.succeeds();
      assertTrue(gate.errors.isEmpty());
    }
  }

  @Test
  @Rule("MEM-4")
  void aRingThatDiesEndsEverythingOnceAndKeepsItsMemory() throws Exception {
    IoArena arena = IoArena.ofShared();
    RingLoop loop = loop(2);
    try (UringDevice device = device(loop)) {
      List<SentBio> sent = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        sent.add(SentBio.read(device, i * PAGE, arena.allocate(PAGE, PAGE)).submit());
      }
      gate.broken = true;
      loop.turn(1, Ring.FOREVER);
      LOST_ON_PURPOSE.addAndGet(2);
      for (SentBio each : sent) {
        assertTrue(each.isDone());
        assertTrue(
            each.fails(Errno.EIO).getMessage().contains("its ring has failed"),
            "told with its cause");
      }
      assertEquals(0, loop.inFlight());

      SentBio later = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      later.succeeds();
      assertTrue(later.completedBy().getName().startsWith("penstock-"), "threads go on instead");
    }
    loop.close();
    IllegalStateException held = assertThrows(IllegalStateException.class, arena::close);
    assertTrue(held.getMessage().startsWith("2 I/O operations"), held::getMessage);
  }

  @Test
  @Rule("BIO-7")
  void whatHandlersBeginIsGivenToTheKernelAFewAtATime() throws Exception {
    int[] again = {16};
    try (RingLoop loop = loop(32);
        UringDevice device = device(loop);
        BlockFile file = TestFiles.file(device, 16 * PAGE);
        IoArena arena = IoArena.ofShared()) {
      IoVector memory = IoVector.of(arena.allocate(PAGE, PAGE));
      loop.turn(0, 0);
      gate.given.clear();
      IoHandler handler =
          new IoHandler() {
            @Override
            public void completed(IoRequest request, long bytes, @Nullable IOException error) {
              if (again[0]-- > 0) {
                submit(request, file, memory, this);
              }
            }
          };
      for (int i = 0; i < 16; i++) {
        submit(DirectIo.newRequest(), file, memory, handler);
      }
      loop.turn(16, Ring.FOREVER);
      List<Integer> given = List.copyOf(gate.given);
      while (loop.inFlight() > 0) {
        loop.turn(1, Ring.FOREVER); // before anything fails: the file's close waits for them
      }
      assertEquals(List.of(16, 4, 4, 4, 4), given);
    }
  }

  private static void submit(IoRequest request, BlockFile file, IoVector memory, IoHandler told) {
    try {
      DirectIo.submit(request, Direction.READ, file, memory, 0, IoFlags.NONE, told);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Rule("CMP-11")
  void aCancelThatComesTooLateHitsNobody() throws Exception {
    try (RingLoop loop = loop(2);
        UringDevice device = device(loop);
        IoArena arena = IoArena.ofShared()) {
      SentBio first = SentBio.read(device, 0, arena.allocate(PAGE, PAGE));
      long generation = first.bio().generation();
      first.submit();
      device.cancel(first.bio(), generation + 1);
      drive(loop, first);
      first.succeeds();
      device.cancel(first.bio(), generation);
      loop.turn(0, 0);
    }
  }

  @Test
  @Rule("CMP-11")
  void whatWaitsBeforeTheRingIsCancelledAtOnce() throws Exception {
    try (RingLoop loop = loop(1);
        UringDevice device = device(loop);
        IoArena arena = IoArena.ofShared()) {
      SentBio first = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      SentBio second = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      device.cancel(second.bio(), second.bio().generation());
      second.fails(Errno.ECANCELED);
      drive(loop, first);
      first.succeeds();
      assertEquals(0, loop.inFlight());
    }
  }

  /** A file of which a read waits until somebody writes. */
  private UringDevice pipe(RingLoop loop) throws Exception {
    Path pipe = directory.resolve("pipe");
    assumeTrue(
        new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0, "skipped: no mkfifo");
    int fd = (int) NameCalls.open(pipe, OpenFlags.O_RDWR, 0);
    HostAlignment any = new HostAlignment(1, 1, 1, 0, 0, "a pipe");
    HostFile file =
        new HostFile(
            "pipe", new Descriptor(fd, "pipe"), false, true, any, pipe, -1, Optional.empty());
    return UringDevice.of(file, loop, false, OpenMode.READ_WRITE, () -> {});
  }

  @Test
  @Rule("CMP-11")
  void aCancelReachesWhatIsInTheRing() throws Exception {
    try (RingLoop loop = loop(2);
        UringDevice device = pipe(loop);
        IoArena arena = IoArena.ofShared()) {
      SentBio read = SentBio.read(device, 0, arena.allocate(PAGE, PAGE)).submit();
      loop.turn(0, 0);
      device.cancel(read.bio(), read.bio().generation());
      drive(loop, read);
      read.fails(Errno.ECANCELED);
    }
  }

  @Test
  @Rule("CMP-11")
  void theKernelGivesUpInTheRingWhenTheTimeHasPassed() throws Exception {
    try (RingLoop loop = loop(2);
        UringDevice device = pipe(loop);
        IoArena arena = IoArena.ofShared()) {
      SentBio read = SentBio.read(device, 0, arena.allocate(PAGE, PAGE));
      read.within(Duration.ofMillis(5)).submit();
      drive(loop, read);
      assertTrue(read.fails(Errno.ETIMEDOUT).getMessage().contains("its time has passed"));
    }
  }

  @Test
  @Rule("CMP-11")
  void aTimeThatDoesNotPassChangesNothing() throws Exception {
    try (RingLoop loop = loop(2);
        UringDevice device = device(loop);
        IoArena arena = IoArena.ofShared()) {
      List<SentBio> reads = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        SentBio read = SentBio.read(device, i % 16 * PAGE, arena.allocate(PAGE, PAGE));
        reads.add((i % 3 == 0 ? read : read.within(Duration.ofHours(1))).submit());
      }
      for (SentBio each : reads) {
        drive(loop, each);
        each.succeeds();
      }
      assertEquals(0, loop.inFlight());
    }
  }
}
