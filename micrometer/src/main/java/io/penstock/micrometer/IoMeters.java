package io.penstock.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.penstock.core.metric.DeviceMetrics;
import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import io.penstock.core.metric.OperationMetrics;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Keeps meters in registries for every measured file that is open, and every device of one, until
 * it is {@linkplain #close closed}. Thread-safe.
 *
 * <ul>
 *   <li>{@code penstock.file.requests}: timer of requests, tags {@code file}, {@code direction}
 *   <li>{@code penstock.file.bytes}, {@code penstock.file.errors}: counters, the same tags
 *   <li>{@code penstock.file.latency}: gauge, the same tags and {@code phi} (0.5, 0.99, 0.999, 1)
 *   <li>{@code penstock.device.operations}, {@code .bytes}, {@code .errors}, {@code .latency}: the
 *       same of device operations, tag {@code device} instead of {@code file}
 *   <li>{@code penstock.device.queued}: gauge of what they waited first, tags {@code device},
 *       {@code phi}
 *   <li>{@code penstock.device.inflight}: gauge, tag {@code device}
 * </ul>
 *
 * <p>Meters of the same name and tags are one in a registry: two handles of one file need names
 * that differ, or share the meters of the first.
 */
public final class IoMeters implements MeterBinder, AutoCloseable {
  private static final double[] PERCENTILES = {50, 99, 99.9, 100};

  private final IoMetrics metrics;
  private final Tags tags;

  /** Guarded by this. */
  private final List<Bound> bound = new ArrayList<>();

  /** Meters of these metrics. */
  public IoMeters(IoMetrics metrics) {
    this(metrics, List.of());
  }

  /**
   * Meters of these metrics.
   *
   * @param tags that every meter gets besides its own
   */
  public IoMeters(IoMetrics metrics, Iterable<Tag> tags) {
    this.metrics = metrics;
    this.tags = Tags.of(tags);
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    Bound one = new Bound(registry, tags);
    synchronized (this) {
      bound.add(one);
    }
    metrics.add(one);
  }

  /** Takes all meters out of their registries; idempotent. */
  @Override
  public void close() {
    List<Bound> all;
    synchronized (this) {
      all = List.copyOf(bound);
      bound.clear();
    }
    for (Bound each : all) {
      metrics.remove(each);
      each.removeAll();
    }
  }

  /** The meters in one registry. */
  private static final class Bound implements IoMetrics.Listener {
    private final MeterRegistry registry;
    private final Tags tags;

    /** By file or device; guarded by this. */
    private final IdentityHashMap<Object, List<Meter>> meters = new IdentityHashMap<>();

    Bound(MeterRegistry registry, Tags tags) {
      this.registry = registry;
      this.tags = tags;
    }

    @Override
    public synchronized void opened(FileMetrics file) {
      List<Meter> own = new ArrayList<>();
      Tags named = tags.and("file", file.name());
      addOperations(own, "penstock.file", "requests", named.and("direction", "read"), file.reads());
      addOperations(
          own, "penstock.file", "requests", named.and("direction", "write"), file.writes());
      meters.put(file, own);
    }

    @Override
    public synchronized void opened(DeviceMetrics device) {
      List<Meter> own = new ArrayList<>();
      Tags named = tags.and("device", device.name());
      String prefix = "penstock.device";
      addOperations(own, prefix, "operations", named.and("direction", "read"), device.reads());
      addOperations(own, prefix, "operations", named.and("direction", "write"), device.writes());
      for (double each : PERCENTILES) {
        own.add(
            TimeGauge.builder(
                    prefix + ".queued", device, TimeUnit.NANOSECONDS, of -> of.queued().at(each))
                .tags(named.and("phi", phi(each)))
                .register(registry));
      }
      own.add(
          Gauge.builder(prefix + ".inflight", device, DeviceMetrics::inFlight)
              .tags(named)
              .register(registry));
      meters.put(device, own);
    }

    private void addOperations(
        List<Meter> own, String prefix, String what, Tags of, OperationMetrics operations) {
      own.add(
          FunctionTimer.builder(
                  prefix + '.' + what,
                  operations,
                  each -> each.latency().count(),
                  each -> each.latency().sumNanos(),
                  TimeUnit.NANOSECONDS)
              .tags(of)
              .register(registry));
      own.add(
          FunctionCounter.builder(prefix + ".bytes", operations, OperationMetrics::bytes)
              .baseUnit("bytes")
              .tags(of)
              .register(registry));
      own.add(
          FunctionCounter.builder(prefix + ".errors", operations, OperationMetrics::errors)
              .tags(of)
              .register(registry));
      for (double each : PERCENTILES) {
        own.add(
            TimeGauge.builder(
                    prefix + ".latency",
                    operations,
                    TimeUnit.NANOSECONDS,
                    one -> one.latency().at(each))
                .tags(of.and("phi", phi(each)))
                .register(registry));
      }
    }

    private static String phi(double percentile) {
      return percentile == 100 ? "1" : Double.toString(percentile / 100);
    }

    @Override
    public void closed(FileMetrics file) {
      remove(file);
    }

    @Override
    public void closed(DeviceMetrics device) {
      remove(device);
    }

    private synchronized void remove(Object of) {
      List<Meter> own = meters.remove(of);
      if (own != null) {
        own.forEach(registry::remove);
      }
    }

    synchronized void removeAll() {
      meters.values().forEach(own -> own.forEach(registry::remove));
      meters.clear();
    }
  }
}
