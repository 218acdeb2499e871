package io.penstock.testkit.crash;

import org.jspecify.annotations.Nullable;

/**
 * What a sweep did.
 *
 * @param name of the sweep
 * @param seed its seed
 * @param writes writes of the workload
 * @param forcedWrites those of them with forced unit access
 * @param flushes flushes of the workload
 * @param crashPoints moments at which it crashed
 * @param states images that were checked
 * @param tornStates those of them with a torn write
 * @param longestWindow most writes that could be there or not at one moment
 * @param complete whether no bound on states or time has left out any
 * @param failure what was found, or null
 */
public record CrashReport(
    String name,
    long seed,
    int writes,
    int forcedWrites,
    int flushes,
    int crashPoints,
    long states,
    long tornStates,
    int longestWindow,
    boolean complete,
    @Nullable CrashFailure failure) {

  /** Whether every state was as it must be. */
  public boolean isClean() {
    return failure == null;
  }
}
