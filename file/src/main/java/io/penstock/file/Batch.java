package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Plug;
import io.penstock.core.completion.Threading;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes of any number of files that are begun together and waited for together: one
 * submission where a device can take many.
 *
 * <pre>{@code
 * Batch batch = new Batch();
 * int head = batch.read(one, page, 0);
 * int tail = batch.read(another, otherPage, 1 << 20);
 * batch.execute();
 * long bytes = batch.bytes(head);
 * batch.clear();                       // and again, without garbage
 * }</pre>
 *
 * <p>Requests of one batch are carried out in no particular order: none may need the result of
 * another. For one thread at a time; a file on a {@linkplain DirectFileOptions#loop() loop} is for
 * the loop's thread, which this then drives while it waits, and all files of the batch that are on
 * loops must be on the same.
 */
public final class Batch {
  private final List<Entry> entries = new ArrayList<>();
  private final AtomicInteger pending = new AtomicInteger();
  private int count;
  private volatile @Nullable Thread waiter;

  /** An empty batch. */
  public Batch() {}

  /** One request, with all it needs, to be used again. */
  private final class Entry implements IoHandler {
    private final IoRequest request = DirectIo.newRequest();
    private final IoVector memory = IoVector.empty();
    private @Nullable DirectFile file;
    private Direction direction = Direction.READ;
    private long position;
    private long bytes;
    private @Nullable IOException error;
    private boolean done;

    void set(Direction what, DirectFile of, long at) {
      direction = what;
      file = of;
      position = at;
      bytes = 0;
      error = null;
      done = false;
    }

    void start() {
      DirectFile of = file;
      assert of != null;
      try {
        of.submit(request, direction, memory, position, IoFlags.NONE, this);
      } catch (IOException refused) {
        completed(request, 0, refused);
      }
    }

    @Override
    public void completed(IoRequest unused, long moved, @Nullable IOException failure) {
      bytes = moved;
      error = failure;
      done = true;
      if (pending.decrementAndGet() == 0) {
        Threading.current().unpark(waiter);
      }
    }
  }

  // --- filling it ---

  /**
   * Adds a read; as {@link DirectFile#read(MemorySegment, long)}.
   *
   * @param target the batch's until {@link #execute()} returns
   * @return index of the request
   */
  public int read(DirectFile file, MemorySegment target, long position) {
    file.requireReadable();
    return add(Direction.READ, file, target, position);
  }

  /**
   * Adds a write; as {@link DirectFile#write(MemorySegment, long)}.
   *
   * @param source the batch's until {@link #execute()} returns
   * @return index of the request
   */
  public int write(DirectFile file, MemorySegment source, long position) {
    file.requirePositional();
    return add(Direction.WRITE, file, source, position);
  }

  private int add(Direction direction, DirectFile file, MemorySegment memory, long position) {
    requireIdle();
    if (count == entries.size()) {
      entries.add(new Entry());
    }
    Entry entry = entries.get(count);
    entry.set(direction, file, position);
    entry.memory.clear().add(memory);
    return count++;
  }

  /** Number of requests. */
  public int size() {
    return count;
  }

  /** Removes all requests; their memory is let go of. */
  public Batch clear() {
    requireIdle();
    for (int i = 0; i < count; i++) {
      entries.get(i).memory.clear();
      entries.get(i).file = null;
    }
    count = 0;
    return this;
  }

  private void requireIdle() {
    if (waiter != null) {
      throw new IllegalStateException("this batch is being executed; wait for it");
    }
  }

  // --- carrying it out ---

  /**
   * Begins all requests, and waits until each has ended; an interrupt does not cut that short and
   * is kept. A batch can be executed again.
   *
   * @throws IOException the first failure, the others suppressed; {@link #bytes} and {@link #error}
   *     tell what became of each request
   * @throws IllegalStateException in a handler on a device's thread
   */
  public void execute() throws IOException {
    requireIdle();
    HandlerQueue.forbidWaiting("a batch");
    waiter = Thread.currentThread();
    try {
      pending.set(count + 1);
      Plug.begin();
      try {
        for (int i = 0; i < count; i++) {
          entries.get(i).done = false;
          entries.get(i).start();
        }
      } finally {
        Plug.end();
      }
      if (pending.decrementAndGet() != 0) {
        await();
      }
    } finally {
      waiter = null;
    }
    throwFailures();
  }

  private void await() {
    HandlerQueue.current().unplug();
    ConfinedLoop loop = loop();
    boolean interrupted = false;
    while (pending.get() != 0) {
      if (loop != null && loop.inFlight() > 0) {
        loop.await();
      } else {
        Threading.current().park(this);
      }
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private @Nullable ConfinedLoop loop() {
    for (int i = 0; i < count; i++) {
      DirectFile file = entries.get(i).file;
      if (file != null && file.loop() != null) {
        return file.loop();
      }
    }
    return null;
  }

  private void throwFailures() throws IOException {
    IOException first = null;
    for (int i = 0; i < count; i++) {
      IOException error = entries.get(i).error;
      if (first == null) {
        first = error;
      } else if (error != null && error != first) {
        first.addSuppressed(error);
      }
    }
    if (first != null) {
      throw first;
    }
  }

  // --- what came of it ---

  /**
   * Bytes of a request: all for a write; fewer only at end of file, and -1 at or past it, for a
   * read; 0 for one that failed.
   */
  public long bytes(int index) {
    return entry(index).bytes;
  }

  /** Why a request failed, or null. */
  public @Nullable IOException error(int index) {
    return entry(index).error;
  }

  private Entry entry(int index) {
    if (index < 0 || index >= count) {
      throw new IndexOutOfBoundsException(
          "request " + index + " of a batch of " + count + " requests");
    }
    Entry entry = entries.get(index);
    if (!entry.done) {
      throw new IllegalStateException("request " + index + " has not been executed");
    }
    return entry;
  }

  @Override
  public String toString() {
    return "batch of " + count + " requests, " + Math.max(0, pending.get()) + " in flight";
  }
}
