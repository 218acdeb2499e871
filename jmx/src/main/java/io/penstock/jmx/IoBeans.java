package io.penstock.jmx;

import io.penstock.core.metric.DeviceMetrics;
import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import java.lang.management.ManagementFactory;
import java.util.IdentityHashMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an MBean registered for every measured file that is open, and every device of one, until it
 * is {@linkplain #close closed}. Thread-safe.
 *
 * <pre>{@code
 * IoMetrics metrics = new IoMetrics();
 * IoBeans beans = IoBeans.register(metrics);
 * DirectFile.open(path, DirectFileOptions.DEFAULT.withMetrics(metrics));
 * }</pre>
 */
public final class IoBeans implements IoMetrics.Listener, AutoCloseable {
  /** The domain of all names. */
  public static final String DOMAIN = "io.penstock";

  private final IoMetrics metrics;
  private final MBeanServer server;

  /** By file or device; guarded by this. */
  private final IdentityHashMap<Object, ObjectName> names = new IdentityHashMap<>();

  private long last;
  private boolean closed;

  private IoBeans(IoMetrics metrics, MBeanServer server) {
    this.metrics = metrics;
    this.server = server;
  }

  /** Registers with the server of the platform. */
  public static IoBeans register(IoMetrics metrics) {
    return register(metrics, ManagementFactory.getPlatformMBeanServer());
  }

  /** Registers with a server. */
  public static IoBeans register(IoMetrics metrics, MBeanServer server) {
    IoBeans beans = new IoBeans(metrics, server);
    metrics.add(beans);
    return beans;
  }

  @Override
  public void opened(FileMetrics file) {
    add("File", file.name(), file, new FileBean(file), FileMXBean.class);
  }

  @Override
  public void closed(FileMetrics file) {
    remove(file);
  }

  @Override
  public void opened(DeviceMetrics device) {
    add("Device", device.name(), device, new DeviceBean(device), DeviceMXBean.class);
  }

  @Override
  public void closed(DeviceMetrics device) {
    remove(device);
  }

  private synchronized <T> void add(
      String type, String name, Object of, T bean, Class<T> mxBeanInterface) {
    if (closed) {
      return;
    }
    try {
      ObjectName asked = nameOf(type, name);
      server.registerMBean(new StandardMBean(bean, mxBeanInterface, true), asked);
      names.put(of, asked);
    } catch (JMException | RuntimeException e) {
      // the file works all the same
      log("cannot register an MBean for " + name, e);
    }
  }

  /** The number tells apart several handles of one file. */
  private ObjectName nameOf(String type, String name) throws MalformedObjectNameException {
    return new ObjectName(
        DOMAIN + ":type=" + type + ",name=" + ObjectName.quote(name) + ",id=" + ++last);
  }

  private synchronized void remove(Object of) {
    ObjectName registered = names.remove(of);
    if (registered != null) {
      unregister(registered);
    }
  }

  private void unregister(ObjectName registered) {
    try {
      server.unregisterMBean(registered);
    } catch (InstanceNotFoundException gone) {
      // somebody else has unregistered it
    } catch (JMException | RuntimeException e) {
      log("cannot unregister " + registered, e);
    }
  }

  private static void log(String what, Exception why) {
    System.getLogger("io.penstock").log(System.Logger.Level.WARNING, what, why);
  }

  /** The name under which a file or device is registered, or null. */
  public synchronized @Nullable ObjectName nameOf(Object fileOrDeviceMetrics) {
    return names.get(fileOrDeviceMetrics);
  }

  /** Unregisters all; idempotent. */
  @Override
  public void close() {
    metrics.remove(this);
    synchronized (this) {
      closed = true;
      names.values().forEach(this::unregister);
      names.clear();
    }
  }

  private record FileBean(FileMetrics file) implements FileMXBean {
    @Override
    public String getName() {
      return file.name();
    }

    @Override
    public Operations getReads() {
      return Operations.of(file.reads());
    }

    @Override
    public Operations getWrites() {
      return Operations.of(file.writes());
    }
  }

  private record DeviceBean(DeviceMetrics device) implements DeviceMXBean {
    @Override
    public String getName() {
      return device.name();
    }

    @Override
    public Operations getReads() {
      return Operations.of(device.reads());
    }

    @Override
    public Operations getWrites() {
      return Operations.of(device.writes());
    }

    @Override
    public int getInFlight() {
      return device.inFlight();
    }

    @Override
    public double getQueuedMedianMicros() {
      return Operations.micros(device.queued(), 50);
    }

    @Override
    public double getQueuedP99Micros() {
      return Operations.micros(device.queued(), 99);
    }
  }
}
