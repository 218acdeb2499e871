package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Copies from and to block devices, and what can fail there. */
class CopyDeviceTest {
  private static final int SIZE = 3 << 20;

  @TempDir private Path directory;
  private final Host host = new Host();

  static Stream<String> engines() {
    return Host.engines();
  }

  @AfterEach
  void undo() throws IOException {
    host.close();
  }

  private static Outcome copy(Path from, Path to, String engine, Object... more) {
    Object[] all =
        Arrays.copyOf(new Object[] {"copy", from, to, "--engine", engine}, 5 + more.length);
    System.arraycopy(more, 0, all, 5, more.length);
    return Outcome.of(all);
  }

  private static byte[] contents(Path device, int bytes) throws IOException {
    try (var file = new RandomAccessFile(device.toFile(), "r")) {
      byte[] contents = new byte[bytes];
      file.readFully(contents);
      return contents;
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void goesFromAFileToADeviceAndBack(String engine) throws IOException {
    Path source = Host.random(directory.resolve("source"), SIZE);
    Path device = host.loop(directory.resolve("disk"), 512, SIZE);
    Path back = directory.resolve("back");
    copy(source, device, engine, "--sync", "--verify").succeeds();
    copy(device, back, engine, "--verify").succeeds();
    assertEquals(-1, Files.mismatch(source, back));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void goesFromDeviceToDevice(String engine) throws IOException {
    Path from = host.loop(Host.random(directory.resolve("one"), SIZE), 512, SIZE);
    Path to = host.loop(directory.resolve("two"), 4096, SIZE + 4096);
    copy(from, to, engine, "--sync", "--verify", "--block-size", "64k").succeeds();
    assertArrayEquals(contents(from, SIZE), contents(to, SIZE));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void keepsWhatTheDeviceHoldsBehindTheCopy(String engine) throws IOException {
    Path source = Host.random(directory.resolve("source"), 10_001);
    Path device = host.loop(Host.random(directory.resolve("disk"), SIZE), 512, SIZE);
    byte[] before = contents(device, SIZE);
    copy(source, device, engine, "--sync", "--verify").succeeds();
    byte[] after = contents(device, SIZE);
    assertArrayEquals(Files.readAllBytes(source), Arrays.copyOf(after, 10_001));
    assertArrayEquals(
        Arrays.copyOfRange(before, 10_001, SIZE), Arrays.copyOfRange(after, 10_001, SIZE));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void holesOfTheSourceReadAsZerosFromTheDevice(String engine) throws IOException {
    Path source = directory.resolve("source");
    Host.resize(source, SIZE - 1000);
    Path device = host.loop(Host.random(directory.resolve("disk"), SIZE), 512, SIZE);
    copy(source, device, engine, "--sync", "--verify").succeeds();
    assertArrayEquals(new byte[SIZE - 1000], contents(device, SIZE - 1000));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aDeviceThatIsTooSmallIsNotTouched(String engine) throws IOException {
    Path source = Host.random(directory.resolve("source"), SIZE);
    Path device = host.loop(directory.resolve("disk"), 512, SIZE - 512);
    copy(source, device, engine)
        .failsWith(
            "penstock copy: write "
                + device
                + ": ENOSPC (no space left on device): the device holds 3145216 bytes, the source"
                + " has 3145728; use a device at least as large");
    assertArrayEquals(new byte[SIZE - 512], contents(device, SIZE - 512));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aDeviceIsNotCopiedOntoItself(String engine) throws IOException {
    Path device = host.loop(directory.resolve("disk"), 512, SIZE);
    copy(device, device, engine)
        .failsWith(
            "penstock copy: copy "
                + device
                + ": EINVAL (invalid argument): it is the same file as the source "
                + device
                + "; name another destination");
  }

  @ParameterizedTest
  @MethodSource("engines")
  void anUnreadableSectorIsNamedAndNoCopyIsLeft(String engine) throws IOException {
    Path disk = Host.random(directory.resolve("disk"), SIZE);
    Path device = host.loop(disk, 512, SIZE);
    Host.resize(disk, 1 << 20);
    Path target = Host.random(directory.resolve("target"), 99);
    Outcome outcome = copy(device, target, engine, "--depth", "1", "--block-size", "64k");
    assertEquals(1, outcome.status());
    assertTrue(
        outcome.err().startsWith("penstock copy: read " + device + " at 1048576 length 65536: EIO"),
        outcome.err());
    assertEquals(List.of("disk", "target"), Host.names(directory));
    assertEquals(99, Files.size(target));
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aFullFileSystemIsNamedAndNoCopyIsLeft(String engine) throws IOException {
    Path full = host.ext4(directory, 8 << 20);
    Path source = Host.random(directory.resolve("source"), 16 << 20);
    Path target = Host.random(full.resolve("target"), 99);
    Outcome outcome = copy(source, target, engine);
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains(' ' + target.toString()), outcome.err());
    assertTrue(outcome.err().contains(": ENOSPC (no space left on device): "), outcome.err());
    assertEquals(1, outcome.err().lines().count(), outcome.err());
    assertEquals(List.of("lost+found", "target"), Host.names(full));
    assertEquals(99, Files.size(target));
  }
}
