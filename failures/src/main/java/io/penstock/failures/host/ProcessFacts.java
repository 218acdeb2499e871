package io.penstock.failures.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What /proc tells of this process. */
public final class ProcessFacts {
  private ProcessFacts() {}

  /** Descriptors that are open on files and devices whose path begins so, deleted ones too. */
  public static int descriptorsOf(Path prefix) {
    return (int) descriptors().stream().filter(to -> to.startsWith(prefix.toString())).count();
  }

  /** Rings that this process has. */
  public static int rings() {
    return (int) descriptors().stream().filter("anon_inode:[io_uring]"::equals).count();
  }

  /** What each descriptor is open on. */
  public static List<String> descriptors() {
    List<String> all = new ArrayList<>();
    try (Stream<Path> each = Files.list(Path.of("/proc/self/fd"))) {
      each.forEach(
          fd -> {
            try {
              all.add(Files.readSymbolicLink(fd).toString());
            } catch (IOException gone) {
              // it was the one by which this looks, or another thread has closed it
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
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
