package io.penstock.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** Whether tests of rings can run here. */
final class TestRings {
  private TestRings() {}

  /** Skips the test where there can be no ring, and says why. */
  static void require() {
    Optional<String> cause = new UringProvider().unavailabilityCause();
    assumeTrue(cause.isEmpty(), () -> "skipped: no io_uring: " + cause.orElseThrow());
  }
}
