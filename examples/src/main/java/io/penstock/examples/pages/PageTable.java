package io.penstock.examples.pages;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.util.BitSet;

/**
 * Where the pages are. Space is given out in extents of {@value #EXTENT_PAGES} pages, one after the
 * other, so that neighbouring pages are neighbours on the device. A page is one of three things: in
 * no extent (a hole), in an extent and never written (unwritten), or written.
 *
 * <p>Thread-safe; who asks several things that belong together holds its monitor.
 */
final class PageTable {
  /** Pages of one extent. */
  static final int EXTENT_PAGES = 16;

  private static final int NOWHERE = 0;

  /** Extent of pages → 1 + number of the extent on the device, or {@link #NOWHERE}. */
  private final int[] places;

  private final BitSet written;
  private int used;

  /** How often it has changed, and which change was the last that a stored table has. */
  private long changes;

  private long storedChanges;

  PageTable(int[] places, BitSet written) {
    this.places = places.clone();
    this.written = (BitSet) written.clone();
    for (int place : places) {
      used = Math.max(used, place);
    }
  }

  static PageTable empty(int pages) {
    return new PageTable(new int[pages / EXTENT_PAGES], new BitSet(pages));
  }

  int pages() {
    return places.length * EXTENT_PAGES;
  }

  synchronized boolean isHole(long page) {
    return places[extent(page)] == NOWHERE;
  }

  synchronized boolean isWritten(long page) {
    return written.get((int) page);
  }

  /** Number of the page's place on the device, in pages. */
  synchronized long place(long page) {
    return (places[extent(page)] - 1L) * EXTENT_PAGES + page % EXTENT_PAGES;
  }

  /** How many pages from {@code first} on are alike and lie behind each other. */
  synchronized long run(long first, long most) {
    boolean hole = isHole(first);
    boolean data = isWritten(first);
    long run = 1;
    while (run < most
        && isHole(first + run) == hole
        && isWritten(first + run) == data
        && (hole || place(first + run) == place(first) + run)) {
      run++;
    }
    return run;
  }

  /** Gives the page's extent a place; its pages are unwritten. */
  synchronized void allocate(long page) throws BlockIoException {
    if (used == places.length) {
      throw new BlockIoException(
          Errno.ENOSPC, "allocate", "page " + page, "all " + used + " extents are taken");
    }
    used++;
    places[extent(page)] = used;
    changes++;
  }

  /** These pages hold data now. */
  synchronized void written(long first, long afterLast) {
    if (written.nextClearBit((int) first) < afterLast) {
      written.set((int) first, (int) afterLast);
      changes++;
    }
  }

  /** Whether it says more than what was stored last. */
  synchronized boolean isDirty() {
    return changes != storedChanges;
  }

  /** A copy to be stored. */
  synchronized PageTable snapshot() {
    PageTable copy = new PageTable(places, written);
    copy.changes = changes;
    return copy;
  }

  /** This copy is on the device. */
  synchronized void stored(PageTable copy) {
    storedChanges = copy.changes;
  }

  int[] places() {
    return places;
  }

  BitSet writtenPages() {
    return written;
  }

  private static int extent(long page) {
    return (int) (page / EXTENT_PAGES);
  }
}
