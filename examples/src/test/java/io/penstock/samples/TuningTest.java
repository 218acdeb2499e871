package io.penstock.samples;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.AlignmentMode;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.Engines;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TuningTest {
  @TempDir Path directory;

  @Test
  void theFileSaysWhatItUses() throws Exception {
    Path path = Files.write(directory.resolve("file"), new byte[4096]);
    assertTrue(List.of("uring", "pread", "portable").contains(engine(path)));
  }

  // sample: engine
  static String engine(Path path) throws IOException {
    DirectFileOptions deep = DirectFileOptions.DEFAULT.withDepth(64); // operations in flight
    try (DirectFile file = DirectFile.open(path, deep, READ)) {
      assert !file.engineReason().isEmpty(); // why this one, for people
      return file.engine(); // uring, pread or portable
    }
  }

  // end of sample

  @Test
  void whatIsNotThereSaysWhy() {
    assertFalse(engines().isEmpty());
  }

  // sample: engines
  static List<String> engines() {
    return Engines.all().stream()
        .map(way -> way.name() + ": " + way.unavailabilityCause().orElse("available"))
        .toList();
  }

  // end of sample

  @Test
  void strictFilesRefuseWhatWouldBeCopied() throws Exception {
    Path path = Files.write(directory.resolve("strict"), new byte[8192]);
    BlockIoException refused = strict(path);
    assertTrue(refused.is(Errno.EINVAL), refused::toString);
  }

  // sample: strict
  static BlockIoException strict(Path path) throws IOException {
    DirectFileOptions strict = DirectFileOptions.DEFAULT.withAlignment(AlignmentMode.STRICT);
    try (DirectFile file = DirectFile.open(path, strict, READ, WRITE)) {
      ByteBuffer seven = ByteBuffer.allocateDirect(7);
      return assertThrows(BlockIoException.class, () -> file.write(seven, 100));
    }
  }

  // end of sample

  @Test
  void everyWayIsFoundByItsName() {
    assertEquals(
        Engines.all().size(), Engines.all().stream().map(DeviceProvider::name).distinct().count());
  }
}
