package io.penstock.file;

import io.penstock.core.memory.BufferPool;

/**
 * How a {@link SequentialReader} or {@link SequentialWriter} is to work. Immutable. It holds at
 * most {@code depth} times {@code chunkBytes} bytes of pooled memory.
 *
 * @param depth chunks that are held at the same time, at least 1: in flight, read ahead, or being
 *     filled
 * @param chunkBytes bytes of one request, a power of two of {@value BufferPool#MIN_BYTES} to
 *     {@value BufferPool#MAX_BYTES}; not less than the file's {@link DirectFile#blockBytes()}
 */
public record StreamOptions(int depth, int chunkBytes) {
  /** Four chunks of 1 MiB. */
  public static final StreamOptions DEFAULT = new StreamOptions(4, 1 << 20);

  /** Checks the values. */
  public StreamOptions {
    if (depth < 1) {
      throw new IllegalArgumentException("depth " + depth + " must be at least 1");
    }
    if (chunkBytes < BufferPool.MIN_BYTES
        || chunkBytes > BufferPool.MAX_BYTES
        || Integer.bitCount(chunkBytes) != 1) {
      throw new IllegalArgumentException(
          "chunk of "
              + chunkBytes
              + " bytes must be a power of two of "
              + BufferPool.MIN_BYTES
              + " to "
              + BufferPool.MAX_BYTES);
    }
  }

  /** The same options with another depth, chunks. */
  public StreamOptions withDepth(int chunks) {
    return new StreamOptions(chunks, chunkBytes);
  }

  /** The same options with another chunk, bytes. */
  public StreamOptions withChunkBytes(int bytes) {
    return new StreamOptions(depth, bytes);
  }

  void requireFits(DirectFile file, long position, String what) {
    file.requireNoLoop(what);
    if (position < 0) {
      throw new IllegalArgumentException("position " + position + " must not be negative");
    }
    if (chunkBytes < file.blockBytes()) {
      throw new IllegalArgumentException(
          "chunk of "
              + chunkBytes
              + " bytes is smaller than a block of "
              + file.path()
              + ", "
              + file.blockBytes()
              + " bytes");
    }
  }
}
