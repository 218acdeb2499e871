package io.penstock.core.file;

import java.io.IOException;

/**
 * A buffered path's cache of the same file, told by the engine what direct requests do (ADM-11,
 * ADM-14, CMP-5). Ranges are bytes of the file, end exclusive. Called from any thread; the default
 * is a file without a cache.
 */
public interface CacheHook {
  /** A file that nobody caches. */
  CacheHook NONE = new CacheHook() {};

  /** Whether dirty cached bytes overlap the range: what a no-wait request may not wait for. */
  default boolean hasDirty(BlockFile file, long from, long to) {
    return false;
  }

  /**
   * Writes dirty cached bytes of the range to the device and waits for it, before a direct read.
   *
   * @throws IOException when that failed; the read fails with it
   */
  default void writeBack(BlockFile file, long from, long to) throws IOException {}

  /**
   * Writes dirty cached bytes of the range to the device and drops the cached copy, before a direct
   * write.
   *
   * @return false when the copy cannot be dropped at the moment (it is mapped or locked): the write
   *     goes the buffered way
   * @throws IOException when writing back failed
   */
  default boolean writeBackAndDrop(BlockFile file, long from, long to) throws IOException {
    return true;
  }

  /**
   * Drops cached copies of a range a direct write has just changed.
   *
   * @throws IOException when stale copies may remain; reported as a warning, the write stays done
   */
  default void invalidate(BlockFile file, long from, long to) throws IOException {}
}
