package io.penstock.fuzz;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.memory.IoVector;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.util.List;

/** Values that users give: refused by an {@code IllegalArgumentException}, or right for good. */
final class ValueTargets {
  private ValueTargets() {}

  static List<FuzzTarget> all() {
    return List.of(
        value("queue-limits", ValueTargets::limits),
        value("host-alignment", ValueTargets::alignment),
        value("block-file", ValueTargets::file),
        value("io-vector", ValueTargets::vector));
  }

  private static FuzzTarget value(String name, FuzzTarget.Trial trial) {
    byte[] seed = new byte[40];
    for (int i = 0; i < seed.length; i++) {
      seed[i] = (byte) (i * 37);
    }
    return FuzzTarget.of(name, List.of(new byte[40], seed), IllegalArgumentException.class, trial);
  }

  private static Object limits(FuzzInput in) {
    QueueLimits limits =
        QueueLimits.of((int) in.number())
            .withPhysicalBlock((int) in.number())
            .withMemoryAlignment((int) in.number())
            .withMaximum((int) in.number(), in.number(), in.number())
            .withAtomicWrites(in.number(), in.number());
    boolean good =
        Integer.bitCount(limits.logicalBlock()) == 1
            && limits.logicalBlock() >= 512
            && limits.physicalBlock() >= limits.logicalBlock()
            && limits.maxSegments() >= 1
            && limits.maxBytes() >= limits.logicalBlock()
            && limits.maxSegmentBytes() % limits.logicalBlock() == 0
            && limits.atomicWriteMin() >= 0
            && limits.atomicWriteMax() >= limits.atomicWriteMin();
    return require(good, limits);
  }

  private static Object alignment(FuzzInput in) {
    HostAlignment alignment =
        new HostAlignment(
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            "fuzz");
    return require(alignment.unit() >= 1 && alignment.atomicWriteMin() >= 0, alignment);
  }

  private static Object file(FuzzInput in) {
    LayoutTraits traits = LayoutTraits.DEFAULT.withMaxFileSize(in.number());
    try (MemoryDevice device = MemoryDevice.of(1 << 16)) {
      BlockFile file =
          BlockFile.builder(device, new HostileMapper(new Script(in), 512, List.of(), traits))
              .blockSize((int) in.number())
              .size(in.number())
              .maxOutstandingBios((int) in.number())
              .build();
      file.close();
      return require(file.size() >= 0 && file.blockSize() == 1 << file.blockShift(), file);
    }
  }

  private static Object vector(FuzzInput in) {
    long[] lengths = new long[in.below(6)];
    for (int i = 0; i < lengths.length; i++) {
      lengths[i] = in.number();
    }
    IoVector vector =
        IoVector.of(
            index -> {
              throw new java.io.IOException("none");
            },
            lengths);
    return require(vector.total() >= 0 && vector.count() == lengths.length, vector);
  }

  private static String require(boolean good, Object value) {
    if (!good) {
      throw new AssertionError("taken, and cannot be: " + value);
    }
    return "taken";
  }
}
