package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.linux.DirectIoAlignment.Source;
import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.LoopDevice;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.StatX;
import io.penstock.linux.abi.TempFile;
import io.penstock.linux.abi.TransferCalls;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Rule("FILE-2")
class AlignmentDiscoveryTest {
  @TempDir Path directory;

  @Test
  void whatWasFoundIsAcceptedAndLessIsNot(TestReporter reporter) throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0).fill(0, 1 << 20, 'x')) {
      DirectIoAlignment found = AlignmentDiscovery.discover(file.fd(), "file");
      reporter.publishEntry("found", found.toString());
      assumeTrue(found.isSupported(), found.remedy());
      assumeTrue(!found.isServedFromMemory(), "the file system looks at no alignment");
      assertExact(file, found);
    }
  }

  @Test
  void probeFindsWhatTheKernelSays() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0).fill(0, 1 << 20, 'x')) {
      StatX stat = StatX.of(file.fd(), "file");
      DirectIoAlignment told = AlignmentDiscovery.discover(file.fd(), "file");
      assumeTrue(told.source() == Source.STATX && told.isSupported(), "the kernel says nothing");
      DirectIoAlignment probed = AlignmentDiscovery.withoutKernel(stat, file.fd(), "file");
      assertEquals(Source.PROBE, probed.source());
      assertEquals(told.read(), probed.read());
      assertTrue(probed.memory() <= told.memory(), () -> probed + " and " + told);
      assertExact(file, probed);
    }
  }

  @Test
  void probeOfASparseFileReadsWhereTheDataIs() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      file.fill(5 << 20, 4096, 'x');
      succeedsTruncating(file, 10 << 20);
      StatX stat = StatX.of(file.fd(), "file");
      DirectIoAlignment probed = AlignmentDiscovery.withoutKernel(stat, file.fd(), "file");
      assumeTrue(probed.isSupported(), probed.remedy());
      assertEquals(Source.PROBE, probed.source());
    }
  }

  @Test
  void emptyFileTakesTheBlockOfItsFileSystem() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      StatX stat = StatX.of(file.fd(), "file");
      DirectIoAlignment found = AlignmentDiscovery.withoutKernel(stat, file.fd(), "file");
      assumeTrue(found.isSupported(), found.remedy());
      assertEquals(Source.FILE_SYSTEM_BLOCK, found.source());
      assertEquals(stat.blockSize(), found.write());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void blockDeviceTellsWithAndWithoutTheKernel(int sector) throws IOException {
    try (LoopDevice loop = LoopDevice.attach(sector, 8 << 20);
        TempFile device = TempFile.open(loop.path(), OpenFlags.O_DIRECT)) {
      DirectIoAlignment found = AlignmentDiscovery.discover(device.fd(), "loop");
      assertEquals(sector, found.read());
      assertEquals(sector, found.write());
      DirectIoAlignment byDevice =
          AlignmentDiscovery.withoutKernel(StatX.of(device.fd(), "loop"), device.fd(), "loop");
      assertEquals(Source.DEVICE_LIMITS, byDevice.source());
      assertEquals(sector, byDevice.read());
      assertEquals(found.memory(), byDevice.memory());
      assertExact(device, found);
    }
  }

  @Test
  void fileServedFromMemoryTakesAnything() throws IOException {
    Path memory = Path.of("/dev/shm");
    assumeTrue(Files.isWritable(memory), "there is no tmpfs at /dev/shm");
    Path path = Files.createTempFile(memory, "penstock", "");
    try (TempFile file = TempFile.open(path, 0).fill(0, 65536, 'x')) {
      DirectIoAlignment found = AlignmentDiscovery.discover(file.fd(), "file");
      assertTrue(found.isServedFromMemory() || !found.isSupported(), found::toString);
    } finally {
      Files.delete(path);
    }
  }

  @Test
  void fileThatCannotBeOpenedDirectlySaysSoWithARemedy() throws IOException {
    int fd = (int) TempFile.succeeds(NameCalls.open(Path.of("/proc/self/stat"), 0, 0));
    DirectIoAlignment found = AlignmentDiscovery.discover(fd, "/proc/self/stat");
    assertFalse(found.isSupported());
    assertTrue(found.remedy().contains("proc does not support direct I/O"), found::remedy);
    TempFile.succeeds(FileCalls.close(fd));
  }

  @Test
  void directoryIsNothingForDirectIo() throws IOException {
    int fd = (int) TempFile.succeeds(NameCalls.open(directory, OpenFlags.O_DIRECTORY, 0));
    DirectIoAlignment found = AlignmentDiscovery.discover(fd, "it");
    assertFalse(found.isSupported());
    TempFile.succeeds(FileCalls.close(fd));
  }

  @Test
  void closedDescriptorIsAnError() {
    assertThrows(IOException.class, () -> AlignmentDiscovery.discover(-1, "none"));
  }

  /** A read as aligned as that passes; half of it does not. */
  private static void assertExact(TempFile file, DirectIoAlignment found) {
    int fd =
        (int)
            TempFile.succeeds(NameCalls.reopen(file.fd(), OpenFlags.O_RDONLY | OpenFlags.O_DIRECT));
    try (Arena arena = Arena.ofConfined()) {
      int read = found.read();
      MemorySegment memory = arena.allocate(4L * read + found.memory(), 65536);
      MemorySegment fits = memory.asSlice(found.memory(), read);
      assertEquals(read, TransferCalls.pread(fd, fits, read));
      MemorySegment half = memory.asSlice(0, read / 2);
      assertEquals(-Errno.EINVAL, TransferCalls.pread(fd, half, 0));
      assertEquals(-Errno.EINVAL, TransferCalls.pread(fd, fits, read / 2));
    } finally {
      TempFile.succeeds(FileCalls.close(fd));
    }
  }

  private static void succeedsTruncating(TempFile file, long size) {
    TempFile.succeeds(FileCalls.ftruncate(file.fd(), size));
  }
}
