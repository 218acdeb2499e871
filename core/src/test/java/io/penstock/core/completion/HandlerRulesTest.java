package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.DelayDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.SyncScope;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** On which thread handlers run and what they may do; cancelling and timeouts. */
class HandlerRulesTest extends UsesTestBed {
  @Test
  @Tag("stress")
  @Rule({"CMP-8", "BIO-5"})
  void everyRequestCompletesOnceWhoeverDropsTheLastReference() throws Exception {
    use(TestBed.of(""));
    int requests = 16;
    int rounds = 200;
    AtomicInteger calls = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(requests * rounds);
    try (DelayDevice device =
            new DelayDevice(MemoryDevice.of(1 << 20), bio -> bio.deviceOffset() % 3 * 1000);
        BlockFile file =
            BlockFile.builder(
                    device, (query, mapping) -> mapping.mapped(device, query.firstBlock() * 512, 1))
                .size(1 << 20)
                .maxOutstandingBios(3)
                .build()) {
      IoVector memory = IoVector.of(bed.memory(4096, 'A')); // 8 mappings, boundary or not
      for (int i = 0; i < requests; i++) {
        IoRequest request = DirectIo.newRequest();
        Runnable[] next = new Runnable[1];
        int[] left = {rounds};
        next[0] =
            () -> {
              try {
                DirectIo.submit(
                    request,
                    Direction.WRITE,
                    file,
                    memory,
                    0,
                    IoFlags.NONE,
                    (told, bytes, error) -> {
                      assertEquals(4096, bytes);
                      calls.incrementAndGet();
                      if (--left[0] > 0) {
                        next[0].run();
                      }
                      done.countDown();
                    });
              } catch (IOException failure) {
                throw new AssertionError(failure);
              }
            };
        next[0].run();
      }
      assertTrue(done.await(15, TimeUnit.SECONDS), "left " + done.getCount());
      assertEquals(requests * rounds, calls.get());
      assertEquals(0, file.requestsInFlight());
    }
  }

  @Test
  @Rule("CMP-8")
  void bioThatEndsWhileTheWalkGoesOnDoesNotEndTheRequest() throws IOException {
    use(TestBed.of("0..1 mapped").holding());
    Submitted read = bed.request(8192, '?');
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1).boundary());
    bed.layout.nextAnswer(
        (query, mapping) -> {
          bed.hold.complete(0);
          mapping.mapped(bed.device, 4096, 1);
        });
    bed.submit(read, Direction.READ, 0);
    assertEquals(0, read.calls(), "the submitter's reference was still there");
    bed.finish();
    assertEquals(8192, read.bytes());
  }

  @Test
  @Rule("CMP-9")
  void handlerRunsOnTheThreadOfTheDevice() throws Exception {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submitRead(0, 512);
    Thread device = Thread.ofPlatform().name("device").start(() -> bed.hold.complete(0));
    device.join();
    assertSame(device, read.thread());
  }

  @Test
  @Rule({"CMP-9", "ADM-9"})
  void handlerOfADurableWriteRunsOnTheCompletionExecutor() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted write = bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC);
    bed.hold.complete(0);
    assertEquals(List.of(), bed.journal.of("end", "sync", "handler"), "not on the device's thread");
    bed.later.runAll();
    assertEquals(512, write.bytes());
  }

  @Test
  @Rule("CMP-9")
  void handlerThatThrowsIsReportedAndTheNextOnesRun() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted bad = bed.request(512, '?');
    bad.then(
        () -> {
          throw new IllegalArgumentException("oops");
        });
    bed.submit(bad, Direction.READ, 0);
    Submitted good = bed.submitRead(0, 512);
    Reaping.begin();
    bed.hold.complete(0);
    bed.hold.complete(0);
    Reaping.end();
    assertEquals(1, bad.calls());
    assertEquals(512, good.bytes());
    assertEquals(
        List.of("warning a completion handler threw: java.lang.IllegalArgumentException: oops"),
        bed.journal.of("warning"));
    assertEquals(512, bed.submit(bad.then(() -> {}), Direction.READ, 0).memory.byteSize());
  }

  @Test
  @Rule("CMP-9")
  void handlerThatThrowsAnErrorDoesNotEndTheDevicesThread() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted bad = bed.request(512, '?');
    bad.then(
        () -> {
          throw new StackOverflowError();
        });
    bed.submit(bad, Direction.READ, 0);
    bed.hold.complete(0);
    assertEquals(1, bad.calls());
    assertEquals(1, bed.journal.of("warning").size());
  }

  @Test
  @Rule("CMP-10")
  void handlersRunAfterTheBatchWasTakenOffTheQueue() throws IOException {
    use(TestBed.of("0 mapped").holding());
    List<Integer> left = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      bed.submit(bed.request(512, '?').then(() -> left.add(bed.hold.pending())), Direction.READ, 0);
    }
    Reaping.begin();
    bed.hold.complete(0);
    bed.hold.complete(0);
    assertEquals(List.of(), left, "not from inside the reaping");
    bed.hold.complete(0);
    Reaping.end();
    assertEquals(List.of(0, 0, 0), left);
  }

  @Test
  @Rule("CMP-10")
  void handlerMaySubmitTheNextRequest() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.request(512, '?');
    read.then(
        () -> {
          if (read.calls() < 3) {
            submitAgain(read);
          }
        });
    bed.submit(read, Direction.READ, 0);
    long first = read.request.generation();
    bed.hold.completeAll();
    assertEquals(3, read.calls());
    assertEquals(first + 2, read.request.generation());
  }

  private void submitAgain(Submitted read) {
    try {
      bed.submit(read, Direction.READ, 0);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  private void forbiddenInHandler(String what, Executable action) throws IOException {
    List<String> messages = new ArrayList<>();
    Submitted read = bed.request(512, '?');
    read.then(() -> messages.add(assertThrows(IllegalStateException.class, action).getMessage()));
    bed.submit(read, Direction.READ, 0);
    bed.hold.completeAll();
    assertEquals(
        List.of(
            what
                + " would wait on the device's own completion thread, for completions only this"
                + " thread can deliver; use an asynchronous request, or hand over to another"
                + " thread"),
        messages);
  }

  @Test
  @Rule("CMP-10")
  void handlerMayNotWaitOnTheDevicesOwnThread() throws IOException {
    use(TestBed.of("0..1 mapped").holding());
    forbiddenInHandler("a synchronous request", () -> bed.read(0, 512));
    forbiddenInHandler("a synchronous request", () -> bed.write('A', 0, 512));
    forbiddenInHandler("sync file", () -> bed.file.sync(SyncScope.DATA));
    forbiddenInHandler("freeze file", () -> bed.file.freeze());
    forbiddenInHandler("freeze file", () -> DirectIo.truncate(bed.file, 0));
    forbiddenInHandler(
        "a submission that has to wait", () -> bed.submitRead(0, 512, IoFlag.FORCE_WAIT));
  }

  @Test
  @Rule({"CMP-10", "ADM-8"})
  void handlerMayNotExtendTheFileOnTheDevicesThreadIfItsSizeIsNotPublished() throws IOException {
    use(
        TestBed.of("0 mapped; 1 new")
            .size(4096)
            .holding()
            .traits(traits -> traits.withPublishesSize(false)));
    forbiddenInHandler("a submission that has to wait", () -> bed.submitWrite('A', 4096, 4096));
    bed.submitRead(0, 8192);
  }

  @Test
  @Rule("CMP-10")
  void handlerThatWasDeferredMayWait() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped defer"));
    Submitted write = bed.request(512, 'A');
    List<String> got = new ArrayList<>();
    write.then(
        () -> {
          try {
            got.add(bed.read(0, 512));
          } catch (IOException failure) {
            throw new AssertionError(failure);
          }
        });
    bed.submit(write, Direction.WRITE, 0, IoFlag.DATA_SYNC);
    bed.later.runAll();
    assertEquals(List.of("512: A*512"), got);
  }

  @Test
  @Rule({"CMP-10", "ADM-10"})
  void handlerThatClosesTheFileCannotDeadlock() throws IOException {
    List<String> closed = new ArrayList<>();
    use(TestBed.of("0 mapped").holding().file(file -> file.onClosed(() -> closed.add("closed"))));
    Submitted first = bed.request(512, '?').then(() -> bed.file.close());
    bed.submit(first, Direction.READ, 0);
    Submitted second = bed.submitRead(0, 512);
    bed.hold.complete(0);
    assertTrue(bed.file.isClosed());
    assertEquals(List.of(), closed, "the second is still in flight");
    assertThrows(ClosedFileException.class, () -> bed.submitRead(0, 512));
    bed.hold.complete(0);
    assertEquals(512, second.bytes());
    assertEquals(List.of("closed"), closed);
    bed.file.close();
    assertEquals(List.of("closed"), closed, "once");
  }

  @Test
  @Rule({"ADM-7", "CMP-7"})
  void submissionThatIsToWaitReturnsWhenItsHandlerWasCalled() throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withMemoryAccess(false, false)));
    assertEquals(512, bed.submitRead(0, 512, IoFlag.FORCE_WAIT).bytes());
    assertTrue(bed.record.transfers().getFirst().synchronous());
  }
}
