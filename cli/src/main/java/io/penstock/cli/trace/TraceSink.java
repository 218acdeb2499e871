package io.penstock.cli.trace;

/** Takes what was recorded, in no particular order. */
public interface TraceSink {
  /** A request has ended. */
  void request(SeenRequest request);

  /** A device operation is done. */
  void bio(SeenBio bio);

  /** A mapper has answered for so many bytes; 0 if it failed. */
  default void mapping(long answered) {}

  /** So many bytes of a caller's memory went through pooled memory. */
  default void bounce(long bytes) {}

  /** Another way was taken, or something went wrong beside a request; one line for people. */
  default void incident(String line) {}
}
