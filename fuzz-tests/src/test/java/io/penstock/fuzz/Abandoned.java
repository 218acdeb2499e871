package io.penstock.fuzz;

import io.penstock.core.bio.Bio;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Bios that somebody was given and threw: the engine goes on without them, and keeps their memory
 * until they are given back. Thread-safe.
 */
final class Abandoned {
  private record Use(Bio bio, long generation) {}

  private final List<Use> uses = new ArrayList<>();

  /** Right before it is thrown. */
  synchronized void add(Bio bio) {
    uses.add(new Use(bio, bio.generation()));
  }

  /** Completes those that nobody has completed. */
  synchronized void giveBack() {
    for (Use each : uses) {
      if (each.bio.generation() == each.generation) {
        try {
          each.bio.complete(new IOException("it comes too late"));
        } catch (IllegalStateException told) {
          // it was completed by another to whom it had been handed on
        }
      }
    }
    uses.clear();
  }
}
