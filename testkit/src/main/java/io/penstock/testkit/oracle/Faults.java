package io.penstock.testkit.oracle;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.testkit.Dice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong for one request; each number counts from 1, and 0 means never.
 *
 * @param mapCall which question of the request fails
 * @param mapLie how it fails: null by an exception, else by an answer that cannot be
 * @param mapUnchecked whether the exception is an unchecked one
 * @param bio which bio of the request fails
 * @param secondBio which bio fails too
 * @param hook whether the end-of-I/O hook throws
 * @param alias whether dropping aliases throws
 * @param sync whether the durability sync throws
 * @param segment index of the segment that cannot be had, from 1
 * @param cache whether the cached copy cannot be written back
 * @param undroppable whether the cached copy cannot be dropped
 * @param invalidate whether the invalidation fails
 * @param cancelAfter cancel after so many steps of the scheduler
 * @param handlerThrows whether the handler throws
 */
record Faults(
    int mapCall,
    ModelLayout.@Nullable Lie mapLie,
    boolean mapUnchecked,
    int bio,
    int secondBio,
    boolean hook,
    boolean alias,
    boolean sync,
    int segment,
    boolean cache,
    boolean undroppable,
    boolean invalidate,
    int cancelAfter,
    boolean handlerThrows) {

  static final Faults NONE =
      new Faults(0, null, false, 0, 0, false, false, false, 0, false, false, false, 0, false);

  /** One fault, sometimes two. */
  static Faults of(Dice dice) {
    Faults faults = one(dice, NONE);
    return dice.oneIn(5) ? one(dice, faults) : faults;
  }

  private static Faults one(Dice dice, Faults f) {
    int map = f.mapCall;
    ModelLayout.Lie lie = f.mapLie;
    boolean unchecked = f.mapUnchecked;
    int bio = f.bio;
    int second = f.secondBio;
    boolean hook = f.hook;
    boolean alias = f.alias;
    boolean sync = f.sync;
    int segment = f.segment;
    boolean cache = f.cache;
    boolean undroppable = f.undroppable;
    boolean invalidate = f.invalidate;
    int cancel = f.cancelAfter;
    boolean handler = f.handlerThrows;
    switch (dice.below(13)) {
      case 0, 1 -> {
        map = dice.between(1, 4);
        unchecked = dice.oneIn(4);
      }
      case 2 -> {
        map = dice.between(1, 3);
        lie = ModelLayout.Lie.values()[dice.below(ModelLayout.Lie.values().length)];
      }
      case 3, 4 -> {
        bio = dice.oneIn(2) ? 1 : dice.between(1, 5);
        second = dice.oneIn(2) ? bio + dice.between(1, 3) : 0;
      }
      case 5 -> hook = true;
      case 6 -> alias = true;
      case 7 -> sync = dice.oneIn(4);
      case 8, 9 -> segment = dice.between(1, 6);
      case 10 -> {
        cache = dice.oneIn(2);
        undroppable = !cache;
      }
      case 11 -> {
        invalidate = true;
        handler = dice.oneIn(2);
      }
      case 12 -> cancel = dice.between(1, 4);
      default -> throw new AssertionError();
    }
    return new Faults(
        map,
        lie,
        unchecked,
        bio,
        second,
        hook,
        alias,
        sync,
        segment,
        cache,
        undroppable,
        invalidate,
        cancel,
        handler);
  }

  /** An error that is recognised by its number. */
  static IOException error(Errno errno, String what) {
    return new BlockIoException(errno, what, "the model", "injected");
  }
}
