package io.penstock.cli.copy;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Reads a chunk of the source, then writes it to the target, less its zeros if they are to go. */
final class CopySlot extends Slot implements IoHandler {
  /**
   * What all slots of a copy share.
   *
   * @param source read from
   * @param target written to
   * @param size bytes of the source
   * @param tail what the target's last, partial block holds after the copied bytes; one block
   * @param zeroBlock bytes of a block of zeros that is left out; 0 to write all
   * @param leftOut told how many bytes were
   */
  record Work(
      BlockFile source,
      BlockFile target,
      long size,
      MemorySegment tail,
      int zeroBlock,
      LongConsumer leftOut) {}

  private final Work work;
  private final Buffer buffer;
  private final IoRequest request = DirectIo.newRequest();
  private Chunk chunk = new Chunk(0, 0);
  private boolean reading;
  private long bytes;
  private long toWrite;
  private long cursor;
  private long runLength;

  CopySlot(Work work, MemorySegment memory) {
    this.work = work;
    buffer = new Buffer(memory);
  }

  @Override
  void begin(Chunk next) throws IOException {
    chunk = next;
    bytes = Math.min(next.length(), work.size() - next.position());
    reading = true;
    submit(Direction.READ, work.source(), 0, next.length());
  }

  @Override
  public void completed(IoRequest done, long moved, @Nullable IOException error) {
    try {
      if (error != null) {
        failed(error);
      } else if (reading) {
        arrived(moved);
      } else {
        written(moved);
      }
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  private void arrived(long moved) throws IOException {
    if (moved < bytes) {
      throw new BlockIoException(
          Errno.EIO,
          "read",
          work.source().name(),
          chunk.position() + Math.max(0, moved),
          bytes - Math.max(0, moved),
          "the source became shorter while it was copied; copy it when nobody changes it");
    }
    int block = work.target().blockSize();
    toWrite = Math.ceilDiv(bytes, block) * block;
    if (toWrite > bytes) {
      // Block 4096, last byte 513: the copy's block ends as the target's own did, or in zeros.
      MemorySegment.copy(work.tail(), bytes % block, buffer.memory(), bytes, toWrite - bytes);
    }
    reading = false;
    cursor = 0;
    writeNext();
  }

  private void written(long moved) throws IOException {
    if (moved != runLength) {
      throw new BlockIoException(
          Errno.EIO,
          "write",
          work.target().name(),
          chunk.position() + cursor,
          runLength,
          "only " + moved + " bytes were written");
    }
    cursor += runLength;
    writeNext();
  }

  private void writeNext() throws IOException {
    long end = toWrite;
    if (work.zeroBlock() != 0) {
      long start = Zeros.skip(buffer.memory(), cursor, toWrite, work.zeroBlock());
      work.leftOut().accept(Math.max(0, Math.min(start, bytes) - cursor));
      cursor = start;
      end = Zeros.find(buffer.memory(), cursor, toWrite, work.zeroBlock());
    }
    runLength = end - cursor;
    if (runLength == 0) {
      finished(bytes);
    } else {
      submit(Direction.WRITE, work.target(), cursor, runLength);
    }
  }

  private void submit(Direction direction, BlockFile file, long offset, long length)
      throws IOException {
    DirectIo.submit(
        request,
        direction,
        file,
        buffer.vector(offset, length),
        chunk.position() + offset,
        IoFlags.NONE,
        this);
  }
}
