package io.penstock.file;

import io.penstock.core.bio.ZeroBuffer;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockClaim;
import io.penstock.core.file.FileState;
import io.penstock.core.file.SyncScope;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * What is done to a file as a whole: its end, its space, its durability. Every operation is counted
 * in flight, so that close waits for it, and claims the blocks it changes, so that no write of any
 * handle is in the middle of one of them.
 */
final class FileSpace {
  /** A change of a range by the host; false when it cannot. */
  @FunctionalInterface
  private interface Change {
    boolean apply(long from, long length) throws IOException;
  }

  private final FileTransfers file;
  private final HostDevice device;
  private final FileState state;

  FileSpace(FileTransfers file) {
    this.file = file;
    device = file.device();
    state = file.state();
  }

  long size() throws IOException {
    if (file.isBlockDevice()) {
      file.requireOpen();
      return state.size();
    }
    return file.sizeNow();
  }

  /** Whoever appends holds the lock from looking for the end until what he wrote is the end. */
  long append(IoVector source) throws IOException {
    requireFile("append to", "it has no end to append to; write at a position");
    HandlerQueue.forbidWaiting("an append");
    file.shared().appends().acquire();
    try {
      long position = size();
      file.write(source, position, IoFlags.NONE);
      return position;
    } finally {
      file.shared().appends().release();
    }
  }

  /** {@link #append} without waiting; the future always completes. */
  CompletableFuture<Long> appendAsync(IoVector source) {
    FutureHandler handler = new FutureHandler();
    try {
      requireFile("append to", "it has no end to append to; write at a position");
      file.append(source, handler);
    } catch (IOException refused) {
      return CompletableFuture.failedFuture(refused);
    }
    return handler.future();
  }

  /**
   * Sets the size. In this order: straight requests of all handles are stopped, since they hold
   * their count while they wait for a claim; then what lies past the smaller size is claimed; then
   * the steps of bounced requests are stopped, so that no read is in the middle of what goes away.
   */
  void setSize(long newSize) throws IOException {
    requireFile("set the size of", "a block device has a fixed size");
    if (newSize < 0) {
      throw failure(Errno.EINVAL, "set the size of", "size " + newSize + " must not be negative");
    }
    HandlerQueue.forbidWaiting("a truncation");
    file.enter();
    try {
      SharedFile shared = file.shared();
      shared.frozen(
          FileTransfers::direct,
          () -> {
            long from = Math.min(newSize, state.size());
            BlockClaim claim = claimed(from / file.block() * file.block(), Long.MAX_VALUE);
            try {
              shared.frozen(FileTransfers::edges, () -> setLength(newSize));
            } finally {
              state.exclusion().release(claim);
            }
          });
    } finally {
      file.leave();
    }
  }

  private void setLength(long newSize) throws IOException {
    state.beginExtending(); // nobody is to take over the host's length before it is set here
    try {
      device.setLength(newSize);
      state.setSize(newSize);
    } finally {
      file.shared().changed(0, Long.MAX_VALUE);
      state.endExtending();
    }
  }

  boolean preallocate(long position, long length) throws IOException {
    requireRange("preallocate", position, length);
    requireFile("preallocate", "a block device has all its space");
    file.enter();
    try {
      return device.preallocate(position, length);
    } finally {
      file.leave();
    }
  }

  boolean punchHole(long position, long length) throws IOException {
    return zeroed("punch a hole in", position, length, device::clear);
  }

  boolean zeroRange(long position, long length) throws IOException {
    return zeroed("zero", position, length, device::zeroRange);
  }

  private boolean zeroed(String operation, long position, long length, Change change)
      throws IOException {
    requireRange(operation, position, length);
    long end = Math.min(position + length, size());
    if (position >= end) {
      file.requireOpen();
      return true;
    }
    if (isWhole(position, end) && underClaim(operation, position, end, change)) {
      return true;
    }
    writeZeros(position, end);
    return false;
  }

  /** A file's host takes any range; a device only whole blocks. */
  private boolean isWhole(long position, long end) {
    return !file.isBlockDevice() || ((position | end) & (file.block() - 1)) == 0;
  }

  private void writeZeros(long position, long end) throws IOException {
    for (long at = position; at < end; ) {
      long part = Math.min(ZeroBuffer.SIZE, end - at);
      file.write(IoVector.of(ZeroBuffer.segment().asSlice(0, part)), at, IoFlags.NONE);
      at += part;
    }
  }

  boolean discard(long position, long length) throws IOException {
    requireRange("discard", position, length);
    long end = Math.min(position + length, size());
    long from = position;
    if (file.isBlockDevice()) {
      from = Math.ceilDiv(position, file.block()) * file.block();
      end = end / file.block() * file.block();
    }
    if (from >= end) {
      file.requireOpen();
      return true;
    }
    return underClaim("discard", from, end, device::discard);
  }

  private boolean underClaim(String operation, long position, long end, Change change)
      throws IOException {
    HandlerQueue.forbidWaiting("to " + operation + " a file");
    file.enter();
    try {
      Edges edges = new Edges(position, end, file.block());
      BlockClaim claim = claimed(edges.start(), edges.blocksEnd());
      try {
        return change.apply(position, end - position);
      } finally {
        file.shared().changed(position, end);
        state.exclusion().release(claim);
      }
    } finally {
      file.leave();
    }
  }

  /** Claims all blocks of a range alone; waits for it. */
  private BlockClaim claimed(long start, long end) {
    int unit = FileState.SHARED_CLAIM_BLOCK;
    BlockClaim claim =
        new BlockClaim()
            .setAlone(start / unit, end == Long.MAX_VALUE ? Long.MAX_VALUE : (end - 1) / unit);
    state.exclusion().acquire(claim);
    return claim;
  }

  void sync(SyncScope scope) throws IOException {
    file.enter();
    try {
      file.direct().sync(scope);
    } finally {
      file.leave();
    }
  }

  private void requireRange(String operation, long position, long length) throws IOException {
    if (position < 0 || length < 0 || length > Long.MAX_VALUE - position - file.block()) {
      throw new BlockIoException(
          Errno.EINVAL,
          operation,
          file.direct().name(),
          position,
          length,
          "position and length must not be negative, nor their sum over the largest file");
    }
  }

  private void requireFile(String operation, String detail) throws IOException {
    if (file.isBlockDevice()) {
      throw failure(Errno.EINVAL, operation, detail);
    }
  }

  private BlockIoException failure(Errno errno, String operation, String detail) {
    return new BlockIoException(errno, operation, file.direct().name(), detail);
  }
}
