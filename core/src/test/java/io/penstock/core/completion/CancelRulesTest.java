package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Cancel and timeout. F=4096, L=512. */
class CancelRulesTest extends UsesTestBed {
  @Test
  @Rule("CMP-11")
  void cancelledRequestCompletesOnce() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submitRead(0, 512);
    long generation = read.request.generation();
    assertTrue(read.request.cancel(generation));
    Expect.error(
        Errno.ECANCELED,
        "read disk at 0 length 512: ECANCELED (operation cancelled): cancelled before the device"
            + " began it",
        read.error());
    assertFalse(read.request.cancel(generation), "too late");
    bed.finish();
    assertEquals(1, read.calls());
  }

  @Test
  @Rule("CMP-11")
  void requestThatTheDeviceCannotGiveBackCompletesWithItsResult() throws IOException {
    use(TestBed.of("0 mapped").holding());
    bed.hold.ignoreCancel(true);
    Submitted read = bed.submitRead(0, 512);
    assertTrue(read.request.cancel(read.request.generation()));
    assertEquals(0, read.calls(), "the device still has the memory");
    bed.hold.fail(0, new IOException("cable"));
    assertEquals("cable", read.anyError().getMessage());
    assertEquals(1, read.calls());
  }

  @Test
  @Rule("CMP-11")
  void bioThatIsToBeDroppedSaysSoToADeviceThatLooksBeforeItBegins() throws IOException {
    use(TestBed.of("0 mapped").holding());
    bed.hold.ignoreCancel(true);
    Submitted read = bed.submitRead(0, 512);
    assertFalse(bed.hold.pending(0).isCancelRequested());
    read.request.cancel(read.request.generation());
    assertTrue(bed.hold.pending(0).isCancelRequested());
  }

  @Test
  @Rule({"CMP-11", "ADM-12"})
  void deviceIsNotAskedToDropWhatAnEarlierUseDidNotSend() throws IOException {
    List<Long> asked = new ArrayList<>();
    use(TestBed.of("0..2 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)).holding());
    BlockDevice device =
        new ForwardingDevice(bed.device) {
          @Override
          public void cancel(Bio bio, long generation) {
            asked.add(bio.deviceOffset());
            super.cancel(bio, generation);
          }
        };
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(device, 0, 2));
    Submitted read = bed.request(8192, '?');
    bed.submit(read, Direction.READ, 0, IoFlag.NOWAIT);
    assertEquals(Errno.EAGAIN.number(), read.error().errno(), "it would take two bios");
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(device, 4096, 2));
    bed.submit(read, Direction.READ, 4096);
    read.request.cancel(read.request.generation());
    assertEquals(List.of(4096L, 8192L), asked);
  }

  @Test
  @Rule("CMP-11")
  void lateCancelNeverHitsTheNextUse() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submitRead(0, 512);
    long first = read.request.generation();
    bed.finish();
    bed.submit(read, Direction.READ, 0);
    assertNotEquals(first, read.request.generation());
    assertFalse(read.request.cancel(first));
    assertFalse(read.request.cancel(read.request.generation() + 1));
    bed.hold.completeAll();
    assertEquals(2, read.calls());
    assertEquals(null, read.anyError());
    assertFalse(read.request.cancel(read.request.generation()), "done");
  }

  @Test
  @Rule({"CMP-11", "BIO-6"})
  void cancelStopsASuspendedWalk() throws IOException {
    use(
        TestBed.of("0..7 mapped")
            .limits(limits -> limits.withMaximum(4, 4096, 4096))
            .file(file -> file.maxOutstandingBios(2))
            .holding());
    bed.hold.ignoreCancel(true);
    Submitted write = bed.submitWrite('A', 0, 32768);
    assertTrue(write.request.cancel(write.request.generation()));
    bed.hold.complete(0);
    bed.later.runAll();
    assertEquals(1, bed.hold.pending(), "nothing more is sent");
    assertEquals(0, write.calls());
    bed.finish();
    assertEquals(Errno.ECANCELED.number(), write.error().errno());
    assertEquals(2, bed.sent().size());
  }

  @Test
  @Rule({"CMP-11", "ADM-11"})
  void cancelledRequestThatWaitsForTheLockLetsItGo() throws IOException {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    Submitted read = bed.submitRead(0, 512);
    assertTrue(read.request.cancel(read.request.generation()));
    bed.file.lock().release();
    bed.later.runAll();
    Expect.error(
        Errno.ECANCELED,
        "read file at 0 length 512: ECANCELED (operation cancelled): it was cancelled",
        read.error());
    assertEquals(List.of(), bed.journal.of("map"));
    assertFalse(bed.file.lock().isHeld());
  }

  @Test
  @Rule("CMP-11")
  void requestWhoseTimePassesIsCancelledWithEtimedout() throws Exception {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.request(512, '?');
    // long enough for the device to have it first, as a rule
    read.request.timeoutNanos(Duration.ofMillis(500).toNanos());
    bed.submit(read, Direction.READ, 0);
    read.await();
    Expect.error(
        Errno.ETIMEDOUT,
        "read file at 0 length 512: ETIMEDOUT (timed out): its time has passed",
        read.error());
    assertTrue(read.error().getSuppressed()[0].getMessage().contains("ECANCELED"));
    assertEquals(1, read.calls());
  }

  @Test
  @Rule("CMP-11")
  void timeThatDoesNotPassChangesNothingAndDoesNotHitTheNextUse() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.request(512, '?');
    read.request.timeoutNanos(Duration.ofHours(1).toNanos());
    bed.submit(read, Direction.READ, 0);
    bed.finish();
    assertEquals(512, read.bytes());
    read.request.timeoutNanos(0);
    bed.submit(read, Direction.READ, 0);
    bed.finish();
    assertEquals(2, read.calls());
    assertEquals(
        "timeout -1 ns must not be negative",
        assertThrows(IllegalArgumentException.class, () -> read.request.timeoutNanos(-1))
            .getMessage());
  }

  @Test
  @Rule("CMP-11")
  void deviceIsToldWhenItMayGiveUp() throws IOException {
    List<Long> deadlines = new ArrayList<>();
    use(TestBed.of("0 mapped").seeing(bio -> deadlines.add(bio.deadline())));
    long hour = Duration.ofHours(1).toNanos();
    Submitted timed = bed.request(512, '?');
    timed.request.timeoutNanos(hour);
    long before = System.nanoTime();
    bed.submit(timed, Direction.READ, 0);
    long after = System.nanoTime();
    bed.submitRead(0, 512);
    bed.finish();
    assertTrue(deadlines.get(0) - before >= hour, () -> deadlines + " after " + before);
    assertTrue(deadlines.get(0) - after <= hour + 1, () -> deadlines + " before " + after);
    assertEquals(Bio.NEVER, deadlines.get(1));
  }

  @Test
  @Rule("CMP-11")
  void cancelThatComesWhileABioIsHandedOverIsNotLost() throws IOException {
    IoRequest[] request = new IoRequest[1];
    use(
        TestBed.of("0 mapped")
            .holding()
            // the device has nothing yet
            .seeing(bio -> request[0].cancel(request[0].generation())));
    Submitted read = bed.request(512, '?');
    request[0] = read.request;
    bed.submit(read, Direction.READ, 0);
    assertEquals(Errno.ECANCELED.number(), read.error().errno());
  }
}
