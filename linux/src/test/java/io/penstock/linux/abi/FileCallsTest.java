package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
  private static final int MIB = 1 << 20;

  @TempDir Path directory;

  @Test
  void punchedHoleIsFoundBySeeking() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0).fill(0, MIB, 'x')) {
      long punched =
          FileCalls.fallocate(
              file.fd(),
              FileCalls.FALLOC_FL_PUNCH_HOLE | FileCalls.FALLOC_FL_KEEP_SIZE,
              MIB / 4,
              MIB / 4);
      assumeTrue(punched != -Errno.EOPNOTSUPP, "the file system punches no holes");
      succeeds(punched);
      assertEquals(MIB / 4, FileCalls.lseek(file.fd(), 0, FileCalls.SEEK_HOLE));
      assertEquals(MIB / 2, FileCalls.lseek(file.fd(), MIB / 4, FileCalls.SEEK_DATA));
      assertEquals(MIB, FileCalls.lseek(file.fd(), 0, FileCalls.SEEK_END));
      assertEquals(-Errno.ENXIO, FileCalls.lseek(file.fd(), MIB, FileCalls.SEEK_DATA));
    }
  }

  @Test
  void preallocationKeepsTheSizeIfAsked() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      long kept = FileCalls.fallocate(file.fd(), FileCalls.FALLOC_FL_KEEP_SIZE, 0, MIB);
      assumeTrue(kept != -Errno.EOPNOTSUPP, "the file system does not preallocate");
      succeeds(kept);
      assertEquals(0, Files.size(file.path()));
      assertEquals(MIB / 512, StatX.of(file.fd(), "file").blocks());
      succeeds(FileCalls.fallocate(file.fd(), 0, 0, MIB));
      assertEquals(MIB, Files.size(file.path()));
    }
  }

  @Test
  void truncateAndSyncsSucceedOnAFileAndFailOnAClosedOne() throws IOException {
    TempFile file = TempFile.open(directory.resolve("file"), 0);
    succeeds(FileCalls.ftruncate(file.fd(), 12345));
    succeeds(FileCalls.fdatasync(file.fd()));
    succeeds(FileCalls.fsync(file.fd()));
    assertEquals(12345, Files.size(file.path()));
    file.close();
    assertEquals(-Errno.EBADF, FileCalls.fsync(-1));
    assertEquals(-Errno.EBADF, FileCalls.fdatasync(-1));
    assertEquals(-Errno.EBADF, FileCalls.close(-1));
  }
}
