package io.penstock.examples.pages;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.memory.IoArena;
import io.penstock.file.Engines;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** {@code page-store DEVICE}: formats a device or a file, writes pages, and finds them again. */
public final class PageStoreMain {
  private static final int PAGES = 1024;
  private static final int THREADS = 8;

  private PageStoreMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    run(Path.of(arguments[0]), System.out);
  }

  static void run(Path path, PrintStream out)
      throws IOException, InterruptedException, ExecutionException {
    try (HostDevice device = open(path)) {
      PageStore.format(device, PAGES);
      out.println("formatted: " + PAGES + " pages of " + PageStore.PAGE_BYTES + " bytes");
    }
    try (PageStore store = PageStore.open(open(path), PAGES)) {
      writeEvenPages(store);
      store.checkpoint();
      out.println(THREADS + " threads wrote every second page; checkpoint");
    }
    HostDevice device = open(path);
    try (PageStore store = PageStore.open(device, PAGES);
        IoArena arena = IoArena.ofShared()) {
      MemorySegment all = arena.allocate((long) PAGES * PageStore.PAGE_BYTES, PageStore.PAGE_BYTES);
      long before = device.counters().reads();
      store.read(0, all);
      long operations = device.counters().reads() - before;
      out.println("opened again: " + count(all) + " pages are what was written or zeros");
      out.println("all pages in one request: " + operations + " device operations");
    }
  }

  private static HostDevice open(Path path) throws IOException {
    return Engines.open(
        path, Engines.AUTO, OpenMode.READ_WRITE.withCreation(OpenMode.Creation.IF_ABSENT));
  }

  private static void writeEvenPages(PageStore store)
      throws InterruptedException, ExecutionException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService writers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("writer-", 0).factory())) {
      for (int thread = 0; thread < THREADS; thread++) {
        int first = 2 * thread;
        running.add(
            writers.submit(
                () -> {
                  try (IoArena arena = IoArena.ofShared()) {
                    MemorySegment page = arena.allocate(PageStore.PAGE_BYTES, PageStore.PAGE_BYTES);
                    for (int number = first; number < PAGES; number += 2 * THREADS) {
                      page.fill((byte) contents(number));
                      store.write(number, page);
                    }
                  }
                  return null;
                }));
      }
    }
    for (Future<?> each : running) {
      each.get();
    }
  }

  private static int count(MemorySegment pages) {
    int right = 0;
    for (int number = 0; number < PAGES; number++) {
      byte expected = (byte) (number % 2 == 0 ? contents(number) : 0);
      MemorySegment page =
          pages.asSlice((long) number * PageStore.PAGE_BYTES, PageStore.PAGE_BYTES);
      boolean same = true;
      for (long at = 0; at < PageStore.PAGE_BYTES; at++) {
        same &= page.get(ValueLayout.JAVA_BYTE, at) == expected;
      }
      right += same ? 1 : 0;
    }
    return right;
  }

  private static int contents(int number) {
    return 1 + number % 100;
  }
}
