package io.penstock.fuzz;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;

/**
 * A file of a host that answers what the script says: lengths, data and holes that cannot be, and
 * transfers that fail or throw. Thread-safe.
 */
public final class HostileHost implements HostDevice {
  private static final int SIZE = 1 << 18;

  private final Script script;
  private final MemoryDevice memory;
  private final HostAlignment alignment;
  private final Abandoned abandoned = new Abandoned();
  private final Object identity = new Object();
  private volatile long length;

  /** A file in memory of some length. */
  public HostileHost(Script script) {
    this.script = script;
    int block = 512 << script.below(4);
    alignment = new HostAlignment(1 << script.below(10), block, block, 0, 0, "fuzz");
    memory =
        MemoryDevice.builder()
            .name("hostile-host")
            .size(SIZE)
            .limits(QueueLimits.of(block).withMemoryAlignment(alignment.memory()))
            .build();
    length = script.below(1 << 16);
  }

  private long answer(long honest) throws IOException {
    act();
    return script.indulges(Vice.DEVICE_SIZE) ? script.number() : honest;
  }

  private void act() throws IOException {
    if (script.indulges(Vice.DEVICE_FAILS)) {
      throw new IOException("hostile-host fails");
    }
    if (script.indulges(Vice.DEVICE_OBJECTS)) {
      script.throwSomething("hostile-host");
    }
  }

  @Override
  public String name() {
    return "hostile-host";
  }

  @Override
  public long size() {
    return Long.MAX_VALUE;
  }

  @Override
  public QueueLimits limits() {
    return memory.limits();
  }

  @Override
  public void submit(Bio bio) {
    if (script.indulges(Vice.DEVICE_THROWS)) {
      abandoned.add(bio);
      script.throwSomething("hostile-host");
    }
    if (script.indulges(Vice.DEVICE_FAILS) || bio.deviceEnd() > SIZE || bio.deviceOffset() < 0) {
      bio.complete(new IOException("hostile-host has no such bytes"));
      return;
    }
    if (bio.isWrite()) {
      length = Math.max(length, bio.deviceEnd());
    }
    memory.submit(bio);
  }

  @Override
  public void flush() throws IOException {
    act();
  }

  @Override
  public IoCounters counters() {
    return memory.counters();
  }

  @Override
  public void close() throws IOException {
    act();
  }

  /** Gives all memory back, closed or not: nothing may use the file any more. */
  public void free() {
    abandoned.giveBack();
    memory.close();
  }

  @Override
  public String provider() {
    return "hostile";
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
    return alignment;
  }

  @Override
  public Object identity() {
    return identity;
  }

  @Override
  public long length() throws IOException {
    return answer(length);
  }

  @Override
  public void setLength(long newLength) throws IOException {
    act();
    length = newLength;
  }

  @Override
  public boolean preallocate(long from, long bytes) throws IOException {
    act();
    return script.oneIn(2);
  }

  @Override
  public boolean clear(long from, long bytes) throws IOException {
    act();
    return false;
  }

  @Override
  public boolean knowsHoles() {
    return true;
  }

  @Override
  public long nextData(long position) throws IOException {
    return answer(position < length ? Math.min(length - 1, position + script.below(8192)) : -1);
  }

  @Override
  public long nextHole(long position) throws IOException {
    return answer(position < length ? Math.min(length, position + 1 + script.below(8192)) : -1);
  }
}
