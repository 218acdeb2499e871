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
}
