package io.penstock.core.walk;

import java.util.Arrays;

/** A growing list of byte ranges of a file, ends exclusive. Not thread-safe. */
final class FileRanges {
  private long[] bounds = new long[8];
  private int size;

  /** Adds a range; one that continues the last makes that longer. */
  void add(long from, long to) {
    assert from <= to : from + " " + to;
    if (from == to) {
      return;
    }
    if (size > 0 && bounds[2 * size - 1] == from) {
      bounds[2 * size - 1] = to;
      return;
    }
    if (2 * size == bounds.length) {
      bounds = Arrays.copyOf(bounds, 4 * size);
    }
    bounds[2 * size] = from;
    bounds[2 * size + 1] = to;
    size++;
  }

  int size() {
    return size;
  }

  long start(int index) {
    return bounds[2 * index];
  }

  long end(int index) {
    return bounds[2 * index + 1];
  }

  void clear() {
    size = 0;
  }

  /**
   * Makes this the part of {@code all} that {@code touched} overlaps, widened to whole blocks, in
   * the order of {@code all}. F=4096: all 0..16384, touched 5000..9000 gives 4096..12288.
   */
  void intersection(FileRanges all, FileRanges touched, int blockSize) {
    clear();
    touched.sort();
    for (int i = 0; i < all.size; i++) {
      long done = all.start(i);
      for (int j = 0; j < touched.size; j++) {
        long from = Math.max(done, touched.start(j) & -(long) blockSize);
        long to = Math.min(all.end(i), (touched.end(j) + blockSize - 1) & -(long) blockSize);
        if (from < to) {
          add(from, to);
          done = to;
        }
      }
    }
  }

  /** Insertion sort: failures are few. */
  private void sort() {
    for (int i = 1; i < size; i++) {
      long from = start(i);
      long to = end(i);
      int j = i;
      while (j > 0 && start(j - 1) > from) {
        bounds[2 * j] = bounds[2 * j - 2];
        bounds[2 * j + 1] = bounds[2 * j - 1];
        j--;
      }
      bounds[2 * j] = from;
      bounds[2 * j + 1] = to;
    }
  }
}
