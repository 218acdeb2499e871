package io.penstock.jmx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.util.Objects;
import java.util.Set;
import javax.management.JMX;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import org.junit.jupiter.api.Test;

class IoBeansTest {
  private static final int PAGE = 4096;

  private final MBeanServer server = MBeanServerFactory.newMBeanServer();
  private final IoMetrics metrics = new IoMetrics();
  private final ErrorDevice device = new ErrorDevice(MemoryDevice.of(1 << 20));
  private final IoVector page = IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE));

  private Set<ObjectName> registered() throws Exception {
    return server.queryNames(new ObjectName("io.penstock:*"), null);
  }

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

  @Test
  void aFileAndItsDeviceAreBeansForAsLongAsItIsOpen() throws Exception {
    try (IoBeans beans = IoBeans.register(metrics, server)) {
      FileMetrics measured = metrics.open("a \"file\", with: names=*?", device);
      try (BlockFile file = open(measured)) {
        DirectIo.write(file, page, 0);
        DirectIo.write(file, page, PAGE);
        device.add(Fault.of(Errno.EIO).times(1));
        assertThrows(IOException.class, () -> DirectIo.read(file, page, 0));

        ObjectName name = Objects.requireNonNull(beans.nameOf(measured));
        FileMXBean bean = JMX.newMXBeanProxy(server, name, FileMXBean.class);
        assertEquals("a \"file\", with: names=*?", bean.getName());
        assertEquals(2, bean.getWrites().getCount());
        assertEquals(2 * PAGE, bean.getWrites().getBytes());
        assertEquals(0, bean.getWrites().getErrors());
        assertTrue(bean.getWrites().getMaxMicros() >= bean.getWrites().getMedianMicros());
        assertTrue(bean.getWrites().getMedianMicros() > 0);
        assertEquals(1, bean.getReads().getErrors());
        assertEquals(0, bean.getReads().getBytes());
        CompositeData plain = (CompositeData) server.getAttribute(name, "Writes");
        assertEquals(2L, plain.get("count"), "tools that do not know our classes see it too");

        ObjectName onDevice = Objects.requireNonNull(beans.nameOf(metrics.devices().getFirst()));
        DeviceMXBean below = JMX.newMXBeanProxy(server, onDevice, DeviceMXBean.class);
        assertEquals(device.name(), below.getName());
        assertEquals(2, below.getWrites().getCount());
        assertEquals(0, below.getInFlight());
        assertEquals(2, registered().size());
      }
      assertEquals(Set.of(), registered(), "closed files leave no bean behind");
    }
  }

  @Test
  void whatIsOpenAlreadyIsRegisteredAndTheEndUnregistersAll() throws Exception {
    FileMetrics one = metrics.open("same", device);
    FileMetrics other = metrics.open("same", device);
    IoBeans beans = IoBeans.register(metrics, server);
    assertEquals(3, registered().size());
    assertNotEquals(beans.nameOf(one), beans.nameOf(other));
    one.close();
    assertEquals(2, registered().size());
    beans.close();
    beans.close();
    assertEquals(Set.of(), registered());
    metrics.open("later", device);
    assertEquals(Set.of(), registered());
    other.close();
  }

  @Test
  void aBeanThatSomebodyElseTookAwayDoesNotHinderTheClose() throws Exception {
    IoBeans beans = IoBeans.register(metrics, server);
    FileMetrics file = metrics.open("taken", device);
    server.unregisterMBean(Objects.requireNonNull(beans.nameOf(file)));
    file.close();
    beans.close();
    assertEquals(Set.of(), registered());
  }
}
