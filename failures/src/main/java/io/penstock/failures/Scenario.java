package io.penstock.failures;

/** One kind of failure, brought about on purpose. */
interface Scenario {

  /** By which it is chosen; of a-z and dashes. */
  String name();

  /** What is done, for people; one line. */
  String does();

  /** How much of the whole time it gets, in proportion to the others. */
  int weight();

  /**
   * Brings it about until {@linkplain Trial#goesOn() the time is over}, at least once in every way.
   *
   * @throws AssertionError when a promise is broken
   * @throws Skipped when it cannot be brought about on this machine
   */
  void run(Trial trial) throws Exception;
}
