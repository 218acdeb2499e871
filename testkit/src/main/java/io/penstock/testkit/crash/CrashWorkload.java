package io.penstock.testkit.crash;

/**
 * Something that writes to a device: makes a device and what is to be on it, puts a {@link
 * CrashRecorder} over it, writes through that and notes what it begins and what is acknowledged.
 */
@FunctionalInterface
public interface CrashWorkload {
  /**
   * Carries it out. For a sweep to be repeatable the seed must decide everything, the order of
   * completions too.
   *
   * @return the recorder with its log; nothing may be in flight that completes later
   * @throws Exception when it cannot be carried out
   */
  CrashRecorder record(long seed) throws Exception;
}
