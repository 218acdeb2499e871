package io.penstock.linux;

import io.penstock.core.bio.Bio;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Bios on their way to a loop's thread, from any thread: handing one over is one atomic
 * instruction, allocates nothing and never waits. The list is made of the bios themselves, linked
 * by {@link Bio#deviceData}.
 */
final class RingInbox {
  private static final VarHandle TOP;

  static {
    try {
      TOP = MethodHandles.lookup().findVarHandle(RingInbox.class, "top", Bio.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private volatile @Nullable Bio top;

  void add(Bio bio) {
    Bio seen = top;
    while (true) {
      bio.deviceData(seen);
      Bio witness = (Bio) TOP.compareAndExchange(this, seen, bio);
      if (witness == seen) {
        return;
      }
      seen = witness;
    }
  }

  boolean isEmpty() {
    return top == null;
  }

  /** Takes all, the one added first at the front; linked by {@link #next}. */
  @Nullable Bio takeAll() {
    if (top == null) {
      return null;
    }
    Bio first = null;
    for (Bio each = (Bio) TOP.getAndSet(this, null); each != null; ) {
      Bio added = next(each);
      each.deviceData(first);
      first = each;
      each = added;
    }
    return first;
  }

  static @Nullable Bio next(Bio bio) {
    return (Bio) bio.deviceData();
  }
}
