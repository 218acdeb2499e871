package io.penstock.testkit.crash;

import java.util.List;

/** What a {@link CrashRecorder} has seen, one thing after the other. */
sealed interface CrashEvent {
  /** From now on the device may hold some of it. */
  record Submitted(LoggedWrite write) implements CrashEvent {}

  /**
   * It was reported.
   *
   * @param failed whether with an error: it may be on the device or not, for ever
   */
  record Completed(LoggedWrite write, boolean failed) implements CrashEvent {}

  /** A flush was asked for; it concerns what has completed before. */
  record FlushBegun(int flush) implements CrashEvent {}

  /** The flush was reported as done. */
  record Flushed(int flush) implements CrashEvent {}

  /** The workload is about to do this. */
  record Begun(Object note) implements CrashEvent {}

  /** The workload has been told that these are durable. */
  record Acknowledged(List<Object> notes) implements CrashEvent {}
}
