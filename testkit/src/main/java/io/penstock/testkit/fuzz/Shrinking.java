package io.penstock.testkit.fuzz;

import java.util.Arrays;
import java.util.function.Predicate;

/** Makes an input shorter and simpler for as long as it still shows the same failure. */
final class Shrinking {
  private static final int MOST_TRIES = 4000;

  private final Predicate<byte[]> fails;
  private int tries;

  Shrinking(Predicate<byte[]> fails) {
    this.fails = fails;
  }

  byte[] shrink(byte[] input) {
    byte[] best = input;
    byte[] before;
    do {
      before = best;
      for (int part = Math.max(1, best.length / 2); part >= 1; part /= 2) {
        best = withoutParts(best, part);
      }
      best = zeroed(best);
    } while (tries < MOST_TRIES && !Arrays.equals(before, best));
    return best;
  }

  private byte[] withoutParts(byte[] input, int part) {
    byte[] best = input;
    for (int at = 0; at < best.length && tries < MOST_TRIES; ) {
      int end = Math.min(best.length, at + part);
      byte[] shorter = Arrays.copyOf(best, best.length - (end - at));
      System.arraycopy(best, end, shorter, at, best.length - end);
      if (stillFails(shorter)) {
        best = shorter;
      } else {
        at = end;
      }
    }
    return best;
  }

  private byte[] zeroed(byte[] input) {
    byte[] best = input;
    for (int at = 0; at < best.length && tries < MOST_TRIES; at++) {
      if (best[at] != 0) {
        byte[] simpler = best.clone();
        simpler[at] = 0;
        best = stillFails(simpler) ? simpler : best;
      }
    }
    return best;
  }

  private boolean stillFails(byte[] input) {
    tries++;
    return fails.test(input);
  }
}
