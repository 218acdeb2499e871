package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holes and zeros: data at 0, 3 MiB and in the last bytes; 1 MiB of written zeros at 5 MiB. */
class CopySparseTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final long SIZE = 10L * MEBIBYTE + 77;

  @TempDir private Path directory;
  private Path source;
  private Path target;

  static Stream<String> engines() {
    return Host.engines();
  }

  @BeforeEach
  void makeSource() throws IOException {
    source = directory.resolve("source");
    target = directory.resolve("target");
    try (var file = new RandomAccessFile(source.toFile(), "rw")) {
      file.write(new byte[] {1, 2, 3});
      file.seek(3L * MEBIBYTE);
      file.write(9);
      file.seek(5L * MEBIBYTE);
      file.write(new byte[MEBIBYTE]);
      file.seek(SIZE - 5);
      file.write(new byte[] {5, 4, 3, 2, 1});
    }
  }

  private FileMap copy(String engine, String sparse) throws IOException {
    Outcome.of("copy", source, target, "--engine", engine, "--sparse", sparse, "--verify")
        .succeeds();
    assertEquals(-1, Files.mismatch(source, target));
    return FileMap.of(target);
  }

  private void assumeKnowsHoles(String engine) throws IOException {
    try (HostDevice device = Engines.open(source, engine, OpenMode.READ)) {
      assumeTrue(device.knowsHoles(), engine + " does not know holes");
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void holesStayHolesAndZerosStayZeros(String engine) throws IOException {
    assumeKnowsHoles(engine);
    FileMap map = copy(engine, "auto");
    long data = map.total(FileMap.Kind.DATA);
    assertTrue(data >= MEBIBYTE && data <= MEBIBYTE + 65536, map::toString);
    assertTrue(map.total(FileMap.Kind.HOLE) >= SIZE - MEBIBYTE - 65536, map::toString);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void alwaysTurnsZerosIntoHolesToo(String engine) throws IOException {
    FileMap map = copy(engine, "always");
    assertTrue(map.total(FileMap.Kind.DATA) <= 65536, map::toString);
    assertTrue(map.total(FileMap.Kind.HOLE) >= SIZE - 65536, map::toString);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void neverFillsHolesWithZeros(String engine) throws IOException {
    FileMap map = copy(engine, "never");
    assertEquals(0, map.total(FileMap.Kind.HOLE), map::toString);
    assertTrue(map.total(FileMap.Kind.DATA) >= SIZE, map::toString);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aFileThatIsOneHoleStaysOne(String engine) throws IOException {
    Files.delete(source);
    Host.resize(source, 123_456_789);
    FileMap map = copy(engine, "always");
    // The portable device can make a file longer only by writing its last block.
    assertTrue(map.total(FileMap.Kind.DATA) <= 65536, map::toString);
    assertEquals(123_456_789, Files.size(target));
  }
}
