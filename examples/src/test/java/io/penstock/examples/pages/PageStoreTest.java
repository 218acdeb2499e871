package io.penstock.examples.pages;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.testkit.crash.CrashImage;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashPoint;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageStoreTest {
  private static final int PAGES = 32;
  private static final byte POISON = 0x5A;

  @TempDir Path directory;
  private final IoArena arena = IoArena.ofShared();

  @AfterEach
  void free() {
    arena.close();
  }

  @Test
  void whatWasNeverWrittenReadsAsZerosAndNotAsWhatTheDeviceHeld() throws Exception {
    try (PageStore store = fresh(device())) {
      store.write(3, page(7));
      assertEquals(7, contents(store, 3));
      assertEquals(0, contents(store, 2));
      assertEquals(0, contents(store, 31));
    }
  }

  @Test
  void neighboursAreOneDeviceOperation() throws Exception {
    MemoryDevice device = device();
    try (PageStore store = fresh(device)) {
      for (int page = 0; page < 16; page++) {
        store.write(page, page(page + 1));
      }
      long before = device.counters().reads();
      store.read(0, arena.allocate(16L * PageStore.PAGE_BYTES, PageStore.PAGE_BYTES));
      assertEquals(1, device.counters().reads() - before);
    }
  }

  @Test
  void aDeviceWithoutStoreIsRefusedWithWhatToDo() {
    BlockIoException refused =
        assertThrows(BlockIoException.class, () -> PageStore.open(device(), PAGES));
    assertEquals(Errno.EUCLEAN.number(), refused.errno());
    assertTrue(refused.getMessage().endsWith("there is no page store here; format it first"));
  }

  @Test
  void everyStateThatAPowerCutCanLeaveHasWhatTheCheckpointMadeDurable() {
    CrashReport report = sweep(UnaryOperator.identity()).run(options());
    assertNull(report.failure(), report::toString);
    assertTrue(report.complete() && report.states() > 50, report::toString);
  }

  /** The sweep sees something: without the flush before the table, data behind it are lost. */
  @Test
  void aStoreWithoutItsFlushIsFoundOut() {
    CrashReport report = sweep(WithoutDataFlushes::new).search(options());
    assertNotNull(report.failure(), report::toString);
  }

  @Test
  void theProgramFindsItsPagesAgain() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PageStoreMain.run(directory.resolve("pages"), new PrintStream(said, true, UTF_8));
    assertEquals(
        List.of(
            "formatted: 1024 pages of 16384 bytes",
            "8 threads wrote every second page; checkpoint",
            "opened again: 1024 pages are what was written or zeros",
            "all pages in one request: 512 device operations"),
        said.toString(UTF_8).lines().toList());
  }

  /** Loses the flush before each table, and keeps the one behind it. */
  private static final class WithoutDataFlushes extends ForwardingDevice {
    private int flushes;

    WithoutDataFlushes(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public void flush() throws IOException {
      // the first is that of opening
      if (flushes++ % 2 == 0) {
        super.flush();
      }
    }
  }

  private CrashSweep sweep(UnaryOperator<BlockDevice> front) {
    return new CrashSweep("page store", seed -> record(front), PageStoreTest::check);
  }

  // sample: crash-record
  private CrashRecorder record(UnaryOperator<BlockDevice> front) throws IOException {
    MemoryDevice memory = device();
    PageStore.format(memory, PAGES);
    CrashRecorder recorder = CrashRecorder.over(memory, true);
    PageStore store = PageStore.open(front.apply(recorder), PAGES);
    for (List<Integer> pages : List.of(List.of(0, 1, 20), List.of(5, 21, 2), List.of(31))) {
      for (int page : pages) {
        recorder.begin(page);
        store.write(page, page(page + 1));
      }
      store.checkpoint();
      recorder.acknowledgeAll(pages);
    }
    return recorder;
  }

  // end of sample

  // sample: crash-check
  private static void check(CrashImage image, CrashPoint crash) throws IOException {
    try (PageStore store = PageStore.open(image, PAGES);
        IoArena memory = IoArena.ofShared()) {
      MemorySegment page = memory.allocate(PageStore.PAGE_BYTES, PageStore.PAGE_BYTES);
      for (int number = 0; number < PAGES; number++) {
        store.read(number, page);
        byte first = page.get(ValueLayout.JAVA_BYTE, 0);
        boolean right = first == number + 1 && crash.begun().contains(number);
        boolean zeros = first == 0 && !crash.acknowledged().contains(number);
        MemorySegment same = memory.allocate(PageStore.PAGE_BYTES, 1).fill(first);
        if (!right && !zeros || page.mismatch(same) >= 0) {
          throw new IOException("page " + number + " holds " + first);
        }
      }
    }
  }

  // end of sample

  private static CrashOptions options() {
    return CrashOptions.DEFAULT.withStates(6, 20, 4).withMaxStates(2000);
  }

  private MemoryDevice device() {
    MemoryDevice device = MemoryDevice.builder().size((PAGES + 2L) * PageStore.PAGE_BYTES).build();
    device.fill(POISON);
    return device;
  }

  private static PageStore fresh(BlockDevice device) throws IOException {
    PageStore.format(device, PAGES);
    return PageStore.open(device, PAGES);
  }

  private MemorySegment page(int contents) {
    return arena.allocate(PageStore.PAGE_BYTES, PageStore.PAGE_BYTES).fill((byte) contents);
  }

  private byte contents(PageStore store, long page) throws IOException {
    MemorySegment memory = page(-1);
    store.read(page, memory);
    assertEquals(-1, memory.mismatch(page(memory.get(ValueLayout.JAVA_BYTE, 0))));
    return memory.get(ValueLayout.JAVA_BYTE, 0);
  }
}
