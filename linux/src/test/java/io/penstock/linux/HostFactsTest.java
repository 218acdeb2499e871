package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of the machine and of files. */
class HostFactsTest {
  @TempDir private Path directory;

  @BeforeEach
  void onLinux() {
    assumeTrue(HostFacts.unsupportedReason().isEmpty(), "skipped: not Linux");
  }

  @Test
  void namesTheKernel() {
    assertTrue(HostFacts.kernel().startsWith("Linux "), HostFacts.kernel());
  }

  @Test
  void givesACauseExactlyWhenThereIsNoRing() {
    HostFacts.IoUring ring = HostFacts.ioUring();
    assertEquals(ring.isAvailable(), ring.cause().isEmpty(), ring::toString);
  }

  @Test
  void describesFilesAndDirectories() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[5000]);
    HostFacts.OfFile facts = HostFacts.ofFile(file);
    assertEquals("regular file", facts.kind());
    assertFalse(facts.type().isEmpty());
    assertEquals("directory", HostFacts.ofFile(directory).kind());
    assertThrows(IOException.class, () -> HostFacts.ofFile(directory.resolve("missing")));
  }

  @Test
  void countsTheCachedBytesOfAFile() throws IOException {
    Path file = Files.write(directory.resolve("file"), new byte[10_000]);
    Files.readAllBytes(file);
    OptionalLong cached = PageCache.cachedBytes(file);
    assumeTrue(cached.isPresent(), "skipped: the page cache cannot be asked");
    assertTrue(cached.getAsLong() >= 10_000, cached::toString);
    assertEquals(
        OptionalLong.of(0), PageCache.cachedBytes(Files.createFile(directory.resolve("e"))));
    assertEquals(OptionalLong.empty(), PageCache.cachedBytes(directory.resolve("missing")));
  }

  @Test
  void mapsTheExtentsOfAFile() throws IOException {
    Path file = directory.resolve("file");
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(1 << 20);
      open.write(new byte[1 << 16]);
      open.setLength(2 << 20);
    }
    Optional<List<ExtentMap.Extent>> extents = ExtentMap.of(file);
    assumeTrue(extents.isPresent(), "skipped: the file system has no such map");
    assertEquals(1 << 20, extents.get().getFirst().start());
    assertEquals(1 << 16, extents.get().stream().mapToLong(ExtentMap.Extent::length).sum());
    assertThrows(IOException.class, () -> ExtentMap.of(directory.resolve("missing")));
  }
}
