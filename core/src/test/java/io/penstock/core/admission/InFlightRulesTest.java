package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.Fault;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who is counted as in flight, and who waits for that. */
class InFlightRulesTest extends UsesTestBed {
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
}
