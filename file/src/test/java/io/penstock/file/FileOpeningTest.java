package io.penstock.file;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.IoCounters;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The options of an open, and what the file then says of itself. */
class FileOpeningTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  private static DirectFileOptions on(String engine) {
    return DirectFileOptions.DEFAULT.withEngine(engine);
  }

  @EachEngine
  @Rule("FILE-1")
  void optionsMeanWhatTheyMeanToAChannel(String engine) throws IOException {
    Errno absent =
        Errno.of(
            assertThrows(BlockIoException.class, () -> DirectFile.open(path(), on(engine)))
                .errno());
    assertEquals(Errno.ENOENT, absent);
    DirectFile.open(path(), on(engine), CREATE_NEW, WRITE).close();
    Errno there =
        Errno.of(
            assertThrows(
                    BlockIoException.class,
                    () -> DirectFile.open(path(), on(engine), CREATE_NEW, WRITE))
                .errno());
    assertEquals(Errno.EEXIST, there);
    try (DirectFile file = DirectFile.open(path(), on(engine), APPEND)) {
      assertEquals(0, file.append(ByteBuffer.allocate(10)));
      assertThrows(NonWritableChannelException.class, () -> file.write(ByteBuffer.allocate(1), 0));
      assertThrows(NonReadableChannelException.class, () -> file.read(ByteBuffer.allocate(1), 0));
    }
    try (DirectFile file = DirectFile.open(path(), on(engine))) {
      assertEquals(10, file.size());
      assertThrows(NonWritableChannelException.class, () -> file.write(ByteBuffer.allocate(1), 0));
    }
    DirectFile.open(path(), on(engine), WRITE, TRUNCATE_EXISTING).close();
    assertEquals(0, Files.size(path()));
  }

  @EachEngine
  @Rule("FILE-2")
  @Rule("FILE-4")
  void aFileSaysWhatItIsAndHowItIsReached(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path())) {
      assertTrue(file.isDirect());
      assertEquals(0, file.counters().bufferedBytes());
      assertEquals("asked for", file.engineReason());
      assertTrue(file.blockBytes() >= file.alignment().unit());
      assertFalse(file.isBlockDevice());
      assertTrue(file.toString().contains(path() + " size=0 engine=" + engine), file::toString);
    }
  }

  @EachEngine
  @Rule("FILE-3")
  void strictFilesRefuseWhatIsNotAligned(String engine) throws IOException {
    DirectFileOptions strict = on(engine).withAlignment(AlignmentMode.STRICT);
    try (DirectFile file = OpenFile.on(strict, path())) {
      file.write(ByteBuffer.allocateDirect(8192).alignedSlice(4096).limit(4096), 0);
      for (int[] refused : new int[][] {{1, 4096}, {0, 100}}) {
        var failure =
            assertThrows(
                BlockIoException.class,
                () -> file.write(ByteBuffer.allocate(refused[1]), refused[0]));
        assertTrue(failure.is(Errno.EINVAL));
        assertTrue(failure.getMessage().contains("multiple of"), failure::getMessage);
      }
      assertEquals(0, file.counters().bouncedWrites());
    }
  }

  @EachEngine
  @Rule("FILE-3")
  void whatABounceCannotPromiseIsRefused(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path())) {
      IoVector memory = IoVector.of(ByteBuffer.allocate(100));
      file.write(memory, 0, IoFlags.of(IoFlag.DATA_SYNC));
      for (IoFlag flag : new IoFlag[] {IoFlag.ATOMIC, IoFlag.NOWAIT, IoFlag.OVERWRITE_ONLY}) {
        var refused =
            assertThrows(BlockIoException.class, () -> file.write(memory, 0, IoFlags.of(flag)));
        assertTrue(refused.is(Errno.EINVAL));
        assertTrue(refused.getMessage().contains(flag.name()), refused::getMessage);
      }
      var readOnly = ByteBuffer.allocate(10).asReadOnlyBuffer();
      assertThrows(BlockIoException.class, () -> file.read(IoVector.of(readOnly), 0));
    }
  }

  @Test
  @Rule("FILE-4")
  void theBufferedFallbackIsVisible() throws IOException {
    Path pseudo = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    assumeTrue(Files.isReadable(pseudo), "no file here that refuses direct I/O");
    for (String engine : EachEngine.Available.names()) {
      var refused = assertThrows(BlockIoException.class, () -> DirectFile.open(pseudo, on(engine)));
      assertTrue(refused.is(Errno.EINVAL), refused::getMessage);
      assertTrue(refused.getMessage().contains("buffered fallback"), refused::getMessage);
      try (DirectFile file = DirectFile.open(pseudo, on(engine).withBufferedFallback(true))) {
        assertFalse(file.isDirect());
        assertTrue(file.toString().contains(" buffered"), file::toString);
        assertTrue(file.counters().toString().endsWith("buffered"));
      }
    }
    IoCounters moved = new IoCounters();
    moved.add(Direction.READ, 4096, 1);
    assertEquals(8192, new FileCounters(moved, moved, false, new QueueCounters()).bufferedBytes());
    assertEquals(0, new FileCounters(moved, moved, true, new QueueCounters()).bufferedBytes());
  }

  @EachEngine
  @Rule("FILE-5")
  void descriptorsAreNotInheritedByChildProcesses(String engine) throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")), "no /proc on this system");
    assumeFalse(engine.equals("portable"), "the JDK does not mark its own descriptors");
    try (DirectFile file = OpenFile.on(engine, path())) {
      assertFalse(file.isClosed());
      assertTrue(flagsOf(path()).findAny().isPresent(), "a descriptor of the file");
      assertTrue(flagsOf(path()).allMatch(FileOpeningTest::isCloseOnExec));
    }
  }

  /** Flags, as /proc tells them, of the descriptors this process has on a file. */
  private static Stream<Integer> flagsOf(Path path) throws IOException {
    Path real = path.toRealPath();
    try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
      return descriptors
          .filter(each -> isOn(each, real))
          .map(FileOpeningTest::flags)
          .toList()
          .stream();
    }
  }

  private static boolean isOn(Path descriptor, Path path) {
    try {
      return Files.readSymbolicLink(descriptor).equals(path);
    } catch (IOException closed) {
      return false;
    }
  }

  private static int flags(Path descriptor) {
    try {
      String info =
          Files.readString(Path.of("/proc/self/fdinfo").resolve(descriptor.getFileName()));
      return Integer.parseInt(
          info.lines()
              .filter(each -> each.startsWith("flags:"))
              .findFirst()
              .orElseThrow()
              .substring(6)
              .strip(),
          8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static boolean isCloseOnExec(int flags) {
    return (flags & 02000000) != 0;
  }
}
