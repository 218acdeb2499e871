package io.penstock.core.file;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link EndOfIoHook} is told; valid during the call only. Positions and lengths are bytes
 * of the file.
 */
public interface EndOfIo {
  /** The file. */
  BlockFile file();

  /** Whether it was a write. */
  boolean isWrite();

  /** Where the request began. */
  long position();

  /** Bytes transferred, 0 when there is an error. Zeros that the engine added are not counted. */
  long bytes();

  /** The size of the file as the request sampled it. */
  long sampledSize();

  /** The cookie of the last mapping that gave one (MAP-7). */
  @Nullable Object cookie();

  /** Why the request failed, or null. */
  @Nullable IOException error();

  /**
   * How many ranges of blocks this request had allocated (kind <em>new</em>) could not be
   * initialised (ZERO-3).
   */
  int uninitialisedRanges();

  /** Start of range {@code index}, a multiple of the block size. */
  long uninitialisedStart(int index);

  /** End (exclusive) of range {@code index}, a multiple of the block size. */
  long uninitialisedEnd(int index);
}
