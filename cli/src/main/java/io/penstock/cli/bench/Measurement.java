package io.penstock.cli.bench;

/**
 * What one engine did in one round. Times per operation are of the processors.
 *
 * @param provider what was really in use below the engine's name
 * @param seconds measured
 * @param operations completed in these seconds
 * @param bytes moved by them
 * @param errors operations that failed or came up short, in all
 * @param firstError the first of them, for people; empty when there is none
 * @param latencies from the beginning to the end of an operation
 * @param userMicros microseconds per operation in which any processor of the machine was busy
 *     outside the kernel; NaN when unknown
 * @param systemMicros the same inside the kernel, interrupts included
 * @param processMicros microseconds per operation of the process that ran the engine, both kinds;
 *     NaN when unknown
 * @param bytesPerOperation bytes allocated on the Java heap by all threads of this process; NaN
 *     when the engine is not Java
 */
public record Measurement(
    String provider,
    double seconds,
    long operations,
    long bytes,
    long errors,
    String firstError,
    Latencies latencies,
    double userMicros,
    double systemMicros,
    double processMicros,
    double bytesPerOperation) {

  /** Operations per second. */
  public double iops() {
    return operations / seconds;
  }

  /** Megabytes (10^6) per second. */
  public double megabytesPerSecond() {
    return bytes / seconds / 1e6;
  }

  /** Microseconds of the whole machine's processors per operation. */
  public double cpuMicros() {
    return userMicros + systemMicros;
  }
}
