package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.linux.abi.Fiemap.Extent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiemapTest {
  @TempDir Path directory;

  @Test
  void preallocatedBlocksAreUnwrittenAndWrittenOnesAreNot() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      assumeTrue(
          FileCalls.fallocate(file.fd(), 0, 0, 1 << 20) == 0,
          "the file system does not preallocate");
      file.fill(0, 65536, 'x');
      List<Extent> extents = extentsOf(file, 0, Long.MAX_VALUE);
      assertFalse(extents.getFirst().has(Extent.UNWRITTEN));
      assertEquals(0, extents.getFirst().logical());
      assertTrue(extents.getLast().has(Extent.UNWRITTEN));
      assertTrue(extents.getLast().has(Extent.LAST));
      assertEquals(1 << 20, extents.getLast().end());
    }
  }

  @Test
  void moreExtentsThanOnePageAreAllVisitedOnce() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      for (int i = 0; i < 300; i++) {
        file.fill(i * 16384L, 4096, 'x');
      }
      List<Extent> extents = extentsOf(file, 0, Long.MAX_VALUE);
      assertEquals(300, extents.size());
      for (int i = 0; i < 300; i++) {
        assertEquals(i * 16384L, extents.get(i).logical());
        assertEquals(4096, extents.get(i).length());
      }
      assertEquals(2, extentsOf(file, 16384, 32768).size());
    }
  }

  @Test
  void visitorEndsTheVisit() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      file.fill(0, 4096, 'x').fill(16384, 4096, 'x');
      supported(file);
      long visited =
          Fiemap.visit(file.fd(), 0, Long.MAX_VALUE, Fiemap.FIEMAP_FLAG_SYNC, extent -> false);
      assertEquals(1, visited);
    }
  }

  @Test
  void emptyFileHasNoExtents() {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      assertEquals(List.of(), extentsOf(file, 0, Long.MAX_VALUE));
    }
  }

  @Test
  void fileSystemWithoutAMapSaysSo() {
    long fd = succeeds(NameCalls.open(Path.of("/proc/self/stat"), OpenFlags.O_RDONLY, 0));
    assertEquals(-Errno.EOPNOTSUPP, notTty(Fiemap.visit((int) fd, 0, 1, 0, extent -> true)));
    succeeds(FileCalls.close((int) fd));
  }

  /** Files of some file systems have no ioctl at all. */
  private static long notTty(long result) {
    return result == -Errno.ENOTTY ? -Errno.EOPNOTSUPP : result;
  }

  private static List<Extent> extentsOf(TempFile file, long start, long length) {
    supported(file);
    List<Extent> extents = new ArrayList<>();
    long visited = Fiemap.visit(file.fd(), start, length, Fiemap.FIEMAP_FLAG_SYNC, extents::add);
    assertEquals(extents.size(), succeeds(visited));
    return extents;
  }

  private static void supported(TempFile file) {
    assumeTrue(
        Fiemap.visit(file.fd(), 0, 1, 0, extent -> true) != -Errno.EOPNOTSUPP,
        "the file system has no extent map");
  }
}
