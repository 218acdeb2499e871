package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import java.io.IOException;

/**
 * A block device: takes bios and completes each exactly once, on any thread. This is the lower of
 * the two interfaces that users of the engine implement; the upper one is {@link
 * io.penstock.core.map.BlockMapper}.
 *
 * <p><b>Contract.</b>
 *
 * <ul>
 *   <li>Every bio handed to {@link #submit(Bio)} is completed exactly once with {@link
 *       Bio#complete()} or {@link Bio#complete(IOException)}, before {@code submit} returns or
 *       later, on any thread. {@code submit} does not throw: an error is a completion. If it does,
 *       the request fails and goes on without the bio, whose memory nobody can know to be free: an
 *       {@link io.penstock.core.memory.IoArena} cannot be closed, and a buffer is not lent again,
 *       until the device completes it.
 *   <li>A completion is all or nothing: the device continues short transfers itself, and reports an
 *       error when it cannot. The error keeps the device's own number ({@link
 *       io.penstock.core.error.BlockIoException#errno()}).
 *   <li>{@code submit} never waits for the disk, with one exception: a {@linkplain
 *       Bio#isSynchronous() synchronous} bio may be carried out in the calling thread. A full queue
 *       makes the device queue the bio itself, or complete a {@linkplain Bio#isNoWait() no-wait}
 *       one with {@code EAGAIN}.
 *   <li>Between submission and completion the pieces of the bio are the device's to read or write;
 *       after completing it the device must not touch the bio or its memory again.
 *   <li>A thread of the device that completes several bios wraps them in {@link
 *       io.penstock.core.completion.Reaping#begin()} and {@code end()}, so that handlers run after
 *       the batch was taken off the queue (CMP-10).
 *   <li>The bios it gets respect {@link #limits()}: offsets and lengths are multiples of {@code L}
 *       inside {@link #size()}, addresses are multiples of the memory alignment.
 * </ul>
 *
 * <p>All methods may be called from any thread at the same time.
 */
public interface BlockDevice extends AutoCloseable {

  /** A name for people: a path, or what the device is made of. */
  String name();

  /**
   * Bytes that can be addressed; {@code Long.MAX_VALUE} for a device that grows as it is written.
   */
  long size();

  /** The limits of one bio; the same for the life of the device. */
  QueueLimits limits();

  /** Starts one bio. */
  void submit(Bio bio);

  /**
   * Starts a batch of bios (unplug, BIO-7): those at {@code from} (inclusive) to {@code to}
   * (exclusive), in this order. The array is the caller's and only valid during the call. A device
   * that has a cheaper way to start many overrides this.
   */
  default void submit(Bio[] bios, int from, int to) {
    int next = from;
    try {
      while (next < to) {
        Bio bio = bios[next];
        next++;
        submit(bio);
      }
    } catch (RuntimeException | Error broken) {
      SubmitFailure.endRest(bios, next, to, this, broken);
      throw broken;
    }
  }

  /**
   * Tries to get back a bio that was submitted and is not done yet. Best effort; the bio is still
   * completed exactly once, with {@code ECANCELED} when it worked. {@code generation} is {@link
   * Bio#generation()} at the time of the wish: a bio that was completed and used again since has
   * another one and must be left alone (CMP-11).
   */
  default void cancel(Bio bio, long generation) {}

  /**
   * Makes all bios that were completed before this call durable; waits for it.
   *
   * @throws IOException with the device's error number; what was written before may be lost
   */
  void flush() throws IOException;

  /**
   * Drops cached copies of a range that other paths to the same device may hold (MAP-6), because
   * its contents are about to be replaced. Offsets in bytes, whole logical blocks.
   *
   * @throws IOException when stale copies may remain
   */
  default void dropCachedAliases(long offset, long length) throws IOException {}

  /** Bytes and operations so far; the engine counts, the device keeps (BIO-10). */
  IoCounters counters();

  /** Releases the device. Nothing may be in flight. Idempotent. */
  @Override
  void close() throws IOException;
}
