package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.JournalCache.Mood;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests that may not wait, the executor that must be there, and the cached copy. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class NoWaitRulesTest {
  private TestBed bed;

  private TestBed use(TestBed.Builder builder) {
    bed = builder.build();
    return bed;
  }

  @AfterEach
  void close() throws IOException {
    bed.close();
  }

  private void readWouldBlock(String why, long length) {
    Expect.failure(
        Errno.EAGAIN,
        "read file at 0 length " + length + ": EAGAIN (would have to wait): " + why,
        () -> bed.read(0, length, IoFlag.NOWAIT));
  }

  private void writeWouldBlock(String why, long position, long length) {
    Expect.failure(
        Errno.EAGAIN,
        "write file at " + position + " length " + length + ": EAGAIN (would have to wait): " + why,
        () -> bed.write('A', position, length, IoFlag.NOWAIT));
    assertEquals(List.of(), bed.sent(), "nothing was changed");
  }

  // --- NOWAIT ---

  @Test
  @Rule("ADM-12")
  void noWaitRequestThatNeedNotWaitIsCarriedOut() throws IOException {
    use(TestBed.of("0..3 mapped"));
    assertEquals(8192, bed.write('A', 4096, 8192, IoFlag.NOWAIT));
    assertEquals("4096: A*4096", bed.read(4096, 4096, IoFlag.NOWAIT));
    assertEquals(
        List.of("map 1+2 allocate no-wait", "map 1+1 look-up no-wait"), bed.journal.of("map"));
    assertTrue(bed.record.transfers().getFirst().noWait(), "the device is told");
  }

  @Test
  @Rule("ADM-12")
  void noWaitReadDoesNotWaitForTheLock() throws IOException {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    readWouldBlock("the file's lock is held", 512);
    assertEquals(Errno.EAGAIN.number(), bed.submitRead(0, 512, IoFlag.NOWAIT).error().errno());
    assertTrue(bed.file.lock().isHeld(), "still the other's");
    bed.file.lock().release();
    assertEquals("512: b0*512", bed.read(0, 512, IoFlag.NOWAIT));
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("ADM-12")
  void noWaitReadDoesNotWaitForDirtyBytes() throws IOException {
    use(TestBed.of("0 mapped").locking().cache(Mood.DIRTY));
    readWouldBlock("cached bytes have to be written back first", 512);
    assertEquals(List.of(), bed.journal.of("cache", "map"));
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotWaitForDirtyBytes() throws IOException {
    use(TestBed.of("0 mapped").cache(Mood.DIRTY));
    writeWouldBlock("cached bytes have to be written back first", 0, 512);
    assertEquals(List.of(), bed.journal.of("cache", "map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestDoesNotWaitForAFrozenFile() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.file.freeze();
    readWouldBlock("the file is frozen", 512);
    bed.file.thaw();
    assertEquals("512: b0*512", bed.read(0, 512, IoFlag.NOWAIT));
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotWaitForTheBlockOfAnother() throws IOException {
    use(TestBed.of("0 mapped").holding());
    bed.submitWrite('B', 512, 512);
    bed.journal.clear();
    writeWouldBlock("another write touches a block of this one in part", 1024, 512);
    assertEquals(List.of(), bed.journal.of("map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotAllocate() throws IOException {
    use(TestBed.of("0 new").size(4096));
    writeWouldBlock("the mapper would have to wait", 0, 4096);
    assertEquals(MappingKind.HOLE, bed.layout.kind(0), "nothing was allocated");
    assertEquals(List.of("map 0+1 allocate no-wait"), bed.journal.of("map"));
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestIsOneMapping() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9"));
    readWouldBlock("more than one mapping is needed", 8192);
    writeWouldBlock("more than one mapping is needed", 0, 8192);
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestIsOneDeviceOperation() throws IOException {
    use(TestBed.of("0..1 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)));
    readWouldBlock("more than one device operation is needed", 8192);
    writeWouldBlock("more than one device operation is needed", 0, 8192);
  }

  @Test
  @Rule("ADM-12")
  void noWaitWriteDoesNotZeroTheBlockTheFileEndedIn() throws IOException {
    use(TestBed.of("0..1 mapped").size(512));
    writeWouldBlock("the block the file ends in has to be zeroed too", 4096, 4096);
  }

  @Test
  @Rule("ADM-12")
  void noWaitRequestDoesNotWaitForAFullQueue() throws IOException {
    use(TestBed.of("0 mapped").holding(1));
    bed.submitRead(0, 512);
    Expect.failure(
        Errno.EAGAIN,
        "read disk at 0 length 512: EAGAIN (would have to wait): the queue of 1 bios is full",
        () -> bed.read(0, 512, IoFlag.NOWAIT));
  }

  // --- the completion executor ---

  @Test
  @Rule("ADM-13")
  void executorOfADurableWriteExistsBeforeAnythingIsSent() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.submitRead(0, 512);
    assertFalse(bed.completions.exists(), "a plain request does not need it");
    bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC);
    assertEquals(List.of("executor", "write 0+512"), bed.journal.of("executor", "write"));
  }

  @Test
  @Rule("ADM-13")
  void durableWriteIsRefusedWhenTheExecutorCannotBeMade() throws IOException {
    use(TestBed.of("0 mapped").file(WaitingRulesTest::withoutExecutor));
    Submitted write = bed.request(512, 'A');
    Expect.failure(
        Errno.ENOMEM,
        "create completion executor none: ENOMEM (out of memory): its factory failed",
        () -> bed.submit(write, Direction.WRITE, 0, IoFlag.DATA_SYNC));
    assertEquals(List.of(), bed.journal.all());
    assertEquals(0, write.calls());
  }

  @Test
  @Rule({"ADM-13", "MAP-8"})
  void executorOfADeferredMappingExistsBeforeAnythingOfItIsSent() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9 boundary; 2 mapped @12 defer"));
    Submitted read = bed.submitRead(0, 12288);
    assertEquals(
        List.of("read 0+4096", "read 36864+4096", "executor", "read 49152+4096"),
        bed.journal.of("read", "executor"));
    bed.later.runAll();
    assertEquals(12288, read.bytes());
  }

  @Test
  @Rule("ADM-13")
  void failingToMakeTheExecutorIsAnErrorOfTheWalkAndNothingOfTheMappingIsSent() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9 defer").file(WaitingRulesTest::withoutExecutor));
    Submitted read = bed.submitRead(0, 8192);
    Expect.error(
        Errno.ENOMEM,
        "create completion executor none: ENOMEM (out of memory): its factory failed",
        read.error());
    assertEquals(List.of("read 0+4096"), bed.sent());
  }

  @Test
  @Rule("ADM-13")
  void manyThreadsRacingToMakeTheExecutorMakeOne() throws Exception {
    use(TestBed.of(""));
    AtomicInteger made = new AtomicInteger();
    CyclicBarrier start = new CyclicBarrier(8);
    CompletionExecutor completions =
        new CompletionExecutor(
            "raced",
            () -> {
              made.incrementAndGet();
              return bed.later::execute;
            });
    List<Background<Executor>> racers = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      racers.add(
          Background.start(
              () -> {
                start.await();
                return completions.require();
              }));
    }
    Executor one = completions.require();
    for (Background<Executor> racer : racers) {
      assertSame(one, racer.result());
    }
    assertEquals(1, made.get());
  }

  @Test
  @Rule("ADM-13")
  void executorThatCouldNotBeMadeIsTriedAgain() throws IOException {
    use(TestBed.of(""));
    AtomicInteger tries = new AtomicInteger();
    CompletionExecutor completions =
        new CompletionExecutor(
            "slow start",
            () -> {
              if (tries.incrementAndGet() == 1) {
                throw new OutOfMemoryError("no thread");
              }
              return bed.later;
            });
    Expect.failure(Errno.ENOMEM, completions::require);
    assertFalse(completions.exists());
    assertSame(bed.later, completions.require());
  }

  // --- the cached copy ---

  @Test
  @Rule("ADM-14")
  void cachedCopyIsWrittenBackAndDroppedBeforeTheFirstMapping() throws IOException {
    use(TestBed.of("0..1 mapped").cache(Mood.DIRTY));
    assertEquals(1024, bed.write('A', 512, 1024));
    assertEquals(
        List.of("cache drop 512..1536", "map 0+1 allocate", "write 512+1024"),
        bed.journal.all().subList(0, 3));
  }

  @Test
  @Rule({"ADM-14", "WALK-4"})
  void writeGoesTheBufferedWayWhenTheCopyCannotBeDropped() throws IOException {
    use(TestBed.of("0 mapped; 8 mapped").size(1024).cache(Mood.CANNOT_DROP));
    assertEquals(0, bed.write('A', 0, 4096));
    assertEquals(0, bed.submitWrite('A', 32768, 512).bytes());
    assertEquals(List.of(), bed.journal.of("map", "write"), "not even the gap is zeroed");
    assertEquals(1024, bed.file.size());
  }

  @Test
  @Rule("ADM-14")
  void atomicWriteFailsWhenTheCopyCannotBeDropped() throws IOException {
    use(
        TestBed.of("0 mapped")
            .cache(Mood.CANNOT_DROP)
            .limits(limits -> limits.withAtomicWrites(512, 4096)));
    Expect.failure(
        Errno.EAGAIN,
        "write file at 0 length 4096: EAGAIN (would have to wait): the cached copy of the range"
            + " cannot be dropped",
        () -> bed.write('A', 0, 4096, IoFlag.ATOMIC));
    assertEquals(List.of(), bed.journal.of("map", "write"));
  }

  @Test
  @Rule("ADM-14")
  void writeFailsWhenDirtyBytesCannotBeWrittenBack() throws IOException {
    use(TestBed.of("0 mapped").cache(Mood.CANNOT_WRITE_BACK));
    Expect.failure(Errno.EIO, () -> bed.write('A', 0, 4096));
    assertEquals(List.of(), bed.journal.of("map", "write"));
  }
}
