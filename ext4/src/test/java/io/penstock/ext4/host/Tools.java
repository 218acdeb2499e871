package io.penstock.ext4.host;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Commands of the host. */
public final class Tools {
  private Tools() {}

  /** What a command did. */
  public record Result(int status, String said) {}

  /** Runs a command; its output and errors together. */
  public static Result run(List<String> command) throws IOException {
    Path output = Files.createTempFile("penstock-said", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectOutput(output.toFile());
      builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin");
      builder.environment().put("MKE2FS_SKIP_CHECK_MSG", "1");
      int status = builder.start().waitFor();
      byte[] said = Files.readAllBytes(output);
      return new Result(status, new String(said, StandardCharsets.UTF_8).strip());
    } catch (IOException e) {
      return new Result(127, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.delete(output);
    }
  }

  /** Runs a command that has to succeed; its output. */
  public static String must(String... command) throws IOException {
    Result result = run(List.of(command));
    if (result.status() != 0) {
      throw new IOException(String.join(" ", command) + ": " + result);
    }
    return result.said();
  }

  /** Runs a command that not every machine has or allows; ends the test with the reason if not. */
  public static String need(String... command) throws IOException {
    Result result = run(List.of(command));
    return result.status() == 0
        ? result.said()
        : abort("skipped: " + String.join(" ", command) + " is needed, and said: " + result.said());
  }
}
