package io.penstock.testkit.crash;

/**
 * Recovers what a crash has left and says what is wrong with it: a layout's own recovery, its
 * checker (a file system's fsck, given {@link CrashImage#writeTo a file}), and whether everything
 * that was acknowledged is there.
 */
@FunctionalInterface
public interface CrashChecker {
  /**
   * Checks one image. Called for one after the other on one thread; must come to the same result
   * whenever it is given the same image.
   *
   * @param image what is left; may be written to, and is void afterwards
   * @param crash what the workload had noted before the crash
   * @throws Exception what is wrong; any exception or error means that something is
   */
  void check(CrashImage image, CrashPoint crash) throws Exception;
}
