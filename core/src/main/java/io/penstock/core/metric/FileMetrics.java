package io.penstock.core.metric;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What the requests of one open file did; made by {@link IoMetrics#open}, and {@linkplain #close
 * closed} with the file. Thread-safe.
 */
public final class FileMetrics implements AutoCloseable {
  private final IoMetrics of;
  private final String name;
  private final BlockDevice device;
  private final DeviceMetrics deviceMetrics;
  private final OperationMetrics reads = new OperationMetrics();
  private final OperationMetrics writes = new OperationMetrics();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Of devices that mappings have named besides the file's own (MAP-12). */
  private final Map<Key, DeviceMetrics> others = new ConcurrentHashMap<>();

  /** A device as itself, whatever it is equal to. */
  record Key(BlockDevice device) {
    @Override
    @SuppressWarnings("ReferenceEquality") // a device is itself and no other
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key && key.device == device;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(device);
    }
  }

  FileMetrics(IoMetrics of, String name, BlockDevice device, DeviceMetrics deviceMetrics) {
    this.of = of;
    this.name = name;
    this.device = device;
    this.deviceMetrics = deviceMetrics;
  }

  /** For the engine: a request has ended. */
  public void ended(Direction direction, long nanos, long bytes, @Nullable Throwable error) {
    (direction == Direction.READ ? reads : writes).ended(nanos, bytes, error);
  }

  /** The metrics of a device that the file is on. */
  @SuppressWarnings("ReferenceEquality") // a device is itself and no other
  public DeviceMetrics on(BlockDevice used) {
    return used == device
        ? deviceMetrics
        : others.computeIfAbsent(new Key(used), key -> of.retain(key.device));
  }

  /** Name of the file. */
  public String name() {
    return name;
  }

  /** Requests that read. */
  public OperationMetrics reads() {
    return reads;
  }

  /** Requests that write. */
  public OperationMetrics writes() {
    return writes;
  }

  /** Takes it off the list of its {@link IoMetrics}; idempotent. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      of.closed(this);
      of.release(device);
      others.keySet().forEach(key -> of.release(key.device));
    }
  }

  @Override
  public String toString() {
    return "metrics of " + name;
  }
}
