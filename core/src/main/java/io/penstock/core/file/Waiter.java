package io.penstock.core.file;

/** Somebody in a queue for a lock, a gate or blocks. */
public interface Waiter {
  /**
   * It is this waiter's turn: it holds what it waited for. Called once, by whoever let go; must not
   * wait.
   */
  void granted();
}
