package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what the device behind is asked for, in the order in which it is asked, before it is
 * asked. Batches stay together. Thread-safe.
 */
public final class RecordDevice extends ForwardingDevice {
  /** Bytes of the largest bio whose data is kept: what fits into an array. */
  private static final long MOST_DATA = Integer.MAX_VALUE - 8;

  private final boolean keepData;
  private final int bound;
  private final ArrayDeque<DeviceEvent> events = new ArrayDeque<>();
  private long submissions;

  /** Records everything but the data, without bound. */
  public RecordDevice(BlockDevice delegate) {
    this(delegate, false, Integer.MAX_VALUE);
  }

  /**
   * Records.
   *
   * @param keepData whether written bytes are copied into the record
   * @param bound how many events are kept; the oldest are forgotten
   */
  public RecordDevice(BlockDevice delegate, boolean keepData, int bound) {
    super(delegate);
    if (bound < 1) {
      throw new IllegalArgumentException("bound " + bound + " must be at least 1 event");
    }
    this.keepData = keepData;
    this.bound = bound;
  }

  @Override
  public void submit(Bio bio) {
    synchronized (events) {
      record(bio, submissions++);
    }
    delegate().submit(bio);
  }

  @Override
  public void submit(Bio[] bios, int from, int to) {
    synchronized (events) {
      long batch = submissions++;
      for (int i = from; i < to; i++) {
        record(bios[i], batch);
      }
    }
    delegate().submit(bios, from, to);
  }

  @Override
  public void flush() throws IOException {
    record(new DeviceEvent.Flush());
    delegate().flush();
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    record(new DeviceEvent.AliasDrop(offset, length));
    delegate().dropCachedAliases(offset, length);
  }

  /** What was asked so far, oldest first: a copy. */
  public List<DeviceEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** The bios among {@link #events()}. */
  public List<DeviceEvent.Transfer> transfers() {
    return events().stream()
        .filter(DeviceEvent.Transfer.class::isInstance)
        .map(DeviceEvent.Transfer.class::cast)
        .toList();
  }

  /** The bios of one direction among {@link #events()}. */
  public List<DeviceEvent.Transfer> transfers(Direction direction) {
    return transfers().stream().filter(transfer -> transfer.direction() == direction).toList();
  }

  /** Forgets what was asked so far. */
  public void clear() {
    synchronized (events) {
      events.clear();
    }
  }

  private void record(Bio bio, long batch) {
    List<Long> lengths = new ArrayList<>(bio.pieces());
    for (int i = 0; i < bio.pieces(); i++) {
      lengths.add(bio.pieceLength(i));
    }
    record(
        new DeviceEvent.Transfer(
            batch,
            bio.direction(),
            bio.deviceOffset(),
            bio.fileOffset(),
            bio.length(),
            lengths,
            bio.isSynchronous(),
            bio.isNoWait(),
            bio.isAtomic(),
            bio.isForcedUnitAccess(),
            keepData && bio.isWrite() ? copyOf(bio) : null));
  }

  private void record(DeviceEvent event) {
    synchronized (events) {
      if (events.size() == bound) {
        events.removeFirst();
      }
      events.addLast(event);
    }
  }

  private static @Nullable MemorySegment copyOf(Bio bio) {
    if (bio.length() > MOST_DATA) {
      return null;
    }
    MemorySegment copy = MemorySegment.ofArray(new byte[(int) bio.length()]);
    long done = 0;
    try {
      for (int i = 0; i < bio.pieces(); i++) {
        MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), copy, done, bio.pieceLength(i));
        done += bio.pieceLength(i);
      }
    } catch (RuntimeException unreadable) {
      return null; // the device behind says what is wrong with this memory
    }
    return copy.asReadOnly();
  }
}
