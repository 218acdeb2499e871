package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.LaterExecutor;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The executor that must be there before it is needed. */
class CompletionExecutorRulesTest extends UsesTestBed {
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

  @ParameterizedTest
  @CsvSource({"0 new defer, 4096, 512", "0 mapped defer; 1 new, 512, 4096"})
  @Rule({"ADM-13", "ZERO-3"})
  void noZerosOfAMappingAreSentWithoutTheExecutorItNeeds(String table, long size, long position)
      throws IOException {
    use(TestBed.of(table).size(size).file(WaitingRulesTest::withoutExecutor));
    Submitted write = bed.submitWrite('A', position, 512);
    assertEquals(Errno.ENOMEM.number(), write.error().errno());
    assertEquals(List.of(), bed.sent());
    assertEquals(List.of(), bed.journal.of("alias"));
  }

  @Test
  @Rule("ADM-13")
  void manyThreadsRacingToMakeTheExecutorMakeOne() throws Exception {
    List<Background<Executor>> racers = new CopyOnWriteArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger arrived = new AtomicInteger();
    AtomicInteger made = new AtomicInteger();
    CompletionExecutor completions =
        new CompletionExecutor(
            "raced",
            () -> {
              while (arrived.get() < 8) {
                Thread.onSpinWait();
              }
              racers.forEach(CompletionExecutorRulesTest::awaitStopped); // all want it by now
              made.incrementAndGet();
              return new LaterExecutor();
            });
    for (int i = 0; i < 8; i++) {
      racers.add(
          Background.start(
              () -> {
                go.await();
                arrived.incrementAndGet();
                return completions.require();
              }));
    }
    go.countDown(); // all racers are in the list
    Executor one = racers.getFirst().result();
    for (Background<Executor> racer : racers) {
      assertSame(one, racer.result());
    }
    assertEquals(1, made.get());
  }

  /** Returns when the thread waits, for a lock or otherwise, or is this one. */
  private static void awaitStopped(Background<?> racer) {
    Thread thread = racer.thread();
    while (thread != Thread.currentThread() && thread.getState() == Thread.State.RUNNABLE) {
      Thread.onSpinWait();
    }
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
}
