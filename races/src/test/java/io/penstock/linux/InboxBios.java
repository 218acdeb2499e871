package io.penstock.linux;

import io.penstock.core.bio.Bio;
import org.jspecify.annotations.Nullable;

/** Bios with a number, which a ring's inbox carries. */
final class InboxBios {
  private InboxBios() {}

  /** One with this number. */
  static Bio of(long number) {
    Bio bio = new Bio((done, failure) -> {});
    bio.deviceTag(number);
    return bio;
  }

  /** The numbers of all that were taken, one after the other: 1 and 2 are 12. */
  static long digits(@Nullable Bio taken) {
    long digits = 0;
    for (Bio each = taken; each != null; each = RingInbox.next(each)) {
      digits = 10 * digits + each.deviceTag();
    }
    return digits;
  }

  /** Its number, or 0 when there is none. */
  static long number(@Nullable Bio bio) {
    return bio == null ? 0 : bio.deviceTag();
  }
}
