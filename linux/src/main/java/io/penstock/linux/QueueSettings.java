package io.penstock.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Limits and features of a block device's request queue, as sysfs shows them.
 *
 * <p>They are read once, from {@code /sys/dev/block/MAJOR:MINOR/queue}, for a partition from the
 * disk it is on. What a kernel does not show is unknown: an empty answer, never a default.
 * Immutable.
 *
 * <p>Source: the kernel's {@code Documentation/ABI/stable/sysfs-block}.
 */
public final class QueueSettings {
  private static final Path SYSFS_BLOCK = Path.of("/sys/dev/block");

  private enum Attribute {
    LOGICAL_BLOCK_SIZE,
    PHYSICAL_BLOCK_SIZE,
    MINIMUM_IO_SIZE,
    OPTIMAL_IO_SIZE,
    MAX_SEGMENTS,
    MAX_SEGMENT_SIZE,
    MAX_SECTORS_KB,
    MAX_HW_SECTORS_KB,
    DMA_ALIGNMENT,
    VIRT_BOUNDARY_MASK,
    FUA,
    WRITE_CACHE,
    ROTATIONAL,
    DISCARD_GRANULARITY,
    DISCARD_MAX_BYTES,
    WRITE_ZEROES_MAX_BYTES,
    NR_REQUESTS,
    ATOMIC_WRITE_UNIT_MIN_BYTES,
    ATOMIC_WRITE_UNIT_MAX_BYTES,
    ZONED;

    String fileName() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final Map<Attribute, String> shown;

  private QueueSettings(Map<Attribute, String> shown) {
    this.shown = shown;
  }

  /**
   * Reads the settings of a device.
   *
   * @param major of the device's number
   * @param minor of the device's number
   * @return empty if sysfs does not show it: a number without a block device behind it, such as
   *     that of tmpfs, btrfs or NFS, or a container without sysfs
   */
  public static Optional<QueueSettings> of(int major, int minor) {
    return of(SYSFS_BLOCK, major, minor);
  }

  static Optional<QueueSettings> of(Path sysfsBlock, int major, int minor) {
    Path link =
        sysfsBlock.resolve(Integer.toUnsignedString(major) + ":" + Integer.toUnsignedString(minor));
    try {
      // The entry is a link; ".." must be that of its target: …/vda/vda1, then …/vda.
      Path device = link.toRealPath();
      Path own = device.resolve("queue");
      Path queue = Files.isDirectory(own) ? own : device.resolveSibling("queue");
      return Files.isDirectory(queue) ? Optional.of(read(queue)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static QueueSettings read(Path queue) {
    Map<Attribute, String> shown = new EnumMap<>(Attribute.class);
    for (Attribute attribute : Attribute.values()) {
      try {
        shown.put(attribute, Files.readString(queue.resolve(attribute.fileName())).strip());
      } catch (IOException e) {
        // This kernel does not show it: it stays unknown.
      }
    }
    return new QueueSettings(shown);
  }

  /** Bytes of the smallest transferable unit. */
  public OptionalLong logicalBlockSize() {
    return number(Attribute.LOGICAL_BLOCK_SIZE);
  }

  /** Bytes of the smallest unit written without reading first. */
  public OptionalLong physicalBlockSize() {
    return number(Attribute.PHYSICAL_BLOCK_SIZE);
  }

  /** Bytes of the smallest transfer that the device does well. */
  public OptionalLong minimumIoSize() {
    return number(Attribute.MINIMUM_IO_SIZE);
  }

  /** Bytes of the transfer that the device does best; 0 if it has none. */
  public OptionalLong optimalIoSize() {
    return number(Attribute.OPTIMAL_IO_SIZE);
  }

  /** Most pieces of memory in one request. */
  public OptionalLong maxSegments() {
    return number(Attribute.MAX_SEGMENTS);
  }

  /** Most bytes in one piece of memory. */
  public OptionalLong maxSegmentSize() {
    return number(Attribute.MAX_SEGMENT_SIZE);
  }

  /** Most bytes in one request of a file system, as set. */
  public OptionalLong maxTransferBytes() {
    return kibibytes(Attribute.MAX_SECTORS_KB);
  }

  /** Most bytes in one request that the hardware takes. */
  public OptionalLong maxHardwareTransferBytes() {
    return kibibytes(Attribute.MAX_HW_SECTORS_KB);
  }

  /** Bytes to which memory must be aligned: the mask that sysfs shows (511) plus one (512). */
  public OptionalLong memoryAlignment() {
    OptionalLong mask = number(Attribute.DMA_ALIGNMENT);
    boolean usable = mask.isPresent() && mask.getAsLong() < Long.MAX_VALUE;
    return usable ? OptionalLong.of(mask.getAsLong() + 1) : OptionalLong.empty();
  }

  /** Mask of the memory boundaries between which pieces must lie; 0 if there are none. */
  public OptionalLong virtualBoundaryMask() {
    return parsed(Attribute.VIRT_BOUNDARY_MASK);
  }

  /** Whether a single write can be forced to the medium, past the device's cache. */
  public Optional<Boolean> forcedUnitAccess() {
    return flag(Attribute.FUA);
  }

  /** Whether written data stays in a volatile cache of the device until it is flushed. */
  public Optional<Boolean> volatileWriteCache() {
    return text(Attribute.WRITE_CACHE).map("write back"::equals);
  }

  /** Whether the medium turns. */
  public Optional<Boolean> rotational() {
    return flag(Attribute.ROTATIONAL);
  }

  /** Bytes of the unit in which ranges are discarded; 0 if they cannot be. */
  public OptionalLong discardGranularity() {
    return number(Attribute.DISCARD_GRANULARITY);
  }

  /** Most bytes of one discard; 0 if there is none. */
  public OptionalLong discardMaxBytes() {
    return number(Attribute.DISCARD_MAX_BYTES);
  }

  /** Most bytes that one request sets to zero without sending them; 0 if that cannot be done. */
  public OptionalLong writeZeroesMaxBytes() {
    return number(Attribute.WRITE_ZEROES_MAX_BYTES);
  }

  /** Requests that the queue holds. */
  public OptionalLong requests() {
    return number(Attribute.NR_REQUESTS);
  }

  /** Bytes of the smallest write that is never torn; 0 if there is none. */
  public OptionalLong atomicWriteUnitMin() {
    return number(Attribute.ATOMIC_WRITE_UNIT_MIN_BYTES);
  }

  /** Bytes of the largest write that is never torn; 0 if there is none. */
  public OptionalLong atomicWriteUnitMax() {
    return number(Attribute.ATOMIC_WRITE_UNIT_MAX_BYTES);
  }

  /** Zone model: {@code none}, {@code host-aware} or {@code host-managed}. */
  public Optional<String> zoned() {
    return text(Attribute.ZONED);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("QueueSettings[");
    shown.forEach(
        (attribute, value) ->
            text.append(attribute.fileName()).append('=').append(value).append(' '));
    return text.toString().strip() + "]";
  }

  private Optional<String> text(Attribute attribute) {
    return Optional.ofNullable(shown.get(attribute));
  }

  private Optional<Boolean> flag(Attribute attribute) {
    return text(attribute).map("1"::equals);
  }

  /** A number of things or bytes; what is larger than any can be is unknown. */
  private OptionalLong number(Attribute attribute) {
    OptionalLong value = parsed(attribute);
    return value.isPresent() && value.getAsLong() < 0 ? OptionalLong.empty() : value;
  }

  private OptionalLong parsed(Attribute attribute) {
    String value = shown.get(attribute);
    try {
      return value == null ? OptionalLong.empty() : OptionalLong.of(Long.parseUnsignedLong(value));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private OptionalLong kibibytes(Attribute attribute) {
    OptionalLong value = number(attribute);
    boolean usable = value.isPresent() && value.getAsLong() <= Long.MAX_VALUE / 1024;
    return usable ? OptionalLong.of(value.getAsLong() * 1024) : OptionalLong.empty();
  }
}
