package io.penstock.file;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.FileLockInterruptionException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Locks while another process holds one that is in the way. */
@Rule("FILE-5")
class ChannelLocksTest {
  @TempDir private Path directory;

  /** The other process: locks the first ten bytes of a file until it is told to end. */
  static final class Other {
    private Other() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel = DirectFileChannel.open(Path.of(arguments[0]), READ, WRITE);
          FileLock lock = channel.lock(0, 10, false)) {
        System.out.write(lock.isValid() ? 1 : 0);
        System.out.flush();
        int end = System.in.read();
        System.exit(end);
      }
    }
  }

  private static Process other(Path path) throws IOException {
    String classes =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    Process other =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                classes,
                Other.class.getName(),
                path.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(1, other.getInputStream().read(), "the other process must hold its lock");
    return other;
  }

  @Test
  void aLockOfAnotherProcessIsWaitedForUntilAnInterruptACloseOrItsEnd() throws Exception {
    Path path = directory.resolve("file");
    try (FileChannel channel = DirectFileChannel.open(path, READ, WRITE, CREATE);
        FileChannel second = DirectFileChannel.open(path, READ, WRITE)) {
      Process other = other(path);
      try {
        assertNull(channel.tryLock(5, 1, true));
        FileLock beside = channel.tryLock(10, 5, false);
        assertNotNull(beside);
        interruptedWhileWaiting(channel);
        assertTrue(channel.isOpen());
        assertTrue(beside.isValid());
        closedWhileWaiting(path);
        FutureTask<FileLock> waiting = new FutureTask<>(() -> channel.lock(0, 5, false));
        awaitWaiting(Thread.ofPlatform().name("locker").start(waiting));
        assertThrows(OverlappingFileLockException.class, () -> second.lock(4, 5, false));
        other.getOutputStream().write(0);
        other.getOutputStream().flush();
        assertTrue(waiting.get().isValid());
        assertEquals(0, other.waitFor());
      } finally {
        other.destroy();
      }
    }
  }

  private static void interruptedWhileWaiting(FileChannel channel) throws Exception {
    Thread me = Thread.currentThread();
    Thread waker = waker(me, me::interrupt);
    assertThrows(FileLockInterruptionException.class, () -> channel.lock(0, 5, false));
    assertTrue(Thread.interrupted(), "the interrupt must be kept");
    waker.join();
  }

  private static void closedWhileWaiting(Path path) throws Exception {
    FileChannel channel = DirectFileChannel.open(path, READ, WRITE);
    Thread waker =
        waker(
            Thread.currentThread(),
            () -> {
              try {
                channel.close();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    assertThrows(AsynchronousCloseException.class, () -> channel.lock(0, 5, false));
    waker.join();
  }

  /** Acts when a thread waits for a lock. */
  private static Thread waker(Thread waiting, Runnable action) {
    return Thread.ofPlatform()
        .name("waker")
        .start(
            () -> {
              awaitWaiting(waiting);
              action.run();
            });
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }
}
