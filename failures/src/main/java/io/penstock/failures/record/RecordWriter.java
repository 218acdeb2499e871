package io.penstock.failures.record;

import io.penstock.core.bio.Direction;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.SequentialWriter;
import io.penstock.file.StreamOptions;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writes records in one way until it is stopped from outside: by the end of the process, or by an
 * error. Tells of every record that was reported durable.
 */
public final class RecordWriter {
  private static final int BATCH = 8;

  private final DirectFile file;
  private final Way way;
  private final Acknowledgement.Receiver receiver;
  private final boolean lies;

  /**
   * Over an open file.
   *
   * @param lies whether it tells of a record before it is written, to see that this is noticed
   */
  public RecordWriter(DirectFile file, Way way, Acknowledgement.Receiver receiver, boolean lies) {
    this.file = file;
    this.way = way;
    this.receiver = receiver;
    this.lies = lies;
  }

  /** Opens the file that a way writes. */
  public static DirectFile open(String engine, Path path, Way way) throws IOException {
    return open(engine, path, way == Way.APPEND_DATA_SYNC);
  }

  /**
   * Opens a file to be written.
   *
   * @param dataSync whether every write is durable before it is reported
   */
  public static DirectFile open(String engine, Path path, boolean dataSync) throws IOException {
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(engine).withDataSync(dataSync);
    return DirectFile.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        options);
  }

  /** The contents that a file of slots has before anybody writes: version 0 of each. */
  public static byte[] slots(Way way) {
    byte[] all = new byte[Way.SLOTS * way.slotBytes()];
    for (int slot = 0; slot < Way.SLOTS; slot++) {
      byte[] record = Records.bytes(slot, 0, way.slotBytes());
      System.arraycopy(record, 0, all, slot * record.length, record.length);
    }
    return all;
  }

  /**
   * Writes with all threads of the way, this one among them, until the first error.
   *
   * @return the error
   */
  public IOException run() {
    AtomicReference<@Nullable IOException> first = new AtomicReference<>();
    Thread[] others = new Thread[way.writers() - 1];
    for (int i = 0; i < others.length; i++) {
      int writer = i + 1;
      others[i] = Thread.ofPlatform().name("writer-" + writer).start(() -> write(writer, first));
    }
    write(0, first);
    for (Thread each : others) {
      join(each);
    }
    IOException error = first.get();
    return error == null ? new IOException("it has ended without an error") : error;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(int writer, AtomicReference<@Nullable IOException> first) {
    try (IoArena arena = IoArena.ofShared()) {
      switch (way) {
        case APPEND_DATA_SYNC, APPEND_THEN_SYNC -> append(writer, arena);
        case STREAM_SYNC -> stream(writer, arena);
        case SLOTS_DATA_SYNC -> overwrite(writer, arena);
        case PAGES_IN_FLIGHT -> keepInFlight(arena);
        case PAGES_BATCH_SYNC -> batches(arena);
      }
    } catch (IOException stopped) {
      first.compareAndSet(null, stopped);
    } catch (RuntimeException | Error broken) {
      first.compareAndSet(null, new IOException("a writer threw " + broken, broken));
    }
  }

  private void acknowledge(int writer, long sequence, long position) throws IOException {
    receiver.acknowledged(new Acknowledgement(writer, sequence + (lies ? 1 : 0), position));
  }

  private void append(int writer, IoArena arena) throws IOException {
    MemorySegment memory = arena.allocate(Records.LONGEST, 4096);
    for (long sequence = 1; ; sequence++) {
      MemorySegment record = memory.asSlice(0, Records.length(writer, sequence));
      Records.fill(record, writer, sequence);
      long position = file.append(record);
      if (way == Way.APPEND_THEN_SYNC) {
        file.sync();
      }
      acknowledge(writer, sequence, position);
    }
  }

  private void stream(int writer, IoArena arena) throws IOException {
    MemorySegment memory = arena.allocate(Records.LONGEST, 4096);
    try (SequentialWriter stream =
        file.writer(0, StreamOptions.DEFAULT.withChunkBytes(16 << 10).withDepth(3))) {
      long[] positions = new long[5];
      for (long sequence = 1; ; sequence++) {
        MemorySegment record = memory.asSlice(0, Records.length(writer, sequence));
        Records.fill(record, writer, sequence);
        int kept = (int) (sequence % positions.length);
        positions[kept] = stream.position();
        stream.write(record);
        if (kept == 0) {
          stream.sync();
          for (long each = Math.max(1, sequence - positions.length + 1); each <= sequence; each++) {
            acknowledge(writer, each, positions[(int) (each % positions.length)]);
          }
        }
      }
    }
  }

  /** Writer 1 of 4 has slots 1, 5, 9 …: its neighbours are others'. */
  private void overwrite(int writer, IoArena arena) throws IOException {
    MemorySegment record = arena.allocate(way.slotBytes(), 512);
    IoVector vector = IoVector.of(record);
    IoFlags durable = IoFlags.of(IoFlag.DATA_SYNC);
    for (long version = 1; ; version++) {
      for (int slot = writer; slot < Way.SLOTS; slot += way.writers()) {
        Records.fill(record, slot, version);
        long position = (long) slot * way.slotBytes();
        file.write(vector, position, durable);
        acknowledge(slot, version, position);
      }
    }
  }

  /** Every handler tells of its slot; the next version of it is written when its place is free. */
  private void keepInFlight(IoArena arena) throws IOException {
    Semaphore[] free = new Semaphore[Way.SLOTS];
    MemorySegment[] memory = new MemorySegment[Way.SLOTS];
    for (int slot = 0; slot < Way.SLOTS; slot++) {
      free[slot] = new Semaphore(1);
      memory[slot] = arena.allocate(way.slotBytes(), 4096);
    }
    AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
    IoFlags durable = IoFlags.of(IoFlag.DATA_SYNC);
    Semaphore few = new Semaphore(BATCH);
    for (long version = 1; failure.get() == null; version++) {
      for (int each = 0; each < Way.SLOTS && failure.get() == null; each++) {
        int slot = each;
        long now = version;
        few.acquireUninterruptibly();
        free[slot].acquireUninterruptibly();
        Records.fill(memory[slot], slot, version);
        file.submit(
            DirectFile.newRequest(),
            Direction.WRITE,
            IoVector.of(memory[slot]),
            (long) slot * way.slotBytes(),
            durable,
            (request, bytes, error) -> {
              try {
                if (error != null) {
                  throw error;
                }
                acknowledge(slot, now, (long) slot * way.slotBytes());
              } catch (IOException stopped) {
                failure.compareAndSet(null, stopped);
              }
              free[slot].release();
              few.release();
            });
      }
    }
    few.acquireUninterruptibly(BATCH); // the memory is the file's until then
    throw java.util.Objects.requireNonNull(failure.get());
  }

  private void batches(IoArena arena) throws IOException {
    Batch batch = new Batch();
    MemorySegment memory = arena.allocate((long) BATCH * way.slotBytes(), 4096);
    for (long version = 1; ; version++) {
      for (int from = 0; from < Way.SLOTS; from += BATCH) {
        batch.clear();
        for (int i = 0; i < BATCH; i++) {
          MemorySegment record = memory.asSlice((long) i * way.slotBytes(), way.slotBytes());
          Records.fill(record, from + i, version);
          batch.write(file, record, (long) (from + i) * way.slotBytes());
        }
        batch.execute();
        file.sync();
        for (int i = 0; i < BATCH; i++) {
          acknowledge(from + i, version, (long) (from + i) * way.slotBytes());
        }
      }
    }
  }
}
