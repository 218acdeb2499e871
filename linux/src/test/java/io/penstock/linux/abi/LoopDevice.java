package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A loop device over a file of its own, for a test; detached and removed when closed. Where it
 * cannot be had (no root, no losetup, no loop driver) the test is aborted, with the reason.
 */
public final class LoopDevice implements AutoCloseable {
  private final Path path;
  private final Path backing;

  private LoopDevice(Path path, Path backing) {
    this.path = path;
    this.backing = backing;
  }

  /**
   * Attaches a device.
   *
   * @param sectorBytes logical block, 512 or 4096
   */
  public static LoopDevice attach(int sectorBytes, long sizeBytes) throws IOException {
    Path backing = Files.createTempFile("penstock-loop", ".img");
    try (TempFile file = TempFile.open(backing, 0)) {
      TempFile.succeeds(FileCalls.ftruncate(file.fd(), sizeBytes));
    }
    String sector = Integer.toString(sectorBytes);
    String device = losetup("--find", "--show", "--sector-size", sector, backing.toString());
    if (device.startsWith("/dev/")) {
      return new LoopDevice(Path.of(device), backing);
    }
    Files.delete(backing);
    return abort("skipped: a loop device needs root and the loop driver; losetup said: " + device);
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    losetup("--detach", path.toString());
    Files.delete(backing);
  }

  private static String losetup(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("losetup"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      process.waitFor();
      return said;
    } catch (IOException e) {
      return String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
