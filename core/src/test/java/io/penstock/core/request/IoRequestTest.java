package io.penstock.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

/** What a request tells its user, and what becomes of it when nobody can go on with it. */
class IoRequestTest extends UsesTestBed {
  @Test
  void requestTellsNothingBeforeItsFirstUse() throws IOException {
    use(TestBed.of("0 mapped"));
    IoRequest request = DirectIo.newRequest();
    assertNull(request.file());
    assertFalse(request.isInFlight());
    assertEquals(0, request.generation());
    assertFalse(request.cancel(0), "there is nothing to cancel");
    assertEquals("request read ? at 0 length 0 flags NONE generation 0", request.toString());
  }

  @Test
  void requestTellsOfItsLastSubmission() throws IOException {
    use(TestBed.of("0..1 mapped").holding());
    Submitted write = bed.request(1024, 'A');
    assertSame(write.request, write.request.tag(77).timeoutNanos(0));
    bed.submit(write, Direction.WRITE, 512);
    assertSame(bed.file, write.request.file());
    assertSame(Direction.WRITE, write.request.direction());
    assertEquals(512, write.request.position());
    assertTrue(write.request.isInFlight());
    assertEquals(
        "request write file at 512 length 1024 flags NONE generation 1 in flight, walked to 1536",
        write.request.toString());
    bed.finish();
    assertEquals(77, write.request.tag(), "kept from use to use");
    assertFalse(write.request.isInFlight());
    assertEquals(
        "request write file at 512 length 1024 flags NONE generation 1", write.request.toString());
    bed.submit(write, Direction.READ, 4096, IoFlag.NOWAIT);
    assertSame(Direction.READ, write.request.direction());
    assertEquals(4096, write.request.position());
    assertEquals(2, write.request.generation());
    assertEquals(77, write.request.tag());
    assertEquals(
        "request read file at 4096 length 1024 flags NOWAIT generation 2 in flight, walked to 5120",
        write.request.toString());
  }

  @Test
  @Rule("CMP-11")
  void submissionTellsTheGenerationOfThisUse() throws IOException {
    use(TestBed.of("0 mapped").holding());
    IoRequest request = DirectIo.newRequest();
    IoVector memory = IoVector.of(bed.memory(512, 'A'));
    for (int use = 1; use <= 3; use++) {
      long generation =
          DirectIo.submit(
              request,
              Direction.READ,
              bed.file,
              memory,
              0,
              IoFlags.NONE,
              (told, bytes, error) -> {});
      assertEquals(use, generation);
      assertEquals(use, request.generation());
      bed.hold.completeAll();
    }
    long atEnd =
        DirectIo.submit(
            request, Direction.READ, bed.file, memory, 4096, IoFlags.NONE, (told, b, error) -> {});
    assertEquals(4, atEnd, "known at submission");
  }

  @Test
  void requestThatIsInFlightIsNotSubmittedAgain() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submitRead(0, 512);
    assertEquals(
        "this request is in flight: request read file at 0 length 512 flags NONE generation 1 in"
            + " flight, walked to 512; wait for its handler or use another",
        assertThrows(IllegalStateException.class, () -> bed.submit(read, Direction.READ, 0))
            .getMessage());
    bed.finish();
    assertEquals(512, read.bytes());
  }

  // --- an executor that takes no more ---

  private static BlockFile.Builder withFullExecutor(BlockFile.Builder file) {
    return file.completions(
        new CompletionExecutor(
            "full",
            () ->
                task -> {
                  throw new RejectedExecutionException("full");
                }));
  }

  @Test
  @Rule("CMP-9")
  void requestIsCompletedByTheDevicesThreadWhereTheExecutorTakesNoMore() throws IOException {
    use(TestBed.of("0 mapped").holding().file(IoRequestTest::withFullExecutor));
    Submitted write = bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC);
    bed.hold.complete(0);
    assertEquals(512, write.bytes());
    assertEquals(List.of("sync DATA"), bed.journal.of("sync"), "made durable all the same");
    assertEquals(
        List.of(
            "warning completing on this thread because the completion executor failed:"
                + " java.util.concurrent.RejectedExecutionException: full"),
        bed.journal.of("warning"));
  }

  @Test
  @Rule({"BIO-6", "CMP-8"})
  void suspendedWalkThatNobodyGoesOnWithFailsWhenItsBiosAreDone() throws IOException {
    use(
        TestBed.of("0..7 mapped")
            .limits(limits -> limits.withMaximum(4, 4096, 4096))
            .file(file -> withFullExecutor(file.maxOutstandingBios(2)))
            .holding());
    Submitted write = bed.submitWrite('A', 0, 32768);
    assertEquals(2, bed.hold.pending());
    bed.hold.complete(0);
    assertEquals(0, write.calls(), "the other one is in flight still");
    bed.hold.complete(0);
    Expect.error(
        Errno.EIO,
        "resume file at 0 length 32768: EIO (input/output error): it threw"
            + " java.util.concurrent.RejectedExecutionException: full",
        write.error());
    assertEquals(2, bed.record.transfers().size());
  }

  @Test
  @Rule({"BIO-6", "CMP-10"})
  void handlerOfAWalkThatNobodyGoesOnWithRunsOutsideOfEverything() throws IOException {
    use(
        TestBed.of("0..7 mapped")
            .limits(limits -> limits.withMaximum(4, 4096, 4096))
            .file(file -> withFullExecutor(file.maxOutstandingBios(1)))
            .holding());
    Submitted write = bed.request(32768, 'A');
    write.then(
        () -> {
          if (write.calls() == 1) {
            submitAgain(write);
          }
        });
    bed.submit(write, Direction.WRITE, 0);
    bed.hold.complete(0);
    assertEquals(1, write.calls());
    assertTrue(write.request.isInFlight(), "the handler has submitted the next");
    bed.hold.complete(0);
    assertEquals(2, write.calls());
  }

  @Test
  @Rule({"BIO-6", "CMP-10"})
  void threadThatFoundNobodyToGoOnWithAWalkQueuesItsHandlersAsBefore() throws IOException {
    use(
        TestBed.of("0..7 mapped")
            .limits(limits -> limits.withMaximum(4, 4096, 4096))
            .file(file -> withFullExecutor(file.maxOutstandingBios(1)))
            .holding());
    Submitted write = bed.submitWrite('A', 0, 32768);
    bed.hold.complete(0);
    assertEquals(1, write.calls());
    Submitted read = bed.submitRead(0, 512);
    HandlerQueue.current().open();
    bed.hold.complete(0);
    assertEquals(0, read.calls(), "not before the end of the outermost scope");
    HandlerQueue.current().close();
    assertEquals(1, read.calls());
  }

  private void submitAgain(Submitted write) {
    try {
      bed.submit(write, Direction.WRITE, 0);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
