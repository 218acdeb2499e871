package io.penstock.core.bio;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Whoever began a bio and is told of its end. */
@FunctionalInterface
public interface BioOwner {
  /**
   * The bio is done; its memory is the owner's again. Called exactly once per submission, on any
   * thread.
   *
   * @param error the device's error, or null when all bytes were transferred
   */
  void bioDone(Bio bio, @Nullable IOException error);

  /**
   * A bio that its owner had {@linkplain Bio#abandon() abandoned} was completed after all; its
   * memory is the owner's again. Must end with {@link Bio#release()}. Called on any thread, when
   * the owner may have long been busy with something else.
   */
  default void bioReturned(Bio bio) {
    bio.release();
  }
}
