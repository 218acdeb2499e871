package io.penstock.testkit.explain;

/**
 * A piece of memory that a device operation moves. Offsets and lengths are bytes.
 *
 * @param source whose memory it is
 * @param fileOffset where its first byte belongs in the file
 * @param length of the piece
 * @param segment index of the request's segment, or -1 when it is not the caller's memory
 * @param segmentOffset from the start of that segment; 0 when there is none
 */
public record Piece(Source source, long fileOffset, long length, int segment, long segmentOffset) {

  /** Whose memory a piece is. */
  public enum Source {
    /** The caller's: it goes straight to the device. */
    CALLER,
    /** The engine's zeros (ZERO-7). */
    ZEROS,
    /** Pooled memory: the caller's bytes were copied, or blocks at an edge are (MEM-4, FILE-3). */
    POOLED
  }

  /** First byte of the file behind the piece. */
  public long fileEnd() {
    return fileOffset + length;
  }
}
