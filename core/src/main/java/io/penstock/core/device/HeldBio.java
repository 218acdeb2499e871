package io.penstock.core.device;

import io.penstock.core.bio.Bio;

/**
 * A bio that a device has taken and not begun.
 *
 * @param bio the bio; do not change it
 * @param generation {@link Bio#generation()} when it was taken: tells it from later uses of the
 *     same bio
 */
record HeldBio(Bio bio, long generation) {
  HeldBio(Bio bio) {
    this(bio, bio.generation());
  }

  /** Whether a cancel is meant for this use of the bio (CMP-11). */
  boolean is(Bio other, long otherGeneration) {
    return bio == other && generation == otherGeneration;
  }
}
