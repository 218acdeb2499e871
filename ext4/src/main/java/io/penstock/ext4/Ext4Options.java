package io.penstock.ext4;

import io.penstock.core.device.BlockDevice;
import org.jspecify.annotations.Nullable;

/**
 * How a volume is opened. Immutable.
 *
 * @param cacheBytes most bytes of metadata blocks that are remembered; a few blocks at least
 * @param journal the device with the journal, where the volume keeps it apart; null if there is
 *     none. Stays the caller's
 * @param replays whether a journal that a crash has left is taken into account, so that the volume
 *     is seen as it was committed; if not, it is seen as it lies on the disk
 * @param writes whether the volume can be changed; what a crash has left in the journal is then
 *     written to its place first
 */
public record Ext4Options(
    long cacheBytes, @Nullable BlockDevice journal, boolean replays, boolean writes) {
  /** Cached bytes unless said otherwise. */
  public static final long DEFAULT_CACHE_BYTES = 16L << 20;

  /** To be read; the journal is taken into account, without changing the volume. */
  public static final Ext4Options READ = new Ext4Options(DEFAULT_CACHE_BYTES, null, true, false);

  /** To be read and written. */
  public static final Ext4Options WRITE = new Ext4Options(DEFAULT_CACHE_BYTES, null, true, true);

  /** Checks the values. */
  public Ext4Options {
    if (cacheBytes < 0) {
      throw new IllegalArgumentException("cacheBytes " + cacheBytes + " must not be negative");
    }
    if (writes && !replays) {
      throw new IllegalArgumentException(
          "a volume cannot be written without regard to what its journal holds");
    }
  }

  /** The same options with another bound on cached metadata, bytes. */
  public Ext4Options withCacheBytes(long bytes) {
    return new Ext4Options(bytes, journal, replays, writes);
  }

  /** The same options for a volume whose journal is on this device. */
  public Ext4Options withJournal(BlockDevice device) {
    return new Ext4Options(cacheBytes, device, replays, writes);
  }

  /** The same options, with or without what the journal holds. */
  public Ext4Options withReplays(boolean value) {
    return new Ext4Options(cacheBytes, journal, value, writes);
  }
}
