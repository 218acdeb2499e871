package io.penstock.cli.bench;

/** Counts down the operations of a loop that go on, in the loop's own thread. */
final class Busy implements Runnable {
  private int slots;

  Busy(int slots) {
    this.slots = slots;
  }

  @Override
  public void run() {
    slots--;
  }

  /** Those that go on. */
  int slots() {
    return slots;
  }
}
