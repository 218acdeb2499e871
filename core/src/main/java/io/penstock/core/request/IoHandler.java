package io.penstock.core.request;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Told of the end of an asynchronous request, exactly once. Runs on the device's completion thread,
 * or on the completion executor when the request was deferred or made durable (CMP-9); with a
 * device that completes inside the submission, in the submitting thread at the end of the
 * submission. It may submit the next request, on the same {@link IoRequest} too, and may close the
 * file; it may not wait for I/O on the device's thread (that throws).
 */
@FunctionalInterface
public interface IoHandler {
  /**
   * The request is done and may be used again.
   *
   * @param request the request, with its {@link IoRequest#tag()}
   * @param bytes bytes transferred, {@link IoRequest#END_OF_FILE} for a read at or past end of
   *     file; with an error, 0
   * @param error why it failed, or null. After a failed read the memory's contents are unspecified
   *     but never another file's (MEM-5)
   */
  void completed(IoRequest request, long bytes, @Nullable IOException error);
}
