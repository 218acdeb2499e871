package io.penstock.failures.host;

import io.penstock.failures.Check;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A JVM that is to die, started with the class path of this one. Its standard output is a pipe to
 * this process, its standard error a file. Closing it kills it.
 */
public final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final Path directory;
  private final DataInputStream output;

  private ChildJvm(Process process, Path directory) {
    this.process = process;
    this.directory = directory;
    output = new DataInputStream(process.getInputStream());
  }

  /**
   * Starts one.
   *
   * @param directory where it leaves its standard error, and a crash report if the JVM crashes
   * @param limits of the shell that starts it, such as {@code ulimit -n 64}; nothing for none
   * @param jvm more options of the JVM
   * @param main its main class
   */
  public static ChildJvm start(
      Path directory, String limits, List<String> jvm, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    if (!limits.isEmpty()) {
      command.addAll(List.of("/bin/sh", "-c", limits + " && exec \"$@\"", "limited"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-ea",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-XX:+DisplayVMOutputToStderr", // the pipe is for what it has to tell
            "--enable-native-access=ALL-UNNAMED",
            "-XX:ErrorFile=" + directory.resolve("hs_err_%p.log"),
            "-cp",
            System.getProperty("java.class.path")));
    command.addAll(jvm);
    command.add(main.getName());
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(directory.resolve("stderr").toFile()).start();
    return new ChildJvm(process, directory);
  }

  /** What it tells on its standard output. */
  public DataInputStream output() {
    return output;
  }

  /** Its standard input, by which it is told something. */
  public java.io.OutputStream input() {
    return process.getOutputStream();
  }

  /**
   * Kills it as kill -9 does; does not wait for its end, and keeps the pipes: it may have told
   * more.
   */
  public void kill() {
    process.toHandle().destroyForcibly();
  }

  /** Asks it to end as kill does. */
  public void terminate() {
    process.toHandle().destroy();
  }

  /**
   * Waits for its end.
   *
   * @return its exit status; 128 and the signal that killed it
   * @throws AssertionError when it is still there after so long
   */
  public int await(long seconds) throws InterruptedException {
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    Check.that(ended, () -> "a process that was to end is still there after " + seconds + " s");
    return process.exitValue();
  }

  /** Fails if the JVM has crashed; a broken native call does that. */
  public void requireNoCrash() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> reports =
          files.filter(file -> file.getFileName().toString().startsWith("hs_err")).toList();
      Check.that(reports.isEmpty(), () -> "the JVM crashed: " + reports);
    }
  }

  /** What it wrote to its standard error so far. */
  public String errors() throws IOException {
    return Files.readString(directory.resolve("stderr"), StandardCharsets.UTF_8).strip();
  }

  /** Reads the rest of what it tells, to the end. */
  public String rest() throws IOException {
    InputStream in = output;
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }
}
