package io.penstock.core.bio;

import io.penstock.core.device.BlockDevice;

/**
 * A layout's own way to send a bio (BIO-8): to add checksums, mirror it, or count it. The hook gets
 * each bio with {@link Bio#fileOffset()} set and either passes it on with {@code
 * device.submit(bio)} or completes it itself; the rules of {@link BlockDevice#submit(Bio)} hold for
 * it. Called from any thread, for synchronous and asynchronous requests alike.
 */
@FunctionalInterface
public interface SubmitHook {
  /** Sends {@code bio}, which was assembled for {@code device}. */
  void submit(Bio bio, BlockDevice device);
}
