package io.penstock.core.completion;

/** A device that holds back what a thread submits until the thread has submitted all of it. */
@FunctionalInterface
public interface Unplug {
  /** Begins what was held back; called on the thread that submitted, outside of any scope of it. */
  void unplug();
}
