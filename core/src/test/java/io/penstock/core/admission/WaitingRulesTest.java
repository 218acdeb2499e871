package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.Fault;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.JournalCache.Mood;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for what before and while a request is carried out. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WaitingRulesTest {
  private static final Duration LONG = Duration.ofSeconds(15);

  private TestBed bed;

  private TestBed use(TestBed.Builder builder) {
    bed = builder.build();
    return bed;
  }

  @AfterEach
  void close() throws IOException {
    bed.close();
  }

  // --- synchronous and asynchronous ---

  @Test
  @Rule("ADM-7")
  void synchronousRequestIsNotCutShortByAnInterruptAndKeepsIt() throws Exception {
    use(TestBed.of("0 mapped").holding());
    Background<String> read =
        Background.start(
            () -> {
              Thread.currentThread().interrupt();
              return bed.read(0, 512) + " " + Thread.currentThread().isInterrupted();
            });
    assertTrue(bed.hold.awaitPending(1, LONG));
    bed.hold.completeAll();
    assertEquals("512: b0*512 true", read.result());
  }

  @Test
  @Rule("ADM-7")
  void synchronousWaitForTheLockIsNotCutShortByAnInterruptAndKeepsIt() throws Exception {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    Background<String> read =
        Background.start(
            () -> {
              Thread.currentThread().interrupt();
              return bed.read(0, 512) + " " + Thread.currentThread().isInterrupted();
            });
    read.awaitParked();
    assertFalse(read.isDone());
    bed.file.lock().release();
    assertEquals("512: b0*512 true", read.result());
  }

  @Test
  @Rule("ADM-7")
  void requestWithAHandlerReturnsBeforeTheDeviceIsDone() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submitRead(0, 512);
    assertEquals(0, read.calls());
    assertTrue(read.request.isInFlight());
    bed.finish();
    assertEquals(512, read.bytes());
  }

  @Test
  @Rule("ADM-8")
  void extendingWriteStaysInFlightWhenTheLayoutPublishesTheSize() throws IOException {
    use(TestBed.of("0 mapped; 1 new").size(4096).holding());
    Submitted write = bed.submitWrite('A', 4096, 4096);
    assertEquals(0, write.calls());
    assertEquals(4096, bed.file.size(), "nobody sees the new size before the data");
    bed.finish();
    assertEquals(4096, write.bytes());
    assertEquals(8192, bed.file.size());
  }

  @Test
  @Rule("ADM-8")
  void extendingWriteIsWaitedForWhenTheLayoutDoesNotPublishTheSize() throws Exception {
    use(
        TestBed.of("0 mapped; 1 new")
            .size(4096)
            .holding()
            .traits(traits -> traits.withPublishesSize(false)));
    Background<Integer> submission =
        Background.start(() -> bed.submitWrite('A', 4096, 4096).calls());
    assertTrue(bed.hold.awaitPending(1, LONG));
    submission.awaitParked();
    assertFalse(submission.isDone());
    bed.hold.completeAll();
    assertEquals(1, submission.result(), "done when the submission returned");
    Submitted inside = bed.submitWrite('B', 0, 8192);
    assertEquals(0, inside.calls(), "a write inside the file is not waited for");
  }

  @Test
  @Rule("ADM-9")
  void durabilityIsAMatterOfTheFileOrOfTheRequest() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.write('A', 0, 512);
    assertEquals(List.of(), bed.journal.of("sync"));
    bed.write('A', 0, 512, IoFlag.DATA_SYNC);
    assertEquals(List.of("sync DATA"), bed.journal.of("sync"));
    bed.read(0, 512, IoFlag.DATA_SYNC);
    assertEquals(List.of("sync DATA"), bed.journal.of("sync"), "reads are not made durable");
    bed.close();
    use(TestBed.of("0 mapped").file(file -> file.dataSync(true)));
    bed.write('A', 0, 512);
    assertEquals(List.of("sync DATA"), bed.journal.of("sync"));
  }

  @Test
  @Rule("ADM-9")
  void durabilityIsDecidedAnewForEveryUseOfARequest() throws IOException {
    use(TestBed.of("0 mapped"));
    Submitted durable = bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC);
    bed.later.runAll();
    assertEquals(512, durable.bytes());
    bed.submit(durable, Direction.WRITE, 0);
    assertEquals(2, durable.calls());
    assertEquals(List.of("sync DATA"), bed.journal.of("sync"));
  }

  // --- the in-flight count ---

  @Test
  @Rule("ADM-10")
  void requestIsCountedOnceFromBeforeItsFirstMappingToItsEnd() throws IOException {
    use(TestBed.of("0..1 mapped; 2 hole; 3 mapped").holding());
    bed.layout.nextAnswer(
        (query, mapping) -> {
          bed.journal.add("counted " + bed.file.requestsInFlight());
          mapping.mapped(bed.device, 0, 2);
        });
    bed.layout.atEndOfIo(
        end ->
            bed.journal.add(
                "hook " + bed.file.requestsUsingBlockMap() + bed.file.requestsInFlight()));
    Submitted read = bed.submitRead(0, 16384);
    assertEquals(1, bed.file.requestsInFlight(), "one request of three mappings");
    bed.finish();
    assertEquals(16384, read.bytes());
    assertEquals(List.of("counted 1", "hook 11"), bed.journal.of("counted", "hook"));
    assertEquals(0, bed.file.requestsInFlight());
  }

  @Test
  @Rule({"ADM-10", "CMP-5"})
  void blockMapIsFreeAfterTheHookAndTheFileAfterTheSyncJustBeforeTheHandler() throws IOException {
    use(
        TestBed.of("0 mapped")
            .file(file -> file.sync((synced, scope) -> bed.journal.add("sync " + counts()))));
    bed.layout.atEndOfIo(end -> bed.journal.add("hook " + counts()));
    Submitted write = bed.request(512, 'A').then(() -> bed.journal.add("handled " + counts()));
    bed.submit(write, Direction.WRITE, 0, IoFlag.DATA_SYNC);
    bed.later.runAll();
    assertEquals(
        List.of("hook 1 1", "sync 0 1", "handled 0 0"),
        bed.journal.of("hook", "sync", "handled"),
        "requests using the block map, requests in flight");
  }

  private String counts() {
    return bed.file.requestsUsingBlockMap() + " " + bed.file.requestsInFlight();
  }

  @Test
  @Rule("ADM-10")
  void freezeWaitsForTheHookAndKeepsNewRequestsOut() throws Exception {
    use(TestBed.of("0 mapped").holding());
    bed.submitWrite('A', 0, 512);
    bed.layout.atEndOfIo(end -> bed.journal.add("hook"));
    Background<Integer> freeze =
        Background.start(
            () -> {
              bed.file.freeze();
              bed.journal.add("frozen");
              return bed.file.requestsUsingBlockMap();
            });
    assertFalse(freeze.awaitParked().isDone());
    bed.hold.completeAll();
    assertEquals(0, freeze.result());
    assertEquals(List.of("hook", "frozen"), bed.journal.of("hook", "frozen"));
    Submitted late = bed.submitRead(0, 512);
    bed.finish();
    assertEquals(0, late.calls(), "waits, without a thread, until the file is thawed");
    bed.file.thaw();
    bed.finish();
    assertEquals(512, late.bytes());
  }

  @Test
  @Rule("ADM-10")
  void closeWaitsUntilTheLastRequestIsDone() throws Exception {
    use(TestBed.of("0 mapped").holding());
    Submitted write = bed.submitWrite('A', 0, 512);
    Background<Object> close =
        Background.start(
            () -> {
              bed.file.close();
              return null;
            });
    assertFalse(close.awaitParked().isDone());
    bed.hold.completeAll();
    close.result();
    assertEquals(512, write.bytes());
  }

  @Test
  @Rule("ADM-10")
  void failedRequestsAreCountedOutToo() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("no metadata");
        });
    assertEquals("no metadata", bed.submitRead(0, 512).anyError().getMessage());
    bed.errors.add(Fault.of(Errno.EIO));
    Expect.failure(Errno.EIO, () -> bed.read(0, 512));
    assertEquals(0, bed.file.requestsInFlight());
  }

  @Test
  @Rule("ADM-10")
  void layoutWithItsOwnSchemeIsNotCountedFor() throws IOException {
    use(TestBed.of("0 mapped").holding().traits(traits -> traits.withOwnInFlightScheme(true)));
    Submitted read = bed.submitRead(0, 512);
    assertEquals(0, bed.file.requestsInFlight());
    bed.file.freeze(); // does not wait
    bed.file.thaw();
    bed.finish();
    assertEquals(512, read.bytes());
  }

  // --- the lock ---

  @Test
  @Rule("ADM-11")
  void readOfALockingLayoutLocksThenWritesBackThenMapsAndUnlocksBeforeItWaits() throws IOException {
    use(TestBed.of("0 mapped").locking().holding().cache(Mood.DIRTY));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          bed.journal.add("locked " + bed.file.lock().isHeld());
          mapping.mapped(bed.device, 0, 1);
        });
    Submitted read = bed.submitRead(0, 4096);
    assertEquals(
        List.of("cache write-back 0..4096", "map 0+1 look-up", "locked true", "read 0+4096"),
        bed.journal.all());
    assertEquals(1, bed.hold.pending());
    assertFalse(bed.file.lock().isHeld(), "the device is not waited for with the lock");
    bed.finish();
    assertEquals(4096, read.bytes());
  }

  @Test
  @Rule("ADM-11")
  void failedWriteBackDropsTheLockAndMapsNothing() throws IOException {
    use(TestBed.of("0 mapped").locking().cache(Mood.CANNOT_WRITE_BACK));
    Expect.failure(
        Errno.EIO,
        "cache file: EIO (input/output error): CANNOT_WRITE_BACK",
        () -> bed.read(0, 512));
    assertFalse(bed.file.lock().isHeld());
    Expect.error(
        Errno.EIO,
        "cache file: EIO (input/output error): CANNOT_WRITE_BACK",
        bed.submitRead(0, 512).error());
    assertFalse(bed.file.lock().isHeld());
    assertEquals(List.of(), bed.journal.of("map", "read"));
  }

  @Test
  @Rule("ADM-11")
  void engineTakesNoLockForAWriteNorForALayoutThatDoesNotLock() throws IOException {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire(); // the caller of a write holds it
    assertEquals(512, bed.write('A', 0, 512));
    assertTrue(bed.file.lock().isHeld());
    bed.file.lock().release();
    bed.close();
    use(TestBed.of("0 mapped"));
    bed.file.lock().acquire();
    assertEquals("512: b0*512", bed.read(0, 512));
    bed.file.lock().release();
  }

  @Test
  @Rule("ADM-11")
  void readThatWaitsForTheLockGoesOnOnAnotherThread() throws Exception {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    Submitted read = Background.start(() -> bed.submitRead(0, 512)).result();
    assertEquals(List.of(), bed.journal.of("map"));
    bed.file.lock().release();
    assertEquals(0, read.calls(), "not on the thread that let the lock go");
    bed.later.runAll();
    assertEquals(512, read.bytes());
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("ADM-11")
  void lockIsLetGoWhenAWaitingReadCannotGoOn() throws IOException {
    use(TestBed.of("0 mapped").locking().file(WaitingRulesTest::withoutExecutor));
    bed.file.lock().acquire();
    Submitted read = bed.submitRead(0, 512);
    bed.file.lock().release();
    assertEquals(Errno.ENOMEM.number(), read.error().errno());
    assertFalse(bed.file.lock().isHeld());
  }

  static BlockFile.Builder withoutExecutor(BlockFile.Builder file) {
    return file.completions(
        new CompletionExecutor(
            "none",
            () -> {
              throw new IllegalStateException("no threads left");
            }));
  }
}
