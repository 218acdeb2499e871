package io.penstock.testkit.crash;

import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.testkit.Pattern;

/**
 * A disk to crash.
 *
 * @param size bytes
 * @param logicalBlock bytes; what a write is torn into
 * @param volatileCache whether what was written and not flushed can be lost
 * @param forcedUnitAccess whether a write can be made durable alone
 */
public record CrashDisk(
    long size, int logicalBlock, boolean volatileCache, boolean forcedUnitAccess) {
  /** Largest write that is there as a whole or not at all, where that is asked for; bytes. */
  private static final int MOST_ATOMIC = 64 << 10;

  /** 512 KiB in blocks of 512 bytes, with a cache, and forced unit access around it. */
  public static final CrashDisk DEFAULT = new CrashDisk(512 << 10, 512, true, true);

  /** The same without forced unit access. */
  public CrashDisk withoutForcedUnitAccess() {
    return new CrashDisk(size, logicalBlock, volatileCache, false);
  }

  /** The same without a cache: what was reported is durable. */
  public CrashDisk withoutCache() {
    return new CrashDisk(size, logicalBlock, false, forcedUnitAccess);
  }

  /** The same with other logical blocks, bytes. */
  public CrashDisk withLogicalBlock(int bytes) {
    return new CrashDisk(size, bytes, volatileCache, forcedUnitAccess);
  }

  /** It, full of {@link Pattern#POISON}. */
  MemoryDevice make() {
    MemoryDevice disk =
        MemoryDevice.builder()
            .name("crash disk")
            .size(size)
            .limits(
                QueueLimits.of(logicalBlock)
                    .withMemoryAccess(true, true)
                    .withForcedUnitAccess(forcedUnitAccess)
                    .withAtomicWrites(logicalBlock, Math.max(logicalBlock, MOST_ATOMIC)))
            .build();
    disk.fill((byte) Pattern.POISON);
    return disk;
  }

  @Override
  public String toString() {
    return (volatileCache ? "cache" : "no cache") + (forcedUnitAccess ? ", FUA" : ", no FUA");
  }
}
