package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.device.Fault;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.JournalCache.Mood;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The order in which a request ends, and what is durable then. F=4096, L=512. */
class DurabilityRulesTest extends UsesTestBed {
  @Test
  @Rule("CMP-5")
  void orderIsHookThenInvalidationThenSyncThenHandler() throws IOException {
    use(TestBed.of("0 mapped; 1 new").size(4096).cache(Mood.CLEAN));
    bed.submitWrite('A', 512, 4096, IoFlag.DATA_SYNC); // 512..4608
    bed.later.runAll();
    assertEquals(
        List.of(
            "cache drop 512..4608",
            "end write 512+4096",
            "cache invalidate 512..4608",
            "sync DATA",
            "handler 4096"),
        bed.journal.of("cache", "end", "sync", "handler"));
  }

  @Test
  @Rule("CMP-5")
  void syncComesOnlyAfterBytesThatWereWritten() throws IOException {
    use(TestBed.of("0 hole; 1 mapped; 2 mapped; 3 hole").size(8704));
    assertEquals(0, bed.write('A', 0, 4096, IoFlag.DATA_SYNC));
    assertEquals(0, bed.write('A', 12288, 4096, IoFlag.DATA_SYNC));
    assertEquals(List.of("write 8704+3584"), bed.sent(), "zeros are none");
    bed.errors.add(Fault.of(Errno.EIO));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4096, 4096, IoFlag.DATA_SYNC));
    assertEquals(List.of(), bed.journal.of("sync", "flush"));
  }

  @Test
  @Rule("CMP-5")
  void failedInvalidationIsAWarningAndTheWriteStays() throws IOException {
    use(TestBed.of("0 mapped").cache(Mood.CANNOT_INVALIDATE));
    assertEquals(512, bed.write('A', 0, 512));
    assertEquals(
        List.of(
            "warning cached pages over the written range 0..512 may be stale:"
                + " io.penstock.core.error.BlockIoException: cache file: EIO (input/output error):"
                + " CANNOT_INVALIDATE"),
        bed.journal.of("warning"));
    assertEquals("512: A*512", bed.read(0, 512));
  }

  @Test
  @Rule("CMP-5")
  void nothingIsInvalidatedWhereNothingWasWritten() throws IOException {
    use(TestBed.of("0 mapped; 1 hole").cache(Mood.CLEAN));
    bed.read(0, 512);
    bed.write('A', 4096, 512);
    assertFalse(bed.journal.of("cache").stream().anyMatch(line -> line.contains("invalidate")));
  }

  private static final String STICKY =
      "sync file: EIO (input/output error): an earlier sync of this file failed, data may be lost;"
          + " open the file again and check it";

  @Test
  @Rule("CMP-6")
  void failedSyncIsStickyUntilTheFileIsReopened() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.errors.failFlushes(Errno.EIO, 1);
    Expect.failure(Errno.EIO, () -> bed.file.sync(SyncScope.DATA));
    BlockIoException again = Expect.failure(Errno.EIO, STICKY, () -> bed.file.sync(SyncScope.ALL));
    assertEquals(
        "flush disk: EIO (input/output error): injected fault", again.getCause().getMessage());
    Expect.failure(Errno.EIO, STICKY, () -> bed.write('A', 0, 512, IoFlag.DATA_SYNC));
    assertEquals(512, bed.write('A', 0, 512), "what promises no durability goes on");
    try (BlockFile reopened = BlockFile.builder(bed.device, bed.layout).size(4096).build()) {
      reopened.sync(SyncScope.DATA);
    }
  }

  @Test
  @Rule("CMP-6")
  void syncDuringWhichAnotherHasFailedHasFailedToo() throws IOException {
    use(
        TestBed.of("0 mapped")
            .sync(
                (synced, scope) -> {
                  if (scope == SyncScope.DATA) {
                    throw new IOException("the other");
                  }
                  assertThrows(IOException.class, () -> synced.syncNow(SyncScope.DATA));
                }));
    Expect.failure(Errno.EIO, STICKY, () -> bed.file.sync(SyncScope.ALL));
  }

  /** What it wants to be durable the other one may have lost. */
  @Test
  @Rule("CMP-6")
  void syncThatIsAskedForWhileOneFailsFailsToo() throws Exception {
    Semaphore begun = new Semaphore(0);
    Semaphore letGo = new Semaphore(0);
    AtomicInteger syncs = new AtomicInteger();
    use(
        TestBed.of("0 mapped")
            .sync(
                (synced, scope) -> {
                  if (syncs.incrementAndGet() == 1) {
                    begun.release();
                    letGo.acquireUninterruptibly();
                    throw new IOException("the first");
                  }
                }));
    Callable<IOException> failing =
        () -> assertThrows(IOException.class, () -> bed.file.sync(SyncScope.DATA));
    Background<IOException> first = Background.start(failing);
    begun.acquireUninterruptibly();
    Background<IOException> second = Background.start(failing).awaitParked();
    letGo.release();
    assertEquals("the first", first.result().getMessage());
    assertEquals(STICKY, second.result().getMessage());
    assertEquals(1, syncs.get());
  }

  @Test
  @Rule({"CMP-6", "BIO-9"})
  void durableWriteThatNeedsNoFlushFailsAfterAFailedSyncToo() throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withForcedUnitAccess(true)));
    bed.errors.failFlushes(Errno.EIO, 1);
    Expect.failure(Errno.EIO, () -> bed.file.sync(SyncScope.DATA));
    Expect.failure(Errno.EIO, STICKY, () -> bed.write('A', 0, 512, IoFlag.DATA_SYNC));
  }

  @Test
  @Rule("CMP-6")
  void syncErrorReplacesAPositiveByteCount() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.errors.failFlushes(Errno.ENOSPC, 1);
    Submitted write = bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC);
    bed.later.runAll();
    Expect.error(
        Errno.ENOSPC,
        "flush disk: ENOSPC (no space left on device): injected fault",
        write.error());
  }

  @Test
  @Rule("CMP-6")
  void syncErrorNeverReplacesAnEarlierError() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.errors.failFlushes(Errno.ENOSPC, Long.MAX_VALUE).add(Fault.of(Errno.ENODATA).times(1));
    Expect.failure(Errno.ENODATA, () -> bed.write('A', 0, 512, IoFlag.DATA_SYNC));
    bed.layout.atEndOfIo(
        end -> {
          throw new IOException("hook");
        });
    assertEquals(
        "hook",
        assertThrows(IOException.class, () -> bed.write('A', 0, 512, IoFlag.DATA_SYNC))
            .getMessage());
  }

  @Test
  @Rule("CMP-6")
  void durableWriteThatExtendsTheFileMakesItsNewSizeDurable() throws IOException {
    long[] durable = new long[1];
    use(
        TestBed.of("0 mapped; 1 new")
            .size(4096)
            .file(file -> file.sync((synced, scope) -> durable[0] = synced.size())));
    bed.write('A', 4096, 512, IoFlag.DATA_SYNC);
    assertEquals(4608, durable[0], "the size is published before the sync");
  }

  @Test
  @Rule("CMP-6")
  void syncHookThatThrowsIsAFailedSync() throws IOException {
    use(
        TestBed.of("0 mapped")
            .sync(
                (synced, scope) -> {
                  throw new IllegalStateException("bug");
                }));
    Expect.failure(
        Errno.EIO,
        "sync file: EIO (input/output error): the sync hook threw",
        () -> bed.write('A', 0, 512, IoFlag.DATA_SYNC));
    Expect.failure(Errno.EIO, STICKY, () -> bed.file.sync(SyncScope.DATA));
  }
}
