package io.penstock.linux;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.memory.BufferPool;
import io.penstock.linux.abi.StatX;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** What the host says of files and disks. */
public final class HostTargets {
  private static final int STATX_BYTES = 256;
  private static final String[] ATTRIBUTES = {
    "logical_block_size",
    "physical_block_size",
    "max_segments",
    "max_segment_size",
    "max_sectors_kb",
    "dma_alignment",
    "virt_boundary_mask",
    "fua",
    "write_cache",
    "discard_max_bytes",
    "nr_requests",
    "zoned",
  };

  private HostTargets() {}

  /**
   * All of them.
   *
   * @param scratch a directory for files that stand for those of sysfs
   */
  public static List<FuzzTarget> all(Path scratch) throws IOException {
    Path queue = Files.createDirectories(scratch.resolve("8:0/queue"));
    return List.of(
        FuzzTarget.of("alignment", List.of(statx(512, 4), statx(4096, 4096)), HostTargets::align),
        FuzzTarget.of(
            "queue-settings",
            List.of(
                "512\n4096\n128\n65536\n1280\n511\n0\n1\nwrite back\n0\n64\nnone"
                    .getBytes(StandardCharsets.UTF_8)),
            input -> settings(scratch, queue, input)));
  }

  private static byte[] statx(int offset, int memory) {
    byte[] stat = new byte[STATX_BYTES];
    var all = java.nio.ByteBuffer.wrap(stat).order(java.nio.ByteOrder.LITTLE_ENDIAN);
    all.putInt(0, 0x337ff).putShort(28, (short) 0x81a4).putLong(40, 1 << 20);
    all.putInt(152, memory).putInt(156, offset).putInt(168, 4096).putInt(172, 65536);
    return stat;
  }

  /** Whatever is believed makes limits of a device, and no piece of it is larger than a buffer. */
  private static Object align(FuzzInput input) throws IOException {
    StatX stat;
    try (Arena arena = Arena.ofConfined()) {
      stat = StatX.decode(input.memory(arena, STATX_BYTES));
    }
    DirectIoAlignment found =
        stat.hasDirectAlignment()
            ? AlignmentDiscovery.fromKernel(stat, -1, "file")
            : AlignmentDiscovery.supported(
                DirectIoAlignment.Source.PROBE,
                stat.size(),
                stat.blocks(),
                stat.inode(),
                stat,
                "file");
    HostAlignment alignment =
        new HostAlignment(
            found.memory(),
            found.read(),
            found.write(),
            found.atomicWriteMin(),
            found.atomicWriteMax(),
            "fuzz");
    QueueLimits limits =
        QueueLimits.of(Math.max(512, alignment.unit()))
            .withMemoryAlignment(alignment.memory())
            .withMaximum(1024, BufferPool.MAX_BYTES, BufferPool.MAX_BYTES)
            .withAtomicWrites(alignment.atomicWriteMin(), alignment.atomicWriteMax());
    return limits.maxBytes() > 0;
  }

  private static Object settings(Path sysfs, Path queue, FuzzInput input) throws IOException {
    String[] values = new String(input.bytes(), StandardCharsets.ISO_8859_1).split("\n", -1);
    for (int i = 0; i < ATTRIBUTES.length; i++) {
      String value = i < values.length ? values[i] : "";
      Files.write(queue.resolve(ATTRIBUTES[i]), value.getBytes(StandardCharsets.ISO_8859_1));
    }
    QueueSettings read = QueueSettings.of(sysfs, 8, 0).orElseThrow();
    List<OptionalLong> numbers = new ArrayList<>();
    numbers.add(read.logicalBlockSize());
    numbers.add(read.physicalBlockSize());
    numbers.add(read.maxSegments());
    numbers.add(read.maxSegmentSize());
    numbers.add(read.maxTransferBytes());
    numbers.add(read.memoryAlignment());
    numbers.add(read.discardMaxBytes());
    numbers.add(read.requests());
    int known = 0;
    for (OptionalLong each : numbers) {
      if (each.isPresent()) {
        known++;
        if (each.getAsLong() < 0) {
          throw new AssertionError("less than nothing: " + read);
        }
      }
    }
    return "known " + known + ' ' + read.forcedUnitAccess() + read.volatileWriteCache();
  }
}
