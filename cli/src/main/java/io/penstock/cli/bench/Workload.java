package io.penstock.cli.bench;

import io.penstock.core.device.OpenMode;
import java.nio.file.Path;

/**
 * What every engine does, on the same file.
 *
 * @param file a regular file or block device that is there
 * @param length bytes of it that are used, from its start; a multiple of {@code blockSize}
 * @param pattern reads or writes, and where
 * @param blockSize bytes of one operation
 * @param depth operations that each thread has in flight at the same time, where the engine can
 * @param threads threads that begin operations
 * @param memory where buffers come from
 */
public record Workload(
    Path file,
    long length,
    AccessPattern pattern,
    int blockSize,
    int depth,
    int threads,
    MemoryChoice memory) {

  /** Checks the values. */
  public Workload {
    if (blockSize < 1 || depth < 1 || threads < 1) {
      throw new IllegalArgumentException(
          "block size " + blockSize + ", depth " + depth + ", threads " + threads + ": at least 1");
    }
    if (length < blockSize || length % blockSize != 0) {
      throw new IllegalArgumentException(
          "length " + length + " must be a positive multiple of the block size " + blockSize);
    }
  }

  /** Blocks that operations choose from. */
  public long blocks() {
    return length / blockSize;
  }

  /** Operations of all threads together that are in flight at the same time. */
  public int outstanding() {
    return depth * threads;
  }

  /** How a file is opened for it by one who has so many operations in flight. */
  OpenMode openMode(int operations) {
    OpenMode mode = pattern.writes() ? OpenMode.READ_WRITE : OpenMode.READ;
    return mode.withDepth(operations);
  }
}
