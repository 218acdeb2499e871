package io.penstock.file;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A file of a host that keeps the first operation until it is told to end it, and all others. */
final class QuietHost implements HostDevice {
  /** What is written to it. */
  static final MemorySegment MEMORY = Arena.global().allocate(512, 512);

  private static final QueueLimits LIMITS = QueueLimits.of(512);
  private static final IoCounters COUNTERS = new IoCounters();

  private final AtomicInteger begun = new AtomicInteger();
  private volatile @Nullable Bio first;

  @Override
  public void submit(Bio bio) {
    if (begun.incrementAndGet() == 1) {
      first = bio;
    }
  }

  /** Ends the first operation. */
  void endFirst() {
    Bio bio = first;
    if (bio == null) {
      throw new IllegalStateException("nothing was begun");
    }
    bio.complete();
  }

  /** Operations that were begun. */
  int begun() {
    return begun.get();
  }

  @Override
  public String name() {
    return "quiet host";
  }

  @Override
  public long size() {
    return 1 << 20;
  }

  @Override
  public QueueLimits limits() {
    return LIMITS;
  }

  @Override
  public IoCounters counters() {
    return COUNTERS;
  }

  @Override
  public String provider() {
    return "race";
  }

  @Override
  public boolean isBlockDevice() {
    return false;
  }

  @Override
  public boolean isDirect() {
    return true;
  }

  @Override
  public HostAlignment alignment() {
    return new HostAlignment(512, 512, 512, 0, 0, "a race");
  }

  @Override
  public Object identity() {
    return this;
  }

  @Override
  public long length() {
    return size();
  }

  @Override
  public void setLength(long newLength) {}

  @Override
  public boolean preallocate(long from, long length) {
    return false;
  }

  @Override
  public boolean clear(long from, long length) {
    return false;
  }

  @Override
  public boolean knowsHoles() {
    return false;
  }

  @Override
  public long nextData(long position) {
    return position;
  }

  @Override
  public long nextHole(long position) {
    return size();
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
