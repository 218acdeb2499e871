package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.linux.abi.LoopDevice;
import io.penstock.linux.abi.StatX;
import io.penstock.linux.abi.TempFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueueSettingsTest {
  @TempDir Path sysfs;

  @Test
  void whatSysfsShowsIsRead() throws IOException {
    disk("nvme0n1", "259:0");
    show("nvme0n1", "logical_block_size", "512");
    show("nvme0n1", "dma_alignment", "3");
    show("nvme0n1", "max_sectors_kb", "1280");
    show("nvme0n1", "write_cache", "write back");
    show("nvme0n1", "fua", "1");
    show("nvme0n1", "rotational", "0");
    show("nvme0n1", "zoned", "none");
    QueueSettings queue = QueueSettings.of(sysfs, 259, 0).orElseThrow();
    assertEquals(OptionalLong.of(512), queue.logicalBlockSize());
    assertEquals(OptionalLong.of(4), queue.memoryAlignment());
    assertEquals(OptionalLong.of(1280 * 1024), queue.maxTransferBytes());
    assertEquals(Optional.of(true), queue.volatileWriteCache());
    assertEquals(Optional.of(true), queue.forcedUnitAccess());
    assertEquals(Optional.of(false), queue.rotational());
    assertEquals(Optional.of("none"), queue.zoned());
  }

  @Test
  void numbersLargerThanAnyCanBeAreUnknown() throws IOException {
    disk("sdb", "8:16");
    show("sdb", "max_sectors_kb", "18014398509481984");
    show("sdb", "dma_alignment", "9223372036854775807");
    show("sdb", "max_segments", "18446744073709551615");
    show("sdb", "virt_boundary_mask", "18446744073709547520");
    QueueSettings queue = QueueSettings.of(sysfs, 8, 16).orElseThrow();
    assertEquals(OptionalLong.empty(), queue.maxTransferBytes());
    assertEquals(OptionalLong.empty(), queue.memoryAlignment());
    assertEquals(OptionalLong.empty(), queue.maxSegments());
    assertEquals(OptionalLong.of(-4096), queue.virtualBoundaryMask());
  }

  @Test
  void whatSysfsDoesNotShowIsUnknown() throws IOException {
    disk("sda", "8:0");
    show("sda", "max_segments", "a number nobody knows");
    QueueSettings queue = QueueSettings.of(sysfs, 8, 0).orElseThrow();
    assertEquals(OptionalLong.empty(), queue.memoryAlignment());
    assertEquals(OptionalLong.empty(), queue.maxTransferBytes());
    assertEquals(OptionalLong.empty(), queue.maxSegments());
    assertEquals(Optional.empty(), queue.forcedUnitAccess());
  }

  @Test
  void partitionHasTheQueueOfItsDisk() throws IOException {
    Path disk = disk("sda", "8:0");
    show("sda", "logical_block_size", "4096");
    Path partition = Files.createDirectory(disk.resolve("sda1"));
    Files.createSymbolicLink(sysfs.resolve("8:1"), partition);
    assertEquals(
        OptionalLong.of(4096), QueueSettings.of(sysfs, 8, 1).orElseThrow().logicalBlockSize());
  }

  @Test
  void numberWithoutADeviceHasNoQueue() {
    assertEquals(Optional.empty(), QueueSettings.of(sysfs, 0, 42));
  }

  @Test
  void loopDeviceShowsItsSectors() throws IOException {
    try (LoopDevice loop = LoopDevice.attach(4096, 1 << 20);
        TempFile device = TempFile.open(loop.path(), 0)) {
      StatX stat = StatX.of(device.fd(), "loop");
      Optional<QueueSettings> queue =
          QueueSettings.of(stat.specialDevice().major(), stat.specialDevice().minor());
      assumeTrue(queue.isPresent(), "sysfs is not mounted");
      assertEquals(OptionalLong.of(4096), queue.get().logicalBlockSize());
      assertTrue(queue.get().maxTransferBytes().orElseThrow() > 0);
    }
  }

  private Path disk(String name, String number) throws IOException {
    Path disk = Files.createDirectories(sysfs.resolve("devices").resolve(name));
    Files.createDirectory(disk.resolve("queue"));
    return Files.createSymbolicLink(sysfs.resolve(number), disk).toRealPath();
  }

  private void show(String name, String attribute, String value) throws IOException {
    Path file = sysfs.resolve("devices").resolve(name).resolve("queue").resolve(attribute);
    Files.writeString(file, value + "\n");
  }
}
