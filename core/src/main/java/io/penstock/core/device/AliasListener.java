package io.penstock.core.device;

import java.io.IOException;

/**
 * Is told when cached copies of a range are to be dropped (MAP-6); see {@link
 * BlockDevice#dropCachedAliases(long, long)}.
 */
@FunctionalInterface
public interface AliasListener {
  /**
   * Drops what is cached of a range. Called on any thread, in the thread that drops.
   *
   * @param offset bytes from the start of the device
   * @param length bytes
   * @throws IOException when stale copies may remain
   */
  void dropCachedAliases(long offset, long length) throws IOException;
}
