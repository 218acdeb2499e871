package io.penstock.failures.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What /proc tells of this process. */
public final class ProcessFacts {
  private ProcessFacts() {}

  /** Descriptors that are open, less the one that is needed to count them. */
  public static int descriptors() {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return (int) all.count() - 1;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Most memory that was ever resident, bytes. */
  public static long peakMemoryBytes() throws IOException {
    return kilobytes("VmHWM:") * 1024;
  }

  /** Memory resident now, bytes. */
  public static long memoryBytes() throws IOException {
    return kilobytes("VmRSS:") * 1024;
  }

  private static long kilobytes(String name) throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith(name)) {
        return Long.parseLong(line.replaceAll("[^0-9]", ""));
      }
    }
    throw new IOException("no " + name + " in /proc/self/status");
  }
}
