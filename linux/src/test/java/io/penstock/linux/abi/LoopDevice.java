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
    return attach(sectorBytes, backing, "--direct-io=off");
  }

  /** Attaches a device over a file, which is removed with it, past the page cache. */
  public static LoopDevice attachDirect(int sectorBytes, Path backing) throws IOException {
    return attach(sectorBytes, backing, "--direct-io=on");
  }

  private static LoopDevice attach(int sectorBytes, Path backing, String directIo)
      throws IOException {
    String sector = Integer.toString(sectorBytes);
    String device =
        losetup("--find", "--show", "--sector-size", sector, directIo, backing.toString());
    if (device.startsWith("/dev/")) {
      return new LoopDevice(Path.of(device), backing);
    }
    Files.delete(backing);
    return abort("skipped: a loop device needs root and the loop driver; losetup said: " + device);
  }

  public Path path() {
    return path;
  }

  /** The file it is over. */
  public Path backing() {
    return backing;
  }

  /** Has the kernel take it for a device without a volatile cache, until it is detached. */
  public void writeThrough() throws IOException {
    Path setting = Path.of("/sys/block", path.getFileName().toString(), "queue/write_cache");
    Files.writeString(setting, "write through");
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
