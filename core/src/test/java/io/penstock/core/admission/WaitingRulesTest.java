package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.JournalCache.Mood;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who waits for what before and while a request is carried out. */
class WaitingRulesTest extends UsesTestBed {
  private static final Duration LONG = Duration.ofSeconds(15);

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
    read.awaitParked(); // the interrupt has been met by now
    bed.hold.completeAll();
    assertEquals("512: b0*512 true", read.result());
  }

  @Test
  @Rule({"ADM-7", "BIO-6"})
  void waitInTheMiddleOfAWalkIsNotCutShortByAnInterruptAndKeepsIt() throws Exception {
    use(TestBed.of("0..1 mapped").blockByBlock().holding());
    Background<String> read =
        Background.start(
            () -> {
              Thread.currentThread().interrupt();
              return bed.read(0, 8192) + " " + Thread.currentThread().isInterrupted();
            });
    assertTrue(bed.hold.awaitPending(1, LONG));
    read.awaitParked();
    while (!read.isDone()) {
      bed.hold.completeAll();
    }
    assertEquals("8192: b0*4096 b1*4096 true", read.result());
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
  @Rule("ADM-8")
  void writeThatExtendsTheFileOnlyBecauseItShrankBeforeIsWaitedForToo() throws Exception {
    use(TestBed.of("0..1 mapped").holding().traits(traits -> traits.withPublishesSize(false)));
    bed.file.freeze();
    Background<Integer> submission = Background.start(() -> bed.submitWrite('A', 0, 8192).calls());
    submission.awaitParked();
    bed.file.setSize(4096);
    bed.file.thaw();
    assertTrue(bed.hold.awaitPending(1, LONG));
    submission.awaitParked();
    bed.hold.completeAll();
    assertEquals(1, submission.result(), "done when the submission returned");
  }

  /** A handler that starts a write of so many bytes, on the device's thread. */
  private Submitted[] readThenWrite(long position, long... lengths) throws IOException {
    Submitted[] writes = new Submitted[lengths.length];
    bed.submit(
        bed.request(512, '?')
            .then(
                () -> {
                  try {
                    for (int i = 0; i < lengths.length; i++) {
                      writes[i] = bed.submitWrite('B', position, lengths[i]);
                    }
                  } catch (IOException refused) {
                    throw new UncheckedIOException(refused);
                  }
                }),
        Direction.READ,
        0);
    return writes;
  }

  @Test
  @Rule({"ADM-8", "CMP-10"})
  void writeInsideTheFileTakesNoDeviceThreadWhileItWaitsForABlock() throws IOException {
    use(TestBed.of("0..1 mapped").holding().traits(traits -> traits.withPublishesSize(false)));
    bed.submitWrite('A', 512, 512);
    Submitted[] write = readThenWrite(1024, 512);
    bed.hold.complete(1);
    assertEquals(0, write[0].calls());
    bed.finish();
    assertEquals(512, write[0].bytes());
  }

  @Test
  @Rule({"ADM-8", "CMP-10"})
  void writeInsideTheFileTakesNoDeviceThreadWhileTheFileIsFrozen() throws Exception {
    use(TestBed.of("0..1 mapped").holding().traits(traits -> traits.withPublishesSize(false)));
    Submitted[] writes = readThenWrite(3584, 512, 4608);
    Background<Void> frozen =
        Background.start(
            () -> {
              bed.file.freeze();
              return null;
            });
    frozen.awaitParked();
    bed.hold.complete(0);
    frozen.result();
    assertEquals(0, writes[0].calls() + writes[1].calls());
    bed.file.setSize(4096);
    bed.file.thaw();
    bed.finish();
    assertEquals(512, writes[0].bytes());
    Expect.error(
        Errno.EAGAIN,
        "write file at 3584 length 4608: EAGAIN (would have to wait): the file shrank before the"
            + " write began, which now would extend it, and its layout does not publish the size;"
            + " submit it again",
        writes[1].error());
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
