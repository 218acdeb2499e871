package io.penstock.samples;

import io.penstock.core.memory.IoArena;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

// sample: page-cache
/** Pages of a file in a bounded number of frames. For one thread at a time. */
final class PageCache {
  private final DirectFile file;
  private final int pageBytes;
  private final ArrayDeque<MemorySegment> free = new ArrayDeque<>();
  private final Map<Long, MemorySegment> pages = new LinkedHashMap<>(16, 0.75f, true);
  private final SortedSet<Long> changed = new TreeSet<>();
  private final Batch writes = new Batch(); // used again: makes no garbage

  PageCache(DirectFile file, IoArena arena, int pageBytes, int frames) {
    this.file = file;
    this.pageBytes = pageBytes;
    for (int i = 0; i < frames; i++) {
      free.add(arena.allocate(pageBytes, pageBytes));
    }
  }

  /** The page's frame, its contents until the next call. */
  MemorySegment page(long number) throws IOException {
    MemorySegment frame = pages.get(number); // which makes it the youngest
    if (frame == null) {
      if (free.isEmpty()) {
        evict();
      }
      frame = free.remove();
      file.read(frame, number * pageBytes);
      pages.put(number, frame);
    }
    return frame;
  }

  /** The contents of the page's frame were changed; it is written when its frame is needed. */
  void changed(long number) {
    changed.add(number);
  }

  /** Soon these pages will be asked for: they are read while the caller does other things. */
  void willNeed(long first, int count) throws IOException {
    file.prefetch(first * pageBytes, (long) count * pageBytes);
  }

  private void evict() throws IOException {
    long oldest = pages.keySet().iterator().next();
    if (changed.contains(oldest)) {
      writeChanged(); // all of them: they are one submission, and the next evictions are free
    }
    free.add(pages.remove(oldest));
  }

  /** All changes are durable when it returns. */
  void checkpoint() throws IOException {
    writeChanged();
    file.sync();
  }

  private void writeChanged() throws IOException {
    writes.clear();
    for (long number : changed) {
      writes.write(file, pages.get(number), number * pageBytes);
    }
    writes.execute();
    changed.clear();
  }
}
// end of sample
