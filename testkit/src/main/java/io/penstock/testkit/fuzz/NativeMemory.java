package io.penstock.testkit.fuzz;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How much more memory the process holds than its heap, where {@code /proc} tells (proc(5), {@code
 * VmRSS}). Not thread-safe.
 */
final class NativeMemory {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final long begin = held();

  /** Bytes more than at the beginning; 0 where nothing tells. */
  long grown() {
    return held() - begin;
  }

  /** At least 0: of the heap, pages that were never touched count as if they were held. */
  private static long held() {
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    return Math.max(0, resident() - heap);
  }

  private static long resident() {
    List<String> lines;
    try {
      lines = Files.readAllLines(STATUS);
    } catch (IOException elsewhere) {
      return 0;
    }
    for (String line : lines) {
      if (line.startsWith("VmRSS:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }
}
