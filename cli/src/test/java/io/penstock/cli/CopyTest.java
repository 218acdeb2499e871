package io.penstock.cli;

import static java.nio.file.attribute.PosixFilePermissions.fromString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies between regular files. */
class CopyTest {
  @TempDir private Path directory;
  private Path source;
  private Path target;

  static Stream<Arguments> enginesAndSizes() {
    List<Integer> sizes =
        List.of(0, 1, 511, 512, 513, 4095, 4096, 4097, 65536, 1048575, 1048577, 9000001);
    return Host.engines().flatMap(engine -> sizes.stream().map(size -> Arguments.of(engine, size)));
  }

  static Stream<String> engines() {
    return Host.engines();
  }

  @BeforeEach
  void names() {
    source = directory.resolve("source");
    target = directory.resolve("target");
  }

  private void assertCopied() throws IOException {
    assertEquals(-1, Files.mismatch(source, target));
    assertEquals(List.of("source", "target"), Host.names(directory));
  }

  @ParameterizedTest
  @MethodSource("enginesAndSizes")
  void copiesToTheByte(String engine, int size) throws IOException {
    Host.random(source, size);
    Outcome.of("copy", source, target, "--engine", engine, "--verify").succeeds();
    assertCopied();
  }

  @ParameterizedTest
  @MethodSource("enginesAndSizes")
  void copiesToTheByteInSmallPartsManyAtATime(String engine, int size) throws IOException {
    Host.random(source, size);
    Outcome.of("copy", source, target, "--engine", engine, "--block-size=4k", "--depth=33")
        .succeeds();
    assertCopied();
  }

  @Test
  void choosesTheEngineThatIsBestAtLargeTransfers() throws IOException {
    Host.random(source, 1);
    String best = Host.engines().anyMatch("pread"::equals) ? "pread" : "portable";
    Outcome copy = Outcome.of("copy", source, target, "--json").succeeds();
    assertTrue(copy.out().contains("\"engine\":\"" + best + "\""), copy.out());
    if (best.equals("pread")) {
      String reason = "\"engineReason\":\"the first choice for large transfers\"";
      assertTrue(copy.out().contains(reason), copy.out());
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void copiesOneAtATime(String engine) throws IOException {
    Host.random(source, 1_000_001);
    Outcome.of("copy", source, target, "--engine", engine, "--block-size=512", "--depth=1")
        .succeeds();
    assertCopied();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void replacesAnOldFileWhateverItsSize(String engine) throws IOException {
    Host.random(source, 5000);
    Host.random(target, 100_000);
    Outcome.of("copy", source, target, "--engine", engine, "--sync").succeeds();
    assertCopied();
  }

  @Test
  void replacesWhatALinkPointsToAndKeepsTheLink() throws IOException {
    Host.random(source, 5000);
    Path real = Host.random(directory.resolve("real"), 10);
    Files.createSymbolicLink(target, real);
    Outcome.of("copy", source, target).succeeds();
    assertTrue(Files.isSymbolicLink(target));
    assertEquals(-1, Files.mismatch(source, real));
  }

  @Test
  void givesTheCopyThePermissionsOfTheSource() throws IOException {
    Host.random(source, 100);
    Files.setPosixFilePermissions(source, fromString("r-xr-----"));
    Outcome.of("copy", source, target).succeeds();
    assertEquals(fromString("r-xr-----"), Files.getPosixFilePermissions(target));
  }

  @Test
  void saysInOneLineWhatItDid() throws IOException {
    Host.random(source, 2_000_000);
    String line = Outcome.of("copy", source, target, "--sync", "--verify").succeeds().out();
    assertTrue(
        line.matches(
            "copied 2000000 bytes \\(1\\.91 MiB\\), holes 0 bytes, in \\d+\\.\\d{3} s,"
                + " [0-9.]+ [KMG]iB/s, engine \\w+, page cache .*, verified, durable"),
        line);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void leavesThePageCacheAsItWas(String engine) throws IOException {
    Host.random(source, 32 << 20);
    Outcome cold = Outcome.of("copy", source, target, "--engine", engine, "--json").succeeds();
    assumeTrue(!cold.out().contains("\"pageCacheGrowth\":null"), "page cache cannot be asked");
    // The file system may cache the page in which the file ends.
    assertTrue(cold.number("pageCacheGrowth") <= 8192, cold.out());
    assertEquals(32 << 20, cold.number("bytes"));
    assertTrue(cold.out().contains("\"engine\":\"" + engine + "\""), cold.out());
  }

  @Test
  void showsABarWhenAskedTo() throws IOException {
    Host.random(source, 3_000_000);
    Outcome outcome = Outcome.of("copy", source, target, "--progress", "always");
    assertEquals(0, outcome.status());
    assertTrue(outcome.err().contains("copy 100%"), outcome.err());
  }

  @ParameterizedTest
  @MethodSource("engines")
  void copiesFiveGibibytes(String engine) throws IOException {
    long size = (5L << 30) + 1;
    try (var file = new RandomAccessFile(source.toFile(), "rw")) {
      file.write(1);
      file.seek((4L << 30) - 1);
      file.write(new byte[] {2, 3});
      file.seek(size - 1);
      file.write(4);
    }
    Outcome.of("copy", source, target, "--engine", engine, "--sparse", "always").succeeds();
    assertEquals(size, Files.size(target));
    assertTrue(FileMap.of(target).total(FileMap.Kind.DATA) <= 64 << 10, "holes must stay holes");
    try (var file = new RandomAccessFile(target.toFile(), "r")) {
      assertEquals(1, file.read());
      file.seek((4L << 30) - 1);
      assertEquals(2, file.read());
      assertEquals(3, file.read());
      file.seek(size - 1);
      assertEquals(4, file.read());
      assertEquals(-1, file.read());
    }
  }
}
