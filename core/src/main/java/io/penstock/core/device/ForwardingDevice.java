package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import java.io.IOException;

/**
 * A device that stands before another one and hands everything on: the base of devices that do one
 * thing more. It owns the device behind it and closes it. The counters are those of the device
 * behind, so a stack counts once. Thread-safe when that device is.
 *
 * <p>A batch is handed on bio by bio through {@link #submit(Bio)}, so that overriding that one
 * method is enough; a device that can keep batches together overrides {@link #submit(Bio[], int,
 * int)} too.
 */
public abstract class ForwardingDevice implements BlockDevice {
  private final BlockDevice delegate;

  /** Stands before {@code delegate}. */
  protected ForwardingDevice(BlockDevice delegate) {
    this.delegate = delegate;
  }

  /** The device behind. */
  protected final BlockDevice delegate() {
    return delegate;
  }

  @Override
  public String name() {
    return delegate.name();
  }

  @Override
  public long size() {
    return delegate.size();
  }

  @Override
  public QueueLimits limits() {
    return delegate.limits();
  }

  @Override
  public void submit(Bio bio) {
    delegate.submit(bio);
  }

  @Override
  public void cancel(Bio bio, long generation) {
    delegate.cancel(bio, generation);
  }

  @Override
  public void flush() throws IOException {
    delegate.flush();
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    delegate.dropCachedAliases(offset, length);
  }

  @Override
  public IoCounters counters() {
    return delegate.counters();
  }

  @Override
  public void close() throws IOException {
    delegate.close();
  }

  @Override
  public String toString() {
    return getClass().getSimpleName() + " before " + delegate;
  }
}
