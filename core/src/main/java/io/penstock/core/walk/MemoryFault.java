package io.penstock.core.walk;

import java.io.IOException;

/**
 * Memory of the caller could not be had (MEM-1): what tells it apart from the failures of the walk
 * itself. Carries the error that is reported.
 */
final class MemoryFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final IOException reason;

  MemoryFault(IOException reason) {
    super(reason.getMessage(), reason, false, false);
    this.reason = reason;
  }

  IOException reason() {
    return reason;
  }
}
