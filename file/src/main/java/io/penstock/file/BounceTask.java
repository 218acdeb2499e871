package io.penstock.file;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.Threading;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BounceRoom;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * An unaligned request that nobody waits for: it has several steps, some of which wait for others
 * or for the disk, so a virtual thread takes them, when there is {@linkplain BounceRoom room}. Its
 * handler runs there.
 *
 * <p>Memory of an {@link IoArena} is kept open from the submission on, memory that is confined to
 * the submitter is copied there (MEM-4).
 */
class BounceTask implements Runnable {
  /** Memory and threads are the process's, and so is this. */
  private static final BounceRoom ROOM = new BounceRoom(64 << 20, 1024);

  private final FileTransfers file;
  private final IoRequest request;
  private final Direction direction;
  private final IoVector memory;
  private final long position;
  private final IoFlags flags;
  private final IoHandler handler;
  private boolean counted;
  private boolean inRoom;

  BounceTask(
      FileTransfers file,
      IoRequest request,
      Direction direction,
      IoVector memory,
      long position,
      IoFlags flags,
      IoHandler handler)
      throws IOException {
    this.file = file;
    this.request = request;
    this.direction = direction;
    this.position = position;
    this.flags = flags;
    this.handler = handler;
    this.memory = memory.hasConfinedMemory() ? copy(memory) : memory;
  }

  /** The memory, or the copy of it. */
  final IoVector memory() {
    return memory;
  }

  private IoVector copy(IoVector memory) throws IOException {
    if (direction == Direction.READ) {
      throw file.refusal(
          direction,
          memory,
          position,
          "a segment is confined to this thread, and an asynchronous read would fill it on another;"
              + " allocate it from an IoArena");
    }
    MemorySegment copy = Arena.ofAuto().allocate(memory.total(), file.memoryAlignment());
    VectorBytes.copyOut(memory, 0, copy, 0, memory.total());
    return IoVector.of(copy);
  }

  /** Begins; refuses by an exception, and then the handler is not called. */
  final void start() throws IOException {
    // Frozen for a moment: the task waits, not the submitter.
    counted = file.tryEnter();
    int held = 0;
    try {
      while (held < memory.count()) {
        IoArena arena = memory.arena(held);
        if (arena != null && !arena.acquire()) {
          throw file.refusal(
              direction, memory, position, "the arena of segment " + held + " is closed");
        }
        held++;
      }
      begin();
    } catch (IOException | RuntimeException | Error failure) {
      release(held);
      throw failure;
    }
  }

  /**
   * Has {@link #run} called on a thread of its own, when there is room. One that is not counted in
   * flight yet, because the file is frozen, first waits for that, outside of the room: who freezes
   * the file waits for those that are counted, and they may be waiting for room.
   */
  void begin() {
    if (!counted || ROOM.enter(copiedBytes(), this::admitted)) {
      inRoom = counted;
      startThread();
    }
  }

  private void startThread() {
    Threading.current().start("penstock-bounce", this);
  }

  private long copiedBytes() {
    return Math.min(memory.total(), FileTransfers.chunk(Long.MAX_VALUE)) + 2L * file.block();
  }

  private void admitted() {
    inRoom = true;
    try {
      startThread();
    } catch (RuntimeException | Error noThread) {
      end(0, asIo(noThread));
    }
  }

  /** All steps; returns what the handler is told. */
  long carryOut() throws IOException {
    return file.carryOut(direction, memory, position, flags);
  }

  @Override
  public final void run() {
    long bytes = 0;
    IOException error = null;
    try {
      if (!counted) {
        file.enter();
        counted = true;
        ROOM.enter(copiedBytes());
        inRoom = true;
      }
      bytes = carryOut();
    } catch (IOException failure) {
      error = failure;
    } catch (RuntimeException | Error thrown) {
      error = asIo(thrown);
    }
    end(bytes, error);
  }

  /** It has ended: lets go of all it holds, and tells the handler. */
  void end(long bytes, @Nullable IOException error) {
    release(memory.count());
    tell(bytes, error);
  }

  final BlockIoException asIo(Throwable thrown) {
    Errno errno = thrown instanceof IllegalStateException ? Errno.EFAULT : Errno.EIO;
    return new BlockIoException(
        errno.number(),
        direction.word(),
        file.direct().name(),
        position,
        memory.total(),
        "it threw " + thrown,
        thrown);
  }

  /** Lets go of the arenas of the first segments, of the room, and of the file. */
  private void release(int segments) {
    if (inRoom) {
      inRoom = false;
      ROOM.leave(copiedBytes());
    }
    for (int i = 0; i < segments; i++) {
      IoArena arena = memory.arena(i);
      if (arena != null) {
        arena.release();
      }
    }
    if (counted) {
      counted = false;
      file.leave();
    }
  }

  private void tell(long bytes, @Nullable IOException error) {
    try {
      handler.completed(request, bytes, error);
    } catch (RuntimeException | Error thrown) {
      file.direct().warnings().warn(file.direct().name(), "a completion handler threw", thrown);
    }
  }
}
