package io.penstock.failures.host;

import io.penstock.failures.Skipped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Commands of the host, run to their end. */
public final class Commands {
  private static final List<String> PLACES = List.of("/usr/sbin", "/sbin", "/usr/bin", "/bin");

  private Commands() {}

  /** Whether the host has a command. */
  public static boolean has(String name) {
    return PLACES.stream().anyMatch(place -> Files.isExecutable(Path.of(place, name)));
  }

  /** Leaves the scenario unless the host has a command. */
  public static void require(String name, String debianPackage) {
    if (!has(name)) {
      throw new Skipped(name + " is missing here; install " + debianPackage);
    }
  }

  /** Leaves the scenario unless this is root. */
  public static void requireRoot() {
    if (!"root".equals(System.getProperty("user.name"))) {
      throw new Skipped("loop devices and mounts are for root");
    }
  }

  /**
   * Runs a command.
   *
   * @return what it printed
   * @throws IOException when it failed, with what it printed
   */
  public static String run(String... command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PATH", String.join(":", PLACES));
    Process process = builder.start();
    process.getOutputStream().close();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    int status = process.onExit().join().exitValue();
    if (status != 0) {
      throw new IOException(
          "'" + String.join(" ", command) + "' ended with " + status + ": " + said);
    }
    return said;
  }
}
