package io.penstock.examples.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A record that somebody waits for. Guarded by the log's lock, once it was queued. */
final class PendingRecord {
  private final byte[] contents;
  private long position;
  private boolean done;
  private @Nullable IOException failure;

  PendingRecord(byte[] contents) {
    this.contents = contents;
  }

  byte[] contents() {
    return contents;
  }

  /** Where it will lie in the log. */
  void placeAt(long where) {
    position = where;
  }

  /** It is durable, or never will be. */
  void end(@Nullable IOException why) {
    failure = why;
    done = true;
  }

  boolean isDone() {
    return done;
  }

  /** Where it lies in the log. */
  long result() throws IOException {
    if (failure != null) {
      throw new IOException("the record was not made durable; open the log again", failure);
    }
    return position;
  }
}
