package io.penstock.testkit.crash;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a device as pages, of which only those that differ from what is below exist: another
 * such, or one byte everywhere. A layer on a large image costs what is written to it. Positions and
 * lengths are bytes. Not thread-safe.
 */
final class SparsePages {
  static final int PAGE = 4096;

  private final @Nullable SparsePages below;
  private final byte[] background;
  private final Map<Long, byte[]> pages = new HashMap<>();

  /** Every byte is {@code value}. */
  SparsePages(byte value) {
    below = null;
    background = new byte[PAGE];
    Arrays.fill(background, value);
  }

  /** The same as {@code below}, which must not change as long as this is used. */
  SparsePages(SparsePages below) {
    this.below = below;
    background = below.background;
  }

  void write(long position, byte[] source, int from, int length) {
    for (int done = 0; done < length; ) {
      long at = position + done;
      int within = (int) (at % PAGE);
      int step = Math.min(length - done, PAGE - within);
      System.arraycopy(source, from + done, pageToWrite(at / PAGE), within, step);
      done += step;
    }
  }

  void read(long position, byte[] target, int from, int length) {
    for (int done = 0; done < length; ) {
      long at = position + done;
      int within = (int) (at % PAGE);
      int step = Math.min(length - done, PAGE - within);
      System.arraycopy(page(at / PAGE), within, target, from + done, step);
      done += step;
    }
  }

  /** What page {@code index} holds; not to be changed. */
  byte[] page(long index) {
    for (SparsePages layer = this; layer != null; layer = layer.below) {
      byte[] page = layer.pages.get(index);
      if (page != null) {
        return page;
      }
    }
    return background;
  }

  /** What pages hold that nobody has written; not to be changed. */
  byte[] background() {
    return background;
  }

  /** The numbers of all pages that somebody has written, ascending. */
  SortedSet<Long> writtenPages() {
    SortedSet<Long> written = new TreeSet<>(pages.keySet());
    if (below != null) {
      written.addAll(below.writtenPages());
    }
    return written;
  }

  private byte[] pageToWrite(long index) {
    byte[] page = pages.get(index);
    if (page == null) {
      page = page(index).clone();
      pages.put(index, page);
    }
    return page;
  }
}
