package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which bios an {@link ErrorDevice} fails, and how. Begins as "every bio, always, before it reaches
 * the device" and is narrowed step by step; all conditions must hold. Immutable.
 *
 * <pre>{@code
 * Fault.of(Errno.EIO)                                        // the device is dead
 * Fault.of(Errno.EIO).on(Direction.READ).within(8192, 512)   // one bad sector, for ever
 * Fault.of(Errno.ENOSPC).on(Direction.WRITE).skip(2).times(1) // the third write only
 * }</pre>
 *
 * @param errno error number of the completion
 * @param direction of the bios concerned, or null for both
 * @param from first byte of the device range concerned; a bio that touches the range is concerned
 * @param to first byte after the range
 * @param condition further condition on a bio
 * @param skip how many bios that meet the conditions pass first
 * @param times how many bios fail after those, then the fault is gone; {@code Long.MAX_VALUE} for
 *     always
 * @param afterTransfer whether the bio is carried out by the device behind and fails only then
 */
public record Fault(
    int errno,
    @Nullable Direction direction,
    long from,
    long to,
    Predicate<? super Bio> condition,
    long skip,
    long times,
    boolean afterTransfer) {

  /** Every bio fails with {@code errno}. */
  public static Fault of(Errno errno) {
    return of(errno.number());
  }

  /** Every bio fails with this error number, which need not be one the engine knows. */
  public static Fault of(int errno) {
    return new Fault(errno, null, 0, Long.MAX_VALUE, bio -> true, 0, Long.MAX_VALUE, false);
  }

  /** Only bios of this direction. */
  public Fault on(Direction only) {
    return new Fault(errno, only, from, to, condition, skip, times, afterTransfer);
  }

  /** Only bios that touch this range of the device, bytes. */
  public Fault within(long offset, long length) {
    return new Fault(
        errno,
        direction,
        offset,
        Math.addExact(offset, length),
        condition,
        skip,
        times,
        afterTransfer);
  }

  /** Only bios that meet this condition. It must be thread-safe and must not change the bio. */
  public Fault when(Predicate<? super Bio> only) {
    return new Fault(errno, direction, from, to, only, skip, times, afterTransfer);
  }

  /** Lets so many of the bios concerned pass first. */
  public Fault skip(long bios) {
    return new Fault(errno, direction, from, to, condition, bios, times, afterTransfer);
  }

  /** Fails so many bios, then heals. */
  public Fault times(long bios) {
    return new Fault(errno, direction, from, to, condition, skip, bios, afterTransfer);
  }

  /**
   * Has the device carry the bio out before it fails: the bytes have moved, the owner is told they
   * have not.
   */
  public Fault afterwards() {
    return new Fault(errno, direction, from, to, condition, skip, times, true);
  }

  /** Whether a bio meets the conditions; {@code skip} and {@code times} are counted elsewhere. */
  boolean concerns(Bio bio) {
    return (direction == null || direction == bio.direction())
        && bio.deviceOffset() < to
        && bio.deviceEnd() > from
        && condition.test(bio);
  }
}
