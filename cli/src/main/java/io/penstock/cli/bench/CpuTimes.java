package io.penstock.cli.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.StringTokenizer;

/**
 * Seconds of processor time as the kernel accounts them, in steps of 10 ms.
 *
 * @param user outside the kernel
 * @param system inside it, interrupts included
 */
record CpuTimes(double user, double system) {
  static final CpuTimes UNKNOWN = new CpuTimes(Double.NaN, Double.NaN);

  /** The unit of these files, whatever the kernel's own: {@code USER_HZ}. */
  private static final double TICKS_PER_SECOND = 100;

  private static final Path MACHINE = Path.of("/proc/stat");
  private static final Path PROCESS = Path.of("/proc/self/stat");

  /** Of all processors of the machine, since it was started; not what the host took from it. */
  static CpuTimes ofMachine() {
    try {
      return ofMachine(Files.readString(MACHINE));
    } catch (IOException | RuntimeException e) {
      return UNKNOWN;
    }
  }

  /**
   * The first line of proc_stat(5): cpu user nice system idle iowait irq softirq steal ...
   *
   * @throws IllegalArgumentException when it is none
   */
  static CpuTimes ofMachine(String stat) {
    StringTokenizer words = new StringTokenizer(stat);
    word(words);
    double user = next(words) + next(words);
    double system = next(words);
    next(words); // idle
    next(words); // iowait
    system += next(words) + next(words);
    return new CpuTimes(user / TICKS_PER_SECOND, system / TICKS_PER_SECOND);
  }

  /** Of this process, threads that have ended included. */
  static CpuTimes ofProcess() {
    try {
      return ofProcess(Files.readString(PROCESS));
    } catch (IOException | RuntimeException e) {
      return UNKNOWN;
    }
  }

  /**
   * proc_pid_stat(5): utime and stime are words 14 and 15; word 2, in parentheses, may have blanks.
   *
   * @throws IllegalArgumentException when they are not there
   */
  static CpuTimes ofProcess(String stat) {
    StringTokenizer words = new StringTokenizer(stat.substring(stat.lastIndexOf(')') + 1));
    for (int i = 3; i < 14; i++) {
      word(words);
    }
    return new CpuTimes(next(words) / TICKS_PER_SECOND, next(words) / TICKS_PER_SECOND);
  }

  private static double next(StringTokenizer words) {
    return Long.parseLong(word(words));
  }

  private static String word(StringTokenizer words) {
    if (!words.hasMoreTokens()) {
      throw new IllegalArgumentException("processor times: there are too few words");
    }
    return words.nextToken();
  }

  /** What has passed since. */
  CpuTimes since(CpuTimes before) {
    return new CpuTimes(user - before.user, system - before.system);
  }

  double sum() {
    return user + system;
  }
}
