package io.penstock.linux;

import io.penstock.linux.abi.IoVec;
import java.lang.foreign.Arena;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Lends vectors of the most entries a call takes, lock-free and without garbage as long as no more
 * are out than the pool has places. Beyond that one is made, and left to the collector when it
 * comes back to a full pool. Not thread-local: there may be a million threads.
 */
final class IoVecPool {
  private static final int PLACES = 64;

  private final AtomicReferenceArray<@Nullable IoVec> places = new AtomicReferenceArray<>(PLACES);

  /** An empty vector, to be {@linkplain #giveBack given back}. */
  IoVec take() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      int place = (start + i) & (PLACES - 1);
      IoVec vector = places.getPlain(place);
      if (vector != null && places.compareAndSet(place, vector, null)) {
        vector.clear();
        return vector;
      }
    }
    return new IoVec(Arena.ofAuto(), IoVec.MAX_ENTRIES);
  }

  /** Takes a vector back that the kernel is done with. */
  void giveBack(IoVec vector) {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PLACES; i++) {
      int place = (start + i) & (PLACES - 1);
      if (places.getPlain(place) == null && places.compareAndSet(place, null, vector)) {
        return;
      }
    }
  }
}
