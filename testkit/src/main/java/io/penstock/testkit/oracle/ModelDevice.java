package io.penstock.testkit.oracle;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.memory.MemoryKind;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A device in memory that checks what it is given and leaves everything else to the run it belongs
 * to.
 */
final class ModelDevice implements BlockDevice {
  /** The run: decides when bios are done and how. */
  interface Host {
    void submitted(ModelDevice device, Bio bio, int batch);

    void cancelled(ModelDevice device, Bio bio, long generation);

    void flushed(ModelDevice device) throws IOException;

    void aliasesDropped(ModelDevice device, long offset, long length) throws IOException;

    Divergence diverged(String message);

    /** Numbers what is handed to devices together. */
    int nextBatch();
  }

  private final String name;
  private final QueueLimits limits;
  private final MemorySegment store;
  private final Host host;
  private final IoCounters counters = new IoCounters();

  /** A device full of poison. */
  ModelDevice(String name, QueueLimits limits, long size, Host host) {
    this.name = name;
    this.limits = limits;
    this.host = host;
    store = MemorySegment.ofArray(new byte[Math.toIntExact(size)]);
    Pattern.fill(store, 0, size, Pattern.POISON, 0);
  }

  /** The device's bytes. */
  MemorySegment store() {
    return store;
  }

  void poison(long offset, long length) {
    Pattern.fill(store, offset, length, Pattern.POISON, offset);
  }

  @Override
  public void submit(Bio bio) {
    int batch = host.nextBatch();
    check(bio);
    host.submitted(this, bio, batch);
  }

  @Override
  public void submit(Bio[] bios, int from, int to) {
    int batch = host.nextBatch();
    for (int i = from; i < to; i++) {
      check(bios[i]);
      host.submitted(this, bios[i], batch);
    }
  }

  private void check(Bio bio) {
    String wrong = violation(bio);
    if (wrong != null) {
      throw host.diverged(
          "a bio breaks the device's limits: " + wrong + ": " + bio + " on " + limits);
    }
  }

  private @Nullable String violation(Bio bio) {
    int sector = limits.logicalBlock();
    if (bio.device() != this) {
      return "it was made for another device";
    }
    if (bio.length() <= 0 || bio.length() % sector != 0 || bio.deviceOffset() % sector != 0) {
      return "not whole logical blocks";
    }
    if (bio.deviceOffset() < 0 || bio.deviceEnd() > size()) {
      return "outside of the device";
    }
    if (bio.length() > limits.maxBytes()) {
      return "too long";
    }
    if (bio.pieces() > limits.maxSegments()) {
      return "too many pieces";
    }
    long sum = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      MemorySegment segment = bio.segment(i);
      sum += length;
      if (length <= 0 || length % sector != 0) {
        return "piece " + i + " of " + length + " bytes is not whole logical blocks";
      }
      if (length > limits.maxSegmentBytes()) {
        return "piece " + i + " of " + length + " bytes is too long";
      }
      if (bio.pieceOffset(i) < 0 || bio.pieceOffset(i) + length > segment.byteSize()) {
        return "piece " + i + " is not inside of its segment";
      }
      if (segment.isNative()
          && (segment.address() + bio.pieceOffset(i)) % limits.memoryAlignment() != 0) {
        return "piece "
            + i
            + " lies at 0x"
            + Long.toHexString(segment.address() + bio.pieceOffset(i))
            + ", which is not aligned";
      }
      if (!segment.isNative() && !limits.acceptsHeap()) {
        return "piece " + i + " lies on the heap";
      }
      MemoryKind kind = MemoryKind.of(segment);
      boolean fragile = kind == MemoryKind.CLOSEABLE || kind == MemoryKind.CONFINED;
      if (fragile && !bio.isBorrowed(i)) {
        return "piece " + i + " lies in a closeable arena and is not marked borrowed";
      }
      if (bio.isBorrowed(i) && !(bio.isSynchronous() && limits.runsInCaller())) {
        return "piece " + i + " is borrowed, but not for a bio that runs in its caller";
      }
    }
    return sum == bio.length() ? null : "its pieces have " + sum + " bytes";
  }

  /** Moves the first {@code length} bytes of a bio, none of them torn by another. */
  synchronized void transfer(Bio bio, long length) {
    long at = bio.deviceOffset();
    long left = length;
    for (int i = 0; i < bio.pieces() && left > 0; i++) {
      long bytes = Math.min(left, bio.pieceLength(i));
      if (bio.isWrite()) {
        MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), store, at, bytes);
      } else {
        MemorySegment.copy(store, at, bio.segment(i), bio.pieceOffset(i), bytes);
      }
      at += bytes;
      left -= bytes;
    }
  }

  @Override
  public void cancel(Bio bio, long generation) {
    host.cancelled(this, bio, generation);
  }

  @Override
  public void flush() throws IOException {
    host.flushed(this);
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    host.aliasesDropped(this, offset, length);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return store.byteSize();
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return name + " of " + size() + " bytes, " + limits;
  }
}
