package io.penstock.testkit.crash;

import io.penstock.core.DirectIo;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Checks what a crash has left of the file of a {@link FileWorkload}:
 *
 * <ul>
 *   <li>what was acknowledged as durable is there;
 *   <li>every byte is a change's that was begun, or zero, and never what the disk held before;
 *   <li>the size is right: nothing acknowledged is behind it, nothing unwritten before it;
 *   <li>the layout says that all is well, and the next write works, over a gap that reads as zeros.
 * </ul>
 *
 * For one thread.
 */
public final class FileChecker implements CrashChecker {
  private static final int CHUNK = 64 << 10;

  private final CrashLayout layout;
  private final CompletionExecutor completions = CompletionExecutor.shared();
  private MemorySegment buffer = Arena.ofAuto().allocate(CHUNK, 4096);

  /** Opens what is left with {@code layout}. */
  public FileChecker(CrashLayout layout) {
    this.layout = layout;
  }

  @Override
  public void check(CrashImage image, CrashPoint crash) throws IOException {
    FileHistory history = new FileHistory(crash, image.limits().logicalBlock());
    long next;
    try (BlockFile file = layout.open(image, completions)) {
      history.checkSize(file.size());
      history.checkContents(contents(file));
      layout.verify(image);
      // behind the last block's first half, so that there is a gap in a block and a partial block
      next = roundUp(file.size(), image.limits().logicalBlock()) + file.blockSize() / 2;
      goOn(file, next, history.nextWriter());
    }
    try (BlockFile file = layout.open(image, completions)) {
      requireWritten(contents(file), next, file.blockSize(), history.nextWriter());
      layout.verify(image);
    }
  }

  private void goOn(BlockFile file, long position, int writer) throws IOException {
    long gap = file.size();
    MemorySegment data = buffer.asSlice(0, file.blockSize());
    Pattern.fill(data, 0, data.byteSize(), writer, position);
    DirectIo.write(file, IoVector.of(data), position, IoFlags.of(IoFlag.DATA_SYNC));
    MemorySegment contents = contents(file);
    requireWritten(contents, position, file.blockSize(), writer);
    long wrong = Pattern.mismatch(contents, gap, position - gap, 0, gap);
    if (wrong >= 0) {
      throw new AssertionError(
          "byte "
              + (gap + wrong)
              + " of the gap between the recovered end "
              + gap
              + " and the next write at "
              + position
              + " is not zero");
    }
  }

  private static void requireWritten(
      MemorySegment contents, long position, int length, int writer) {
    if (contents.byteSize() != position + length
        || Pattern.mismatch(contents, position, length, writer, position) >= 0) {
      throw new AssertionError(
          "the "
              + length
              + " bytes written at "
              + position
              + " after recovery are not the last of the file's "
              + contents.byteSize());
    }
  }

  private MemorySegment contents(BlockFile file) throws IOException {
    long size = file.size();
    long whole = roundUp(size, CHUNK);
    if (whole > buffer.byteSize()) {
      buffer = Arena.ofAuto().allocate(whole, 4096);
    }
    for (long done = 0; done < size; ) {
      MemorySegment part = buffer.asSlice(done, CHUNK);
      part.fill((byte) Pattern.SENTINEL);
      long bytes = DirectIo.read(file, IoVector.of(part), done);
      if (bytes != Math.min(CHUNK, size - done)) {
        throw new AssertionError("reading at " + done + " of " + size + " gives " + bytes);
      }
      done += bytes;
    }
    return buffer.asSlice(0, size);
  }

  private static long roundUp(long value, int unit) {
    return (value + unit - 1) / unit * unit;
  }
}
