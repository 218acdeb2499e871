package io.penstock.file;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a direct channel promises beyond the contract of every file channel. */
class DirectFileChannelTest {
  private static final int PAGE = 4096;
  private static final int OPERATIONS = 300;
  private static final int ROUNDS = 4;

  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  private DirectFileChannel on(String engine) throws IOException {
    return DirectFileChannel.of(OpenFile.on(engine, path()));
  }

  @Test
  void opensTheBestEngineThereIs() throws IOException {
    Set<StandardOpenOption> options = Set.of(READ, WRITE, CREATE);
    try (FileChannel channel = DirectFileChannel.open(path(), options)) {
      DirectFile file = assertInstanceOf(DirectFileChannel.class, channel).file();
      assertTrue(file.isDirect());
      assertTrue(channel.toString().contains(path().toString()), channel::toString);
    }
    assertThrows(
        UnsupportedOperationException.class,
        () ->
            DirectFileChannel.open(
                path(),
                options,
                PosixFilePermissions.asFileAttribute(
                    PosixFilePermissions.fromString("rw-------"))));
  }

  @Test
  void namesFailuresOfOpeningAsTheJdkDoesAndKeepsTheirCause() {
    NoSuchFileException missing =
        assertThrows(NoSuchFileException.class, () -> DirectFileChannel.open(path(), READ));
    assertTrue(assertInstanceOf(BlockIoException.class, missing.getCause()).is(Errno.ENOENT));
  }

  @EachEngine
  void positionsThatNoFileReachesAreBeyondItsEnd(String engine) throws IOException {
    try (FileChannel channel = on(engine)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(PAGE);
      assertEquals(-1, channel.read(buffer, Long.MAX_VALUE));
      assertEquals(-1, channel.read(buffer, Long.MAX_VALUE - 100));
      channel.position(Long.MAX_VALUE - 100);
      BlockIoException tooLong = assertThrows(BlockIoException.class, () -> channel.write(buffer));
      assertTrue(tooLong.is(Errno.EFBIG), tooLong::getMessage);
      assertEquals(PAGE, buffer.remaining());
      assertEquals(Long.MAX_VALUE - 100, channel.position());
    }
  }

  @EachEngine
  @Rule("FILE-1")
  void aFailedTransferMovesNothing(String engine) throws IOException {
    try (DirectFileChannel channel =
        DirectFileChannel.of(
            OpenFile.on(
                DirectFileOptions.DEFAULT.withEngine(engine).withAlignment(AlignmentMode.STRICT),
                path()))) {
      channel.write(ByteBuffer.allocateDirect(3 * PAGE).alignedSlice(PAGE).limit(2 * PAGE));
      ByteBuffer odd = ByteBuffer.allocateDirect(PAGE + 1).limit(100);
      assertThrows(BlockIoException.class, () -> channel.write(odd));
      channel.position(3);
      assertThrows(BlockIoException.class, () -> channel.read(odd));
      assertEquals(3, channel.position());
      assertEquals(100, odd.remaining());
    }
  }

  @EachEngine
  void closingTheChannelClosesTheFileAndTheOtherWayRound(String engine) throws IOException {
    DirectFileChannel channel = on(engine);
    channel.close();
    assertTrue(channel.file().isClosed());
    DirectFileChannel other = on(engine);
    other.file().close();
    assertThrows(ClosedChannelException.class, () -> other.read(ByteBuffer.allocate(5)));
    other.close();
    assertEquals(0, SharedFile.open());
  }

  @EachEngine
  @Rule("FILE-5")
  void anInterruptDropsNoLock(String engine) throws Exception {
    assumeTrue(Files.exists(Path.of("/proc/locks")), "skipped: the host does not list its locks");
    Files.write(path(), new byte[100_000]);
    try (FileChannel channel = on(engine);
        var lock = channel.lock()) {
      assumeTrue(isListed(), "skipped: the host does not list locks of this file system");
      Thread worker = Thread.currentThread();
      Thread interrupter =
          Thread.ofPlatform()
              .name("interrupter")
              .start(
                  () -> {
                    for (int i = 0; i < 300; i++) {
                      worker.interrupt();
                      Thread.onSpinWait();
                    }
                  });
      ByteBuffer buffer = ByteBuffer.allocateDirect(100_000);
      do {
        assertEquals(100_000, channel.read(buffer.clear(), 0));
        assertEquals(100_000, channel.write(buffer.flip(), 0));
      } while (interrupter.isAlive());
      boolean _ = Thread.interrupted();
      interrupter.join();
      boolean _ = Thread.interrupted();
      assertTrue(isListed(), "the process must hold the lock still");
      assertTrue(lock.isValid());
    }
    assertFalse(isListed());
  }

  private boolean isListed() throws IOException {
    String inode = ":" + Files.getAttribute(path(), "unix:ino") + " ";
    return Files.readString(Path.of("/proc/locks")).contains(inode);
  }

  @Test
  void locksExcludeTheJdksChannelsToo() throws IOException {
    try (FileChannel channel = DirectFileChannel.open(path(), READ, WRITE, CREATE);
        FileChannel jdk = FileChannel.open(path(), READ, WRITE);
        var lock = channel.lock(0, 10, false)) {
      assertThrows(OverlappingFileLockException.class, () -> jdk.tryLock(5, 1, true));
      assertTrue(lock.isValid());
    }
  }

  @Test
  void doesNotLockAnotherFileThatHasTakenTheName() throws IOException {
    try (FileChannel channel = DirectFileChannel.open(path(), READ, WRITE, CREATE)) {
      Files.move(path(), directory.resolve("moved"));
      Files.write(path(), new byte[5]);
      BlockIoException stale = assertThrows(BlockIoException.class, channel::tryLock);
      assertTrue(stale.is(Errno.ESTALE), stale::getMessage);
    }
  }

  @Test
  void appendsThroughAFileThatIsAlsoRead() throws IOException {
    try (DirectFileChannel channel =
        DirectFileChannel.of(DirectFile.open(path(), READ, CREATE, APPEND))) {
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}));
      assertEquals(3, channel.position());
      ByteBuffer back = ByteBuffer.allocate(5);
      assertEquals(3, channel.position(0).read(back));
      channel.position(1).write(ByteBuffer.wrap(new byte[] {4}));
      assertEquals(4, channel.size());
    }
    try (FileChannel channel = DirectFileChannel.open(path(), READ)) {
      assertThrows(NonWritableChannelException.class, () -> channel.truncate(0));
    }
  }

  @EachEngine
  void anAlignedBufferThatIsUsedAgainMakesNoMoreGarbageThanTheFile(String engine)
      throws IOException {
    ByteBuffer page = ByteBuffer.allocateDirect(2 * PAGE).alignedSlice(PAGE).limit(PAGE);
    try (DirectFileChannel channel = on(engine)) {
      DirectFile file = channel.file();
      IoVector kept = IoVector.of(page);
      long byFile =
          leastGarbage(() -> file.write(kept, 0)) + leastGarbage(() -> file.read(kept, 0));
      long byChannel =
          leastGarbage(() -> channel.write(page.position(0), 0))
              + leastGarbage(() -> channel.read(page.position(0), 0));
      assertTrue(
          byChannel <= byFile + OPERATIONS,
          () -> byChannel + " bytes, and the file " + byFile + ", for " + OPERATIONS);
    }
  }

  private interface Operation {
    void run() throws IOException;
  }

  /** Of several rounds: the compiler makes some too. */
  private static long leastGarbage(Operation operation) throws IOException {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long least = Long.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < OPERATIONS; i++) {
        operation.run();
      }
      least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
    }
    return least;
  }
}
