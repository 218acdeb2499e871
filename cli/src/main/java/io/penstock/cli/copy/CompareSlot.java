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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Reads a chunk of both files at the same time and compares. */
final class CompareSlot extends Slot implements IoHandler {
  private final BlockFile source;
  private final BlockFile target;
  private final Buffer[] buffers;
  private final IoRequest[] requests = {DirectIo.newRequest(), DirectIo.newRequest()};
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();
  private Chunk chunk = new Chunk(0, 0);
  private long bytes;

  CompareSlot(
      BlockFile source, BlockFile target, MemorySegment sourceMemory, MemorySegment targetMemory) {
    this.source = source;
    this.target = target;
    buffers = new Buffer[] {new Buffer(sourceMemory), new Buffer(targetMemory)};
  }

  @Override
  void begin(Chunk next) {
    chunk = next;
    bytes = Math.min(next.length(), source.size() - next.position());
    pending.set(2);
    read(0, source);
    read(1, target);
  }

  private void read(int which, BlockFile file) {
    long block = file.blockSize();
    long length = Math.ceilDiv(bytes, block) * block;
    try {
      DirectIo.submit(
          requests[which],
          Direction.READ,
          file,
          buffers[which].vector(0, length),
          chunk.position(),
          IoFlags.NONE,
          this);
    } catch (IOException | RuntimeException e) {
      arrived(e);
    }
  }

  @Override
  public void completed(IoRequest request, long moved, @Nullable IOException error) {
    if (error == null && moved < bytes) {
      BlockFile file = request == requests[0] ? source : target;
      arrived(
          new BlockIoException(
              Errno.EIO,
              "verify",
              file.name(),
              chunk.position() + Math.max(0, moved),
              bytes - Math.max(0, moved),
              "the file became shorter while it was compared"));
    } else {
      arrived(error);
    }
  }

  /** One of the two is there; whoever brings the second goes on. */
  private void arrived(@Nullable Exception error) {
    if (error != null) {
      broken.compareAndSet(null, error);
    }
    if (pending.decrementAndGet() > 0) {
      return;
    }
    Exception failed = broken.get();
    if (failed == null) {
      failed = difference();
    }
    if (failed == null) {
      finished(bytes);
    } else {
      failed(failed);
    }
  }

  private @Nullable BlockIoException difference() {
    long at = MemorySegment.mismatch(buffers[0].memory(), 0, bytes, buffers[1].memory(), 0, bytes);
    return at < 0
        ? null
        : new BlockIoException(
            Errno.EIO,
            "verify",
            target.name(),
            chunk.position() + at,
            BlockIoException.NONE,
            "this byte differs from "
                + source.name()
                + "; somebody writes to one of them, or the device is failing");
  }
}
