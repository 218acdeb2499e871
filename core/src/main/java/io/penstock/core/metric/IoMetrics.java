package io.penstock.core.metric;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.SubmitFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The files that are to be measured, and the devices they are on. Files that are opened without one
 * are not, and pay nothing. Measuring costs a few readings of the clock per request. Thread-safe.
 *
 * <pre>{@code
 * IoMetrics metrics = new IoMetrics();
 * DirectFile.open(path, DirectFileOptions.DEFAULT.withMetrics(metrics));
 * }</pre>
 */
public final class IoMetrics {
  /** Hears of files and devices that come and go; called with no order among threads. */
  public interface Listener {
    /** A file was opened. */
    default void opened(FileMetrics file) {}

    /** A file was closed. */
    default void closed(FileMetrics file) {}

    /** A device is used by a measured file, the first of them. */
    default void opened(DeviceMetrics device) {}

    /** No measured file uses the device any more. */
    default void closed(DeviceMetrics device) {}
  }

  private final CopyOnWriteArrayList<FileMetrics> files = new CopyOnWriteArrayList<>();
  private final Map<FileMetrics.Key, DeviceMetrics> devices = new HashMap<>();
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Of nothing yet. */
  public IoMetrics() {}

  /**
   * Starts to measure a file. The caller gives the result to the file's builder, and closes it when
   * the file is closed.
   *
   * @param name of the file
   * @param device that it is on
   */
  public FileMetrics open(String name, BlockDevice device) {
    FileMetrics file = new FileMetrics(this, name, device, retain(device));
    synchronized (this) {
      files.add(file);
      listeners.forEach(each -> each.opened(file));
    }
    return file;
  }

  synchronized DeviceMetrics retain(BlockDevice device) {
    DeviceMetrics metrics = devices.get(new FileMetrics.Key(device));
    if (metrics == null) {
      DeviceMetrics made = new DeviceMetrics(SubmitFailure.nameOf(device));
      devices.put(new FileMetrics.Key(device), made);
      listeners.forEach(each -> each.opened(made));
      metrics = made;
    }
    metrics.users++;
    return metrics;
  }

  synchronized void release(BlockDevice device) {
    DeviceMetrics metrics = devices.get(new FileMetrics.Key(device));
    if (metrics != null && --metrics.users == 0) {
      devices.remove(new FileMetrics.Key(device));
      listeners.forEach(each -> each.closed(metrics));
    }
  }

  synchronized void closed(FileMetrics file) {
    files.remove(file);
    listeners.forEach(each -> each.closed(file));
  }

  /** Adds a listener, and tells it of what is open already. It must not throw, nor come back. */
  public synchronized void add(Listener listener) {
    listeners.add(listener);
    devices.values().forEach(listener::opened);
    files.forEach(listener::opened);
  }

  /** Takes a listener away. */
  public synchronized void remove(Listener listener) {
    listeners.remove(listener);
  }

  /** The files that are open. */
  public List<FileMetrics> files() {
    return List.copyOf(files);
  }

  /** The devices that they are on. */
  public synchronized List<DeviceMetrics> devices() {
    return new ArrayList<>(devices.values());
  }
}
