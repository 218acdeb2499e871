package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.LoopDevice;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.TempFile;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that fail and file systems that fill up: real ones, on loop devices. */
class PreadDeviceFaultsTest {
  private static final int PAGE = 4096;
  private static final int MIB = 1 << 20;

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

  @Test
  @Rule("CMP-2")
  void aDiskThatLosesItsEndFailsWithItsOwnNumber() throws IOException {
    try (LoopDevice loop = TestFiles.attachLoop(512, 4 * MIB);
        HostDevice device = new PreadProvider().open(loop.path(), OpenMode.READ_WRITE)) {
      cut(loop.backing(), 2 * MIB);
      MemorySegment memory = arena.allocate(PAGE, PAGE);
      SentBio.read(device, 0, memory).submit().succeeds();
      BlockIoException lost = SentBio.read(device, 3 * MIB, memory).submit().fails(Errno.EIO);
      assertEquals(3 * MIB, lost.position());
      assertEquals(loop.path().toString(), lost.subject());
      assertTrue(lost.getMessage().contains("dmesg"), lost.getMessage());
      // Across the cut: the first half was moved, the whole is a failure all the same.
      SentBio.read(device, 2 * MIB - PAGE, arena.allocate(2 * PAGE, PAGE))
          .synchronous()
          .submit()
          .fails(Errno.EIO);
    }
  }

  @Test
  @Rule("CMP-2")
  void aFullFileSystemSaysSo() throws Exception {
    try (LoopDevice loop = LoopDevice.attach(512, 16 * MIB)) {
      assumeTrue(succeeds("mkfs.ext4", "-q", "-F", loop.path().toString()), "skipped: no mkfs");
      assumeTrue(
          succeeds("mount", loop.path().toString(), directory.toString()),
          "skipped: file systems cannot be mounted here");
      try (HostDevice device = TestFiles.create(directory.resolve("file"))) {
        assertEquals(Errno.ENOSPC, fill(device));
        assertTrue(device.length() > MIB, "what was there was used");
        BlockIoException full =
            assertThrows(BlockIoException.class, () -> device.preallocate(0, 64 * MIB));
        assertEquals(Errno.ENOSPC.number(), full.errno());
      } finally {
        assertTrue(succeeds("umount", directory.toString()));
      }
    }
  }

  /** Appends a MiB at a time, as no whole number fits, until it cannot be done. */
  private Errno fill(HostDevice device) throws IOException {
    MemorySegment memory = arena.allocate(MIB, PAGE);
    for (int i = 0; i < 64; i++) {
      IOException failure = SentBio.write(device, (long) i * MIB, memory).submit().await();
      if (failure instanceof BlockIoException known) {
        return Errno.of(known.errno());
      }
    }
    throw new AssertionError("a file of 64 MiB on a file system of 16 MiB");
  }

  /** The number is not closed under the device, so that it is nobody else's meanwhile. */
  @Test
  void aDescriptorThatTakesNoWritesIsTheErrorOfTheBio() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    int fd = (int) TempFile.succeeds(NameCalls.open(path, OpenFlags.O_PATH, 0));
    try (HostDevice device =
        new PreadDevice(TestFiles.openBuffered(path), new DescriptorCalls(fd), 1)) {
      MemorySegment memory = arena.allocate(PAGE, PAGE);
      SentBio.read(device, 0, memory).submit().fails(Errno.EBADF);
      SentBio.write(device, 0, memory).synchronous().submit().fails(Errno.EBADF);
      SentBio.write(device, 0, memory, memory).submit().fails(Errno.EBADF);
    } finally {
      FileCalls.close(fd);
    }
  }

  private static void cut(Path path, long length) {
    try (TempFile file = TempFile.open(path, 0)) {
      TempFile.succeeds(FileCalls.ftruncate(file.fd(), length));
    }
  }

  private static boolean succeeds(String... command) throws Exception {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
    } catch (IOException missing) {
      return false;
    }
  }
}
