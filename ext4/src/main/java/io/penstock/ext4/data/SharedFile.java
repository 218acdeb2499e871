package io.penstock.ext4.data;

import io.penstock.core.DirectIo;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.BlockExclusion;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.FileState;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoVector;
import io.penstock.ext4.edit.LiveMap;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A file that can be written to, for all that have it open: one view of the engine, one map, and
 * one exclusion of those who write the same logical block in part.
 *
 * <p>Claims of the exclusion are numbered in units of {@value #UNIT} bytes. Whoever writes whole
 * logical blocks only says so; whoever has to read a block in order to write a part of it has it
 * alone, and so has whoever changes the end of the file. Thread-safe.
 */
public final class SharedFile {
  private static final int UNIT = FileState.SHARED_CLAIM_BLOCK;

  private final BlockFile file;
  private final LiveMap map;
  private final BlockExclusion writers = FileState.shared(0).exclusion();

  /** How many have it open; guarded by {@link OpenFiles}. */
  int handles;

  SharedFile(Inode inode, VolumeWriter volume, String name, CompletionExecutor completions)
      throws IOException {
    map = new LiveMap(inode, volume);
    map.dropBeyondEnd();
    file =
        BlockFile.builder(volume.table().store().device(), map)
            .name(name)
            .blockSize(volume.geometry().blockSize())
            .size(map.inode().size())
            .endOfIo(map)
            .sync(map)
            .completions(completions)
            .build();
    // a write that a crash has cut short, or a program that had the file mapped, may have left some
    file.noteUncleanTail(file.size());
  }

  /** The engine's view of it. */
  public BlockFile file() {
    return file;
  }

  /** Its map. */
  LiveMap map() {
    return map;
  }

  private BlockClaim claim(BlockClaim claim) {
    writers.acquire(claim);
    return claim;
  }

  /** Writes whole logical blocks; waits for it. */
  void writeAligned(IoVector memory, long position) throws IOException {
    BlockClaim claim =
        claim(
            new BlockClaim()
                .set(
                    position / UNIT,
                    (position + memory.total() - 1) / UNIT,
                    BlockClaim.NONE,
                    false,
                    false));
    try {
      whole(memory, position);
    } finally {
      writers.release(claim);
    }
  }

  private void whole(IoVector memory, long position) throws IOException {
    long written = DirectIo.write(file, memory, position);
    if (written != memory.total()) {
      throw new BlockIoException(
          Errno.EIO,
          "write",
          file.name(),
          position,
          memory.total(),
          "only " + written + " bytes were written");
    }
  }

  /** Writes anything; waits for it. */
  void writeEdges(IoVector memory, long position) throws IOException {
    BlockClaim claim = claim(alone(position, position + memory.total()));
    try {
      EdgeWrite.run(this, memory, position);
    } finally {
      writers.release(claim);
    }
  }

  /** The blocks of a range alone; all that follow too where its last block is not in the file. */
  private BlockClaim alone(long from, long end) {
    int block = file.device().limits().logicalBlock();
    long first = (from & -block) / UNIT;
    long last = ((end + block - 1 & -block) - 1) / UNIT;
    return new BlockClaim().setAlone(first, end <= file.size() ? last : Long.MAX_VALUE);
  }

  /**
   * Writes behind the end of the file; waits for it.
   *
   * @return the position
   */
  long append(IoVector memory) throws IOException {
    while (true) {
      long position = file.size();
      BlockClaim claim = claim(alone(position, Long.MAX_VALUE - file.blockSize()));
      try {
        if (position == file.size()) {
          EdgeWrite.run(this, memory, position);
          return position;
        }
      } finally {
        writers.release(claim);
      }
    }
  }

  /** Sets the size. */
  void truncate(long size) throws IOException {
    BlockClaim claim = claim(alone(Math.min(size, file.size()), Long.MAX_VALUE - (1 << 20)));
    try {
      DirectIo.truncate(file, size);
    } finally {
      writers.release(claim);
    }
  }

  /** Sets blocks aside for what is a hole in a range. */
  void allocate(long from, long length, boolean keepsSize) throws IOException {
    long end = from + length;
    int shift = file.blockShift();
    if (!keepsSize && end > file.size() && file.hasUncleanTail()) {
      truncate(file.size()); // clears what would come to lie inside the file
    }
    file.freeze();
    try {
      map.preallocate(
          from >> shift, end + file.blockSize() - 1 >> shift, keepsSize ? file.size() : end);
      if (!keepsSize) {
        file.extendTo(end);
      }
    } finally {
      file.thaw();
    }
  }

  /** Makes a range read as zeros, and frees the blocks that lie in it as a whole. */
  void punch(long from, long length) throws IOException {
    long end = Math.min(from + length, file.size());
    if (from >= end) {
      return;
    }
    BlockClaim claim = claim(alone(from, end));
    try {
      int block = file.blockSize();
      long first = from + block - 1 & -block;
      // beyond the end of file there is nothing to be kept
      long last = end == file.size() ? end + block - 1 & -block : end & -block;
      if (first > last) {
        EdgeWrite.zero(this, from, end);
        return;
      }
      EdgeWrite.zero(this, from, Math.min(first, end));
      EdgeWrite.zero(this, last, end);
      if (first == last) {
        return;
      }
      file.freeze();
      try {
        map.punch(first >> file.blockShift(), last >> file.blockShift());
      } finally {
        file.thaw();
      }
    } finally {
      writers.release(claim);
    }
  }

  void force(boolean metadata) throws IOException {
    file.sync(metadata ? SyncScope.ALL : SyncScope.DATA);
  }

  void writeNow(IoVector memory, long position, long end) throws IOException {
    long paddedEnd = position + memory.total();
    boolean padded = end < paddedEnd && paddedEnd > file.size();
    if (padded) {
      map.pad(Math.max(end, file.size()), paddedEnd);
    }
    try {
      whole(memory, position);
    } finally {
      if (padded) {
        map.endPadding();
      }
    }
  }

  void load(MemorySegment block, long position) throws IOException {
    long read =
        position < file.size() ? Math.max(0, DirectIo.read(file, IoVector.of(block), position)) : 0;
    block.asSlice(read).fill((byte) 0);
  }

  void closed() throws IOException {
    file.close();
    map.close();
  }
}
