package io.penstock.micrometer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.penstock.core.DirectIo;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class IoMetersTest {
  private static final int PAGE = 4096;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final IoMetrics metrics = new IoMetrics();
  private final ErrorDevice device = new ErrorDevice(MemoryDevice.of(1 << 20));
  private final IoVector page = IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE));

  private BlockFile open(FileMetrics measured) {
    return BlockFile.builder(
            device,
            (query, mapping) -> mapping.mapped(device, query.firstBlock() * PAGE, query.blocks()))
        .blockSize(PAGE)
        .size(1 << 20)
        .metrics(measured)
        .onClosed(measured::close)
        .build();
  }

  private double counted(String name, Tags tags) {
    return registry.get(name).tags(tags).functionCounter().count();
  }

  @Test
  void requestsAndDeviceOperationsAreMetersForAsLongAsTheFileIsOpen() throws Exception {
    try (IoMeters meters = new IoMeters(metrics, Tags.of("app", "test"))) {
      meters.bindTo(registry);
      try (BlockFile file = open(metrics.open("data", device))) {
        for (int i = 0; i < 3; i++) {
          DirectIo.write(file, page, i * (long) PAGE);
        }
        device.add(Fault.of(Errno.EIO).times(1));
        assertThrows(IOException.class, () -> DirectIo.read(file, page, 0));

        Tags writes = Tags.of("app", "test", "file", "data", "direction", "write");
        FunctionTimer timer = registry.get("penstock.file.requests").tags(writes).functionTimer();
        assertEquals(3, timer.count());
        assertTrue(timer.totalTime(TimeUnit.NANOSECONDS) > 0);
        assertEquals(3 * PAGE, counted("penstock.file.bytes", writes));
        assertEquals(0, counted("penstock.file.errors", writes));
        assertEquals(
            1, counted("penstock.file.errors", Tags.of("file", "data", "direction", "read")));
        double median =
            registry
                .get("penstock.file.latency")
                .tags(writes.and("phi", "0.5"))
                .timeGauge()
                .value(TimeUnit.NANOSECONDS);
        double most =
            registry
                .get("penstock.file.latency")
                .tags(writes.and("phi", "1"))
                .timeGauge()
                .value(TimeUnit.NANOSECONDS);
        assertTrue(median > 0 && median <= most, median + " of at most " + most);
        Tags below = Tags.of("device", device.name());
        assertEquals(
            3,
            registry
                .get("penstock.device.operations")
                .tags(below.and("direction", "write"))
                .functionTimer()
                .count());
        assertEquals(0, registry.get("penstock.device.inflight").tags(below).gauge().value());
      }
      assertEquals(List.of(), registry.getMeters(), "closed files leave no meter behind");
    }
  }

  @Test
  void theEndTakesAllMetersOut() {
    FileMetrics open = metrics.open("data", device);
    IoMeters meters = new IoMeters(metrics);
    meters.bindTo(registry);
    assertTrue(registry.getMeters().size() > 10, registry.getMetersAsString());
    meters.close();
    meters.close();
    assertEquals(List.of(), registry.getMeters());
    open.close();
  }
}
