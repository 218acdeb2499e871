package io.penstock.core.request;

import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import org.jspecify.annotations.Nullable;

/**
 * A reusable request: one operation in flight at a time, any number one after the other, without
 * allocating (made by {@code DirectIo.newRequest()}).
 *
 * <p>A request belongs to whoever submits it, from the handler's call on again. {@link
 * #cancel(long)} and {@link #generation()} may be called from any thread.
 */
public interface IoRequest {
  /** The result of a read at or past end of file. */
  long END_OF_FILE = -1;

  /** A number of the user's own, kept from use to use. */
  long tag();

  /** Sets {@link #tag()}; not while in flight. */
  IoRequest tag(long value);

  /**
   * Bounds the next submissions of this request: when so many nanoseconds pass it is cancelled as
   * by {@link #cancel(long)}, with ETIMEDOUT; 0 for no bound. Not while in flight.
   */
  IoRequest timeoutNanos(long nanos);

  /** Tells the uses of this request apart: grows with every submission. */
  long generation();

  /**
   * Tries to stop the use of this request that has the given generation (CMP-11). Best effort: the
   * request still completes exactly once, with ECANCELED or with its result, and its memory is the
   * caller's only then. A later use of the request is never hit.
   *
   * @return whether that use was in flight and the wish was noted
   */
  boolean cancel(long generation);

  /** Whether an operation is in flight. */
  boolean isInFlight();

  /** The file of the last submission, or null before the first. */
  @Nullable BlockFile file();

  /** Direction of the last submission. */
  Direction direction();

  /** Position of the last submission, bytes. */
  long position();
}
