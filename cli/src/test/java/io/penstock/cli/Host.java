package io.penstock.cli;

import static org.junit.jupiter.api.Assumptions.abort;

import io.penstock.core.device.DeviceProvider;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * Loop devices and mounts for a test, undone in reverse order when closed. Where they cannot be had
 * the test is aborted, with the reason.
 */
final class Host implements AutoCloseable {
  private final Deque<List<String>> undo = new ArrayDeque<>();

  /** The engines that work here. */
  static Stream<String> engines() {
    return Engines.all().stream().filter(DeviceProvider::isAvailable).map(DeviceProvider::name);
  }

  /** Attaches a file of so many bytes, which is created or cut, as a device. */
  Path loop(Path backing, int sector, long bytes) throws IOException {
    resize(backing, bytes);
    String device =
        need(
            "losetup",
            "--find",
            "--show",
            "--sector-size",
            Integer.toString(sector),
            backing.toString());
    undo.push(List.of("losetup", "--detach", device));
    return Path.of(device);
  }

  /** Mounts a new, small ext4 file system. */
  Path ext4(Path directory, long bytes) throws IOException {
    Path image = directory.resolve("ext4.img");
    Path device = loop(image, 512, bytes);
    need("mkfs.ext4", "-q", "-F", "-m", "0", device.toString());
    return mount(directory, device.toString(), "ext4", "rw");
  }

  /** Mounts a file system below a directory. */
  Path mount(Path directory, String what, String type, String options) throws IOException {
    Path point = Files.createDirectory(directory.resolve("mounted-" + type + '-' + options));
    need("mount", "-t", type, "-o", options, what, point.toString());
    undo.push(List.of("umount", point.toString()));
    return point;
  }

  static void resize(Path file, long bytes) throws IOException {
    try (var open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes);
    }
  }

  /** A file of random bytes. */
  static Path random(Path file, long bytes) throws IOException {
    byte[] chunk = new byte[(int) Math.min(bytes, 1 << 20)];
    SplittableRandom random = new SplittableRandom(bytes);
    try (var out = Files.newOutputStream(file)) {
      for (long left = bytes; left > 0; left -= chunk.length) {
        random.nextBytes(chunk);
        out.write(chunk, 0, (int) Math.min(left, chunk.length));
      }
    }
    return file;
  }

  /** Names in a directory, hidden ones too. */
  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }

  private static String need(String... command) throws IOException {
    List<String> said = new ArrayList<>();
    int status = run(List.of(command), said);
    return status == 0
        ? String.join("\n", said)
        : abort("skipped: " + String.join(" ", command) + " is needed, and said: " + said);
  }

  private static int run(List<String> command, List<String> said) throws IOException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      byte[] output = process.getInputStream().readAllBytes();
      said.add(new String(output, StandardCharsets.UTF_8).strip());
      return process.waitFor();
    } catch (IOException e) {
      said.add(String.valueOf(e.getMessage()));
      return 1;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    for (List<String> each : undo) {
      List<String> said = new ArrayList<>();
      if (run(each, said) != 0) {
        System.err.println(each + ": " + said);
      }
    }
  }
}
