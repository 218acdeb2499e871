package io.penstock.file;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files behind the portable device: their end, their length, interrupts, how they are opened. */
class PortableFileTest {
  private static final int EVERYTHING = 64 << 10;

  @TempDir private Path directory;

  private Path file(int bytes) throws IOException {
    byte[] contents = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      contents[i] = (byte) (i * 31 + 1);
    }
    return Files.write(directory.resolve("file"), contents);
  }

  private static HostDevice open(Path path) throws IOException {
    return new PortableProvider().open(path, OpenMode.READ_WRITE);
  }

  private static Errno errnoOf(Path path, OpenMode mode) {
    BlockIoException refused =
        assertThrows(BlockIoException.class, () -> new PortableProvider().open(path, mode));
    return Errno.of(refused.errno());
  }

  private static byte[] read(HostDevice device, long position, int bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(bytes, 4096).fill((byte) 99);
      BlockFile file = BlockFile.builder(device, HostLayout.of(device)).size(EVERYTHING).build();
      assertEquals(bytes, DirectIo.read(file, IoVector.of(memory), position));
      return memory.toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @Test
  void fillsWithZerosWhatLiesBeyondTheEnd() throws IOException {
    for (int size : new int[] {0, 1, 511, 4095, 4096, 4097, 10_000}) {
      Path path = file(size);
      try (HostDevice device = open(path)) {
        assertArrayEquals(
            Arrays.copyOf(Files.readAllBytes(path), EVERYTHING), read(device, 0, EVERYTHING));
      }
    }
  }

  @Test
  void setsTheLengthToTheByteAndKeepsTheRest() throws IOException {
    Path path = file(10_000);
    byte[] before = Files.readAllBytes(path);
    try (HostDevice device = open(path)) {
      for (int size : new int[] {10_001, 12_288, 30_000, 30_000, 9_000, 0, 1, 4097}) {
        before = Arrays.copyOf(before, size);
        device.setLength(size);
        assertEquals(size, device.length());
        assertArrayEquals(before, Files.readAllBytes(path));
      }
    }
  }

  @Test
  void anInterruptNeverClosesTheFile() throws IOException {
    Path path = file(10_000);
    byte[] contents = Files.readAllBytes(path);
    try (HostDevice device = open(path)) {
      Thread.currentThread().interrupt();
      byte[] first = Arrays.copyOf(read(device, 0, 12_288), 10_000);
      assertTrue(Thread.interrupted(), "the interrupt must be kept");
      assertArrayEquals(contents, first);
      Thread.currentThread().interrupt();
      assertEquals(10_000, device.length());
      device.flush();
      assertTrue(Thread.interrupted(), "the interrupt must be kept");
    }
  }

  @Test
  void anInterruptInTheMiddleOfATransferNeverClosesTheFile() throws Exception {
    Path path = file(EVERYTHING);
    byte[] contents = Files.readAllBytes(path);
    try (HostDevice device = open(path)) {
      Thread reader = Thread.currentThread();
      Thread interrupter =
          Thread.ofPlatform()
              .name("interrupter")
              .start(
                  () -> {
                    for (int i = 0; i < 2000; i++) {
                      reader.interrupt();
                      Thread.onSpinWait();
                    }
                  });
      do {
        assertArrayEquals(contents, read(device, 0, EVERYTHING));
      } while (interrupter.isAlive());
      Thread.interrupted();
      interrupter.join();
      Thread.interrupted();
      assertArrayEquals(contents, read(device, 0, EVERYTHING));
    }
  }

  @Test
  void createsNewFilesForTheirOwnerOnly() throws IOException {
    Path path = directory.resolve("new");
    new PortableProvider().open(path, OpenMode.CREATE_NEW).close();
    assertEquals(fromString("rw-------"), Files.getPosixFilePermissions(path));
    assertEquals(Errno.EEXIST, errnoOf(path, OpenMode.CREATE_NEW));
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory.resolve("x"));
    assertEquals(Errno.EEXIST, errnoOf(link, OpenMode.CREATE_NEW));
    assertFalse(Files.exists(directory.resolve("x")));
  }

  @Test
  void refusesWhatItCannotOpenWithItsErrorNumber() {
    assertEquals(Errno.ENOENT, errnoOf(directory.resolve("missing"), OpenMode.READ));
    assertEquals(Errno.EISDIR, errnoOf(directory, OpenMode.READ));
    Path nowhere = directory.resolve("nowhere/file");
    assertEquals(Errno.ENOENT, errnoOf(nowhere, OpenMode.CREATE_NEW));
  }

  @Test
  void opensWithoutDirectIoOnlyWhenAllowed() throws IOException {
    Path path = Path.of("/proc/self/status");
    assumeTrue(Files.exists(path), "skipped: /proc is not mounted");
    assertEquals(Errno.EINVAL, errnoOf(path, OpenMode.READ));
    OpenMode fallback = OpenMode.READ.withBufferedFallback(true);
    try (HostDevice device = new PortableProvider().open(path, fallback)) {
      assertFalse(device.isDirect());
    }
    try (HostDevice device = new PortableProvider().open(file(1), fallback)) {
      assertTrue(device.isDirect());
    }
  }

  @Test
  void knowsAFileByItsIdentity() throws IOException {
    Path path = file(100);
    Path other = Files.createLink(directory.resolve("other"), path);
    Path copy = Files.copy(path, directory.resolve("copy"));
    try (HostDevice one = open(path);
        HostDevice two = open(other);
        HostDevice three = open(copy)) {
      assertEquals(one.identity(), two.identity());
      assertNotEquals(one.identity(), three.identity());
    }
  }

  @Test
  void refusesToWorkAfterClosing() throws IOException {
    HostDevice device = open(file(100));
    device.close();
    device.close();
    assertThrows(BlockIoException.class, device::length);
    assertThrows(BlockIoException.class, device::flush);
    assertThrows(BlockIoException.class, () -> read(device, 0, 4096));
  }
}
