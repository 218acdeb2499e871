package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatXTest {
  @TempDir Path directory;

  @Test
  void agreesWithWhatTheJdkSays() throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0).fill(0, 5000, 'x')) {
      StatX stat = StatX.of(file.fd(), "file");
      assertEquals(5000, stat.size());
      assertEquals(Files.getAttribute(file.path(), "unix:ino"), stat.inode());
      assertEquals(Files.getAttribute(file.path(), "unix:mode"), stat.mode());
      long device = (Long) Files.getAttribute(file.path(), "unix:dev");
      assertEquals(device >>> 8 & 0xfff, stat.device().major());
      assertEquals(device & 0xff, stat.device().minor() & 0xff);
      assertTrue(stat.isRegularFile());
      assertTrue(stat.blockSize() > 0);
    }
  }

  @Test
  void everyFieldIsTakenFromItsPlace() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = StatX.allocate(arena);
      for (int i = 0; i < stat.byteSize() / Integer.BYTES; i++) {
        stat.setAtIndex(ValueLayout.JAVA_INT, i, i);
      }
      StatX decoded = StatX.decode(stat);
      assertEquals(0, decoded.mask());
      assertEquals(7, decoded.mode());
      assertEquals(10 | 11L << 32, decoded.size());
      assertEquals(1, decoded.blockSize());
      assertEquals(12 | 13L << 32, decoded.blocks());
      assertEquals(8 | 9L << 32, decoded.inode());
      assertEquals(new DeviceNumber(34, 35), decoded.device());
      assertEquals(new DeviceNumber(32, 33), decoded.specialDevice());
      assertEquals(36 | 37L << 32, decoded.mountId());
      assertEquals(38, decoded.directMemoryAlignment());
      assertEquals(39, decoded.directOffsetAlignment());
      assertEquals(42, decoded.atomicWriteUnitMin());
      assertEquals(43, decoded.atomicWriteUnitMax());
      assertEquals(44, decoded.atomicWriteSegmentsMax());
      assertEquals(45, decoded.directReadOffsetAlignment());
      assertEquals(46, decoded.atomicWriteUnitMaxOptimal());
    }
  }

  @Test
  void closedDescriptorIsToldWithTheSubject() {
    BlockIoException thrown =
        assertThrows(BlockIoException.class, () -> StatX.of(-1, "/the/subject"));
    assertEquals(Errno.EBADF, thrown.errno());
    assertEquals("/the/subject", thrown.subject());
  }
}
