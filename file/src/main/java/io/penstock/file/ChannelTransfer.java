package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * Moves the pieces of a bio through a {@link FileChannel}, one after the other, and continues short
 * transfers. Positions and lengths are bytes; those of whole pieces are multiples of the unit.
 */
final class ChannelTransfer {
  /**
   * Attempts that may move no whole unit, one after the other: the file may end inside of a unit
   * when it is read and have grown when its length is looked at.
   */
  private static final int MOST_STALLS = 32;

  private final String subject;
  private final int unit;
  private final long deviceEnd;

  /**
   * Transfers on one file.
   *
   * @param unit what direct transfers must be aligned to
   * @param deviceEnd length of a block device; {@link Long#MAX_VALUE} for a regular file
   */
  ChannelTransfer(String subject, int unit, long deviceEnd) {
    this.subject = subject;
    this.unit = unit;
    this.deviceEnd = deviceEnd;
  }

  /** Moves all pieces. */
  void run(FileChannel channel, Bio bio) throws IOException {
    long position = bio.deviceOffset();
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment piece = bio.segment(i).asSlice(bio.pieceOffset(i), bio.pieceLength(i));
      if (bio.isWrite()) {
        write(channel, piece, position);
      } else {
        read(channel, piece, position);
      }
      position += bio.pieceLength(i);
    }
  }

  /** Reads; what lies beyond the end of the file becomes zeros. */
  void read(FileChannel channel, MemorySegment piece, long position) throws IOException {
    ByteBuffer buffer = piece.asByteBuffer();
    int stalls = 0;
    while (buffer.hasRemaining()) {
      int before = buffer.position();
      int moved = channel.read(buffer, position + before);
      if (moved <= 0 || moved % unit != 0) {
        long done = (long) before + Math.max(0, moved);
        if (position + done >= channel.size()) {
          piece.asSlice(done).fill((byte) 0);
          return;
        }
        boolean stalled = rewind(buffer, before, done);
        stalls = stalled ? stalls + 1 : 0;
        if (stalls == MOST_STALLS) {
          throw stalled("read", position, buffer.limit(), done);
        }
      }
    }
  }

  /**
   * Writes; of the last, partial unit of a block device whose length is no multiple of the unit,
   * what lies beyond its end is dropped.
   */
  void write(FileChannel channel, MemorySegment piece, long position) throws IOException {
    ByteBuffer buffer = piece.asByteBuffer();
    int stalls = 0;
    while (buffer.hasRemaining()) {
      int before = buffer.position();
      int moved = channel.write(buffer, position + before);
      if (moved <= 0 || moved % unit != 0) {
        long done = (long) before + Math.max(0, moved);
        if (position + done == deviceEnd && piece.byteSize() - done < unit) {
          return;
        }
        boolean stalled = rewind(buffer, before, done);
        stalls = stalled ? stalls + 1 : 0;
        if (stalls == MOST_STALLS) {
          throw stalled("write", position, buffer.limit(), done);
        }
      }
    }
  }

  /**
   * Goes on after a short transfer from the last whole unit, which moves the rest of it again.
   *
   * @return whether that is where it was before
   */
  private boolean rewind(ByteBuffer buffer, int before, long done) {
    int whole = Math.max(before, Math.toIntExact(done - done % unit));
    buffer.position(whole);
    return whole == before;
  }

  private BlockIoException stalled(String operation, long position, long length, long done) {
    return new BlockIoException(
        Errno.EIO,
        operation,
        subject,
        position,
        length,
        "the system moved " + done + " bytes and then no more");
  }
}
