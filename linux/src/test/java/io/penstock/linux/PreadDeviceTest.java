package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Regular files on a disk: what a device promises beyond the contract of all devices. */
class PreadDeviceTest {
  private static final int PAGE = 4096;

  @TempDir Path directory;
  private Path path;
  private IoArena arena;

  @BeforeEach
  void prepare() {
    path = directory.resolve("file");
    arena = IoArena.ofShared();
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private MemorySegment page() {
    return arena.allocate(PAGE, PAGE);
  }

  // --- the end of the file ---

  @Test
  @Rule("FILE-1")
  void aWriteBeyondTheEndMakesTheFileLonger() throws IOException {
    try (HostDevice device = TestFiles.create(path)) {
      assertEquals(Long.MAX_VALUE, device.size());
      assertEquals(0, device.length());
      SentBio.write(device, 3 * PAGE, page().fill((byte) 'w')).submit().succeeds();
      assertEquals(4 * PAGE, device.length());
      device.setLength(3 * PAGE + 10);
    }
    byte[] content = Files.readAllBytes(path);
    assertEquals(3 * PAGE + 10, content.length);
    assertEquals(0, content[3 * PAGE - 1]);
    assertEquals('w', content[3 * PAGE + 9]);
  }

  @Test
  @Rule("WALK-5")
  void theLastPartialBlockIsReadLikeAnyOther() throws IOException {
    try (HostDevice device = TestFiles.create(path, PAGE + 100, 'c')) {
      int block = device.limits().logicalBlock();
      MemorySegment memory = page().fill((byte) 'm');
      SentBio.read(device, PAGE, memory.asSlice(0, block)).submit().succeeds();
      for (int i = 0; i < PAGE; i++) {
        int expected = i < 100 ? 'c' : i < block ? 0 : 'm';
        assertEquals(expected, memory.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
      }
    }
  }

  @Test
  void aFileCutByAnotherIsAnErrorAndNotZeros() throws IOException {
    try (HostDevice device = TestFiles.create(path, 4 * PAGE, 'c');
        HostDevice other = new PreadProvider().open(path, OpenMode.READ_WRITE)) {
      other.setLength(PAGE + 1);
      long beyond = 2 * PAGE;
      BlockIoException whole = SentBio.read(device, beyond, page()).submit().fails(Errno.EIO);
      assertEquals(beyond, whole.position());
      assertTrue(whole.getMessage().contains("ends at byte 4097"), whole.getMessage());
      assertTrue(whole.getMessage().contains("shorter"), whole.getMessage());
      SentBio.read(device, 0, arena.allocate(4 * PAGE, PAGE)).submit().fails(Errno.EIO);
    }
  }

  // --- memory ---

  @Test
  @Rule("MEM-4")
  void anArenaCannotBeClosedUnderACall() throws Exception {
    try (HostDevice device = TestFiles.create(path, 16 * PAGE, 'c')) {
      CountDownLatch reading = new CountDownLatch(1);
      List<Throwable> seen = new ArrayList<>();
      for (int round = 0; round < 50; round++) {
        Arena shared = Arena.ofShared();
        MemorySegment memory = shared.allocate(16 * PAGE, PAGE);
        Thread closer =
            Thread.ofPlatform()
                .name("closes-memory")
                .start(
                    () -> {
                      try {
                        reading.await();
                        closeAtLast(shared);
                      } catch (InterruptedException e) {
                        seen.add(e);
                      }
                    });
        reading.countDown();
        IOException failure;
        do {
          failure = SentBio.read(device, 0).borrowed(memory).synchronous().submit().await();
        } while (failure == null);
        assertEquals(
            Errno.EFAULT.number(), assertInstanceOf(BlockIoException.class, failure).errno());
        closer.join();
      }
      assertEquals(List.of(), seen);
    }
  }

  /** While a call holds it, an arena refuses to be closed. */
  private static void closeAtLast(Arena arena) {
    while (arena.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException held) {
        Thread.onSpinWait();
      }
    }
  }

  // --- durability ---

  @Test
  @Rule("BIO-9")
  void forcedUnitAccessAndFlushReachTheFile() throws IOException {
    HostFile file = HostOpener.open(path, OpenMode.CREATE_NEW);
    BioTransfer transfer =
        new BioTransfer("file", new DescriptorCalls(file.descriptor().fd()), PAGE, PAGE, false);
    try (HostDevice device =
        new PreadDevice(file, new DescriptorCalls(file.descriptor().fd()), 1)) {
      SentBio durable = SentBio.write(device, 0, page().fill((byte) 'd')).forcedUnitAccess();
      assertNull(transfer.run(durable.ready()), "RWF_DSYNC with O_DIRECT");
      SentBio.write(device, PAGE, page().fill((byte) 'f')).submit().succeeds();
      device.flush();
    }
    byte[] content = Files.readAllBytes(path);
    assertEquals('d', content[PAGE - 1]);
    assertEquals('f', content[PAGE]);
  }

  // --- no waiting ---

  @Test
  @Rule("ADM-12")
  void noWaitReadsWhatIsThere() throws IOException {
    try (HostDevice device = TestFiles.create(path, PAGE, 'c')) {
      MemorySegment memory = page();
      SentBio.read(device, 0, memory).noWait().synchronous().submit().succeeds();
      SentBio.read(device, 0, memory).noWait().submit().succeeds();
      assertEquals('c', memory.get(ValueLayout.JAVA_BYTE, PAGE - 1));
    }
  }

  @Test
  @Rule("ADM-12")
  void noWaitDoesNotAllocateAndEndsWithEagain() throws IOException {
    try (HostDevice device = TestFiles.create(path)) {
      SentBio sent = SentBio.write(device, 1 << 20, page()).noWait().synchronous().submit();
      // A file system that allocates without waiting may just do it (tmpfs as /tmp).
      IOException failure = sent.await();
      if (failure != null) {
        assertEquals(
            Errno.EAGAIN.number(), assertInstanceOf(BlockIoException.class, failure).errno());
        assertEquals(0, device.length(), "nothing was changed");
      }
    }
  }

  // --- the file as a whole ---

  @Test
  @Rule("FILE-1")
  void spaceIsSetAsideAndGivenBack() throws IOException {
    try (HostDevice device = TestFiles.create(path, 64 * PAGE, 'c')) {
      assertTrue(device.preallocate(0, 256 * PAGE));
      assertEquals(64 * PAGE, device.length(), "the length stays");
      assertTrue(device.clear(16 * PAGE, 16 * PAGE));
      MemorySegment memory = page();
      SentBio.read(device, 31 * PAGE, memory).submit().succeeds();
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, PAGE - 1));
      SentBio.read(device, 32 * PAGE, memory).submit().succeeds();
      assertEquals('c', memory.get(ValueLayout.JAVA_BYTE, 0));

      assertTrue(device.knowsHoles());
      assertEquals(0, device.nextData(0));
      assertEquals(16 * PAGE, device.nextHole(0));
      assertEquals(32 * PAGE, device.nextData(16 * PAGE));
      assertEquals(64 * PAGE, device.nextHole(40 * PAGE), "the end counts as a hole");
      assertEquals(-1, device.nextData(64 * PAGE));
      assertEquals(-1, device.nextHole(64 * PAGE));
    }
  }

  @Test
  @Rule("FILE-6")
  void identityIsTheFilesWhateverItsName() throws IOException {
    Files.createFile(path);
    Path link = Files.createLink(directory.resolve("link"), path);
    Path other = Files.createFile(directory.resolve("other"));
    PreadProvider provider = new PreadProvider();
    try (HostDevice one = provider.open(path, OpenMode.READ);
        HostDevice same = provider.open(link, OpenMode.READ);
        HostDevice another = provider.open(other, OpenMode.READ)) {
      assertEquals(one.identity(), same.identity());
      assertEquals(one.identity().hashCode(), same.identity().hashCode());
      assertNotEquals(one.identity(), another.identity());
    }
  }

  @Test
  void errorsOfTheFileNameItAndKeepTheNumber() throws IOException {
    Files.createFile(path);
    try (HostDevice device = new PreadProvider().open(path, OpenMode.READ)) {
      BlockIoException failure = assertThrows(BlockIoException.class, () -> device.setLength(1));
      assertEquals(Errno.EINVAL.number(), failure.errno());
      assertEquals(path.toString(), failure.subject());
      SentBio.write(device, 0, page()).submit().fails(Errno.EBADF);
    }
  }

  // --- threads, cancelling, closing ---

  @Test
  void anAsynchronousBioIsNotRunByItsSubmitter() throws IOException {
    try (HostDevice device = TestFiles.create(path, PAGE, 'c')) {
      SentBio read = SentBio.read(device, 0, page()).submit();
      read.succeeds();
      assertTrue(read.completedBy().getName().startsWith("penstock-pread-1 "));
      assertTrue(read.completedBy().isDaemon());
      SentBio waited = SentBio.read(device, 0, page()).synchronous().submit();
      assertTrue(waited.isDone());
      assertSame(Thread.currentThread(), waited.completedBy());
    }
  }

  @Test
  @Rule("CMP-11")
  void aBioCancelledBeforeItBeginsIsNotCarriedOut() throws IOException {
    try (HostDevice device = TestFiles.create(path, PAGE, 'c')) {
      SentBio write = SentBio.write(device, 0, page()).synchronous();
      write.bio().requestCancel(write.bio().generation());
      write.submit().fails(Errno.ECANCELED);
    }
    assertEquals('c', Files.readAllBytes(path)[0]);
  }

  @Test
  @Rule("FILE-5")
  void whatComesAfterCloseEndsAsClosed() throws IOException {
    HostDevice device = TestFiles.create(path, PAGE, 'c');
    device.close();
    device.close();
    SentBio late = SentBio.read(device, 0, page()).submit();
    assertInstanceOf(ClosedFileException.class, late.await());
    SentBio lateAndSynchronous = SentBio.read(device, 0, page()).synchronous().submit();
    assertInstanceOf(ClosedFileException.class, lateAndSynchronous.await());
    assertThrows(ClosedFileException.class, device::flush);
    assertThrows(ClosedFileException.class, device::length);
    assertThrows(ClosedFileException.class, () -> device.setLength(1));
    assertTrue(device.toString().endsWith("closed"));
  }

  @Test
  @Rule("FILE-5")
  void closeCutsNothingOff() throws IOException {
    for (int round = 0; round < 20; round++) {
      HostDevice device =
          new PreadProvider()
              .open(
                  path, OpenMode.READ_WRITE.withCreation(OpenMode.Creation.IF_ABSENT).withDepth(2));
      List<SentBio> writes = new ArrayList<>();
      MemorySegment memory = page().fill((byte) ('a' + round));
      for (int i = 0; i < 32; i++) {
        writes.add(SentBio.write(device, (long) i * PAGE, memory).submit());
      }
      device.close();
      for (SentBio write : writes) {
        write.succeeds();
      }
      byte[] content = Files.readAllBytes(path);
      assertEquals(32 * PAGE, content.length);
      byte[] expected = new byte[32 * PAGE];
      Arrays.fill(expected, (byte) ('a' + round));
      assertArrayEquals(expected, content);
    }
  }

  @Test
  @Rule("CMP-10")
  void whoeverIsToldOfTheEndMayCloseTheDevice() throws IOException {
    HostDevice device = TestFiles.create(path, PAGE, 'c');
    CountDownLatch closed = new CountDownLatch(1);
    List<Throwable> thrown = new ArrayList<>();
    Bio bio =
        new Bio(
            (done, failure) -> {
              done.release();
              try {
                device.close();
              } catch (IOException e) {
                thrown.add(e);
              }
              closed.countDown();
            });
    bio.begin(Direction.READ, device, 0, 0);
    bio.add(page(), 0, PAGE, false, PAGE);
    bio.markInFlight();
    device.submit(bio);
    await(closed);
    assertEquals(List.of(), thrown);
    assertFalse(isOpenHere(path), "the descriptor is closed");
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Whether this process has a descriptor of the file. */
  private static boolean isOpenHere(Path path) throws IOException {
    try (var descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors.anyMatch(
          each -> {
            try {
              return Files.readSymbolicLink(each).equals(path);
            } catch (IOException gone) {
              return false;
            }
          });
    }
  }
}
