package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatFsTest {
  @Test
  void fileSystemIsNamedAsTheJdkNamesIt(@TempDir Path directory) throws IOException {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      StatFs stat = StatFs.of(file.fd(), "file");
      String type = Files.getFileStore(file.path()).type();
      assertTrue(stat.typeName().contains(type), () -> stat + " is not " + type);
      assertEquals(
          Files.getFileStore(file.path()).getTotalSpace(), stat.blocks() * stat.fragmentSize());
    }
  }

  @Test
  void everyLinuxHasProcAndUnknownNumbersAreShown() {
    assertEquals("proc", StatFs.typeNameAt(Path.of("/proc")));
    assertEquals(StatFs.UNKNOWN, StatFs.typeNameAt(Path.of("/no/such/place")));
    assertEquals("0x0000002a", FileSystemType.nameOf(42));
  }
}
