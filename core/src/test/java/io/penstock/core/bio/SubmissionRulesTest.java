package io.penstock.core.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Unplug;
import io.penstock.core.device.DeviceEvent;
import io.penstock.core.device.Fault;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How bios are sent and counted. F=4096, L=512. */
class SubmissionRulesTest extends UsesTestBed {
  @Test
  @Rule({"BIO-5", "CMP-8"})
  void bioThatIsDoneBeforeTheWalkIsDoesNotEndTheRequest() throws IOException {
    use(TestBed.of("0 mapped boundary; 1 mapped"));
    Submitted read = bed.request(8192, '?');
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1).boundary());
    bed.layout.nextAnswer(
        (query, mapping) -> {
          assertEquals(List.of("read 0+4096"), bed.sent(), "the device is done with it");
          assertTrue(read.request.isInFlight());
          assertEquals(0, read.calls());
          mapping.mapped(bed.device, 4096, 1);
        });
    bed.submit(read, Direction.READ, 0);
    assertEquals(8192, read.bytes());
  }

  private TestBed.Builder eightBios(int outstanding) {
    return TestBed.of("0..7 mapped")
        .limits(limits -> limits.withMaximum(4, 4096, 4096))
        .file(file -> file.maxOutstandingBios(outstanding));
  }

  @Test
  @Rule("BIO-6")
  void submissionNeverBlocksAndCompletionsResumeTheWalk() throws IOException {
    use(eightBios(2).holding());
    Submitted write = bed.submitWrite('A', 0, 32768);
    assertEquals(2, bed.hold.pending(), "suspended");
    bed.hold.complete(0);
    assertEquals(1, bed.hold.pending(), "not on the device's thread");
    bed.later.runAll();
    int most = 0;
    while (bed.hold.pending() > 0) {
      most = Math.max(most, bed.hold.pending());
      bed.hold.complete(bed.hold.pending() - 1);
      bed.later.runAll();
    }
    assertEquals(2, most);
    assertEquals(32768, write.bytes());
    assertEquals("A*32768", bed.disk(0, 32768));
    assertEquals(8, bed.record.transfers().size(), "nothing sent twice");
  }

  @Test
  @Rule("BIO-6")
  void synchronousWalkWaitsForSome() throws Exception {
    use(eightBios(3).holding());
    var write = Background.start(() -> bed.write('A', 0, 32768));
    int most = 0;
    for (int i = 0; i < 8; i++) {
      assertTrue(bed.hold.awaitPending(1, Duration.ofSeconds(15)));
      most = Math.max(most, bed.hold.pending());
      bed.hold.complete(0);
    }
    assertEquals(32768, write.result());
    assertTrue(most <= 3, "outstanding " + most);
  }

  @Test
  @Rule("BIO-6")
  void biosThatEndOutOfOrderAreUsedAgain() throws IOException {
    use(eightBios(4).holding());
    Submitted write = bed.submitWrite('A', 0, 32768);
    List<Bio> first = List.of(pending(0), pending(1), pending(2), pending(3));
    completeAndGoOn(1, 2);
    assertEquals(List.of(first.get(0), first.get(3), first.get(1), first.get(2)), allPending());
    completeAndGoOn(0, 2); // the next is looked for from the last on, which is busy
    assertEquals(List.of(first.get(3), first.get(2), first.get(0), first.get(1)), allPending());
    bed.finish();
    assertEquals(32768, write.bytes());
  }

  private Bio pending(int index) {
    return bed.hold.pending(index);
  }

  private List<Bio> allPending() {
    return IntStream.range(0, bed.hold.pending()).mapToObj(this::pending).toList();
  }

  /** Ends two of the bios, and has the walk go on. */
  private void completeAndGoOn(int one, int other) {
    bed.hold.complete(other);
    bed.hold.complete(one);
    bed.later.runAll();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 8})
  @Rule({"BIO-6", "BIO-7"})
  void whoeverWaitsHasTheDeviceBeginWhatItHoldsBackForTheThread(int outstanding)
      throws IOException {
    Queue<Bio> plugged = new ArrayDeque<>();
    Unplug begin =
        () -> {
          while (!plugged.isEmpty()) {
            bed.device.submit(plugged.remove());
          }
        };
    use(
        eightBios(outstanding)
            .file(
                file ->
                    file.submit(
                        (bio, device) -> {
                          plugged.add(bio);
                          assertTrue(HandlerQueue.current().plug(begin));
                        })));
    assertEquals(32768, bed.submitWrite('A', 0, 32768, IoFlag.FORCE_WAIT).bytes());
  }

  @Test
  @Rule("BIO-6")
  void synchronousWalkGoesOnWhenHalfOfItsBiosAreDone() throws Exception {
    use(eightBios(4).holding());
    var write = Background.start(() -> bed.write('A', 0, 32768));
    assertTrue(bed.hold.awaitPending(4, Duration.ofSeconds(15)));
    write.awaitParked();
    bed.hold.complete(0);
    bed.hold.complete(0);
    assertEquals(0, bed.later.waiting(), "on its own thread, and nowhere else");
    assertTrue(bed.hold.awaitPending(4, Duration.ofSeconds(15)));
    while (!write.isDone()) {
      bed.hold.completeAll();
    }
    assertEquals(32768, write.result());
  }

  @Test
  @Rule("BIO-6")
  void oneAtATimeIsEnough() throws IOException {
    use(eightBios(1).holding());
    Submitted read = bed.submitRead(0, 32768);
    for (int i = 0; i < 8; i++) {
      assertEquals(1, bed.hold.pending());
      bed.hold.complete(0);
      bed.later.runAll();
    }
    assertEquals(32768, read.bytes());
  }

  @Test
  @Rule("BIO-6")
  void errorSeenOnTheWayStopsFurtherSubmission() throws IOException {
    use(eightBios(2).holding());
    Submitted write = bed.submitWrite('A', 0, 32768);
    bed.hold.fail(0, new IOException("cable"));
    bed.finish();
    assertEquals("cable", write.anyError().getMessage());
    assertEquals(2, bed.record.transfers().size());
  }

  @Test
  @Rule("BIO-6")
  void boundIs128UnlessSaidOtherwise() throws IOException {
    use(
        TestBed.of("0..199 mapped")
            .blockSize(512)
            .limits(limits -> limits.withMaximum(1, 512, 512))
            .holding());
    bed.submitRead(0, 200 * 512);
    assertEquals(128, bed.hold.pending());
  }

  private List<Integer> batches() {
    List<Integer> sizes = new ArrayList<>();
    long last = -1;
    for (DeviceEvent.Transfer each : bed.record.transfers()) {
      if (each.batch() != last) {
        sizes.add(0);
      }
      last = each.batch();
      sizes.set(sizes.size() - 1, sizes.getLast() + 1);
    }
    return sizes;
  }

  @Test
  @Rule("BIO-7")
  void biosAreHandedOverInBatchesOfUpTo64() throws IOException {
    use(
        TestBed.of("0..149 mapped")
            .blockSize(512)
            .limits(limits -> limits.withMaximum(1, 512, 512)));
    bed.read(0, 40 * 512);
    assertEquals(List.of(40), batches(), "all at once");
    bed.record.clear();
    bed.read(0, 64 * 512);
    assertEquals(List.of(64), batches());
    bed.record.clear();
    bed.read(0, 150 * 512);
    assertEquals(List.of(64, 64, 22), batches());
  }

  @Test
  @Rule({"BIO-7", "BIO-4"})
  void batchIsHandedOverEarlierAtABoundary() throws IOException {
    use(TestBed.of("0 mapped @20; 1 mapped @9; 2 mapped @30 boundary; 3 mapped @40; 4 mapped @50"));
    bed.read(0, 20480);
    assertEquals(List.of(3, 2), batches());
  }

  @Test
  @Rule("BIO-7")
  void biosOnDifferentDevicesGoToTheirOwnDeviceInOrder() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped on other; 2 mapped @9; 3 mapped @20"));
    bed.read(0, 16384);
    assertEquals(List.of(1, 2), batches());
    assertEquals(
        List.of("read 0+4096", "other-read 4096+4096", "read 36864+4096", "read 81920+4096"),
        bed.sent());
  }

  @Test
  @Rule("BIO-8")
  void submitHookGetsEachBioWithTheFileOffsetOfItsFirstByte() throws IOException {
    List<String> hooked = new ArrayList<>();
    use(
        TestBed.of("0 mapped @4; 1 mapped @9")
            .seeing(bio -> hooked.add(bio.fileOffset() + "+" + bio.length())));
    assertEquals("8192: b0*4096 b1*4096", bed.read(0, 8192));
    assertEquals(4096, bed.submitWrite('A', 2048, 4096).bytes());
    assertEquals(List.of("0+4096", "4096+4096", "2048+2048", "4096+2048"), hooked);
    assertEquals(4, bed.sent().size());
  }

  @Test
  @Rule("BIO-8")
  void submitHookMayCompleteABioItself() throws IOException {
    List<Bio> taken = new ArrayList<>();
    use(TestBed.of("0 mapped").file(file -> file.submit((bio, device) -> taken.add(bio))));
    Submitted read = bed.submitRead(0, 512);
    assertEquals(0, read.calls());
    taken.removeFirst().complete();
    assertEquals(512, read.bytes());
    Submitted failing = bed.submitRead(0, 512);
    taken.removeFirst().complete(new IOException("checksum"));
    assertEquals("checksum", failing.anyError().getMessage());
    assertEquals(List.of(), bed.sent());
  }

  @Test
  @Rule({"BIO-8", "MEM-4"})
  void memoryThatCouldBeClosedIsCopiedForASubmitHook() throws IOException {
    MemorySegment[] given = new MemorySegment[1];
    use(
        TestBed.of("0 mapped")
            .seeing(
                bio -> {
                  given[0] = bio.segment(0);
                  assertFalse(bio.isBorrowed(0));
                }));
    try (var arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(512, 512);
      assertEquals(512, DirectIo.write(bed.file, IoVector.of(memory), 0));
      assertTrue(given[0].address() != memory.address());
    }
  }

  @Test
  @Rule("BIO-8")
  void hookThatThrowsIsAnErrorOfTheRequest() throws IOException {
    List<Bio> given = new ArrayList<>();
    use(
        TestBed.of("0 mapped")
            .file(
                file ->
                    file.submit(
                        (bio, device) -> {
                          given.add(bio);
                          throw new IllegalStateException("no mirror");
                        })));
    String message =
        "submit disk at 0 length 512: EIO (input/output error): submit threw"
            + " java.lang.IllegalStateException: no mirror, instead of completing the operation"
            + " with an error";
    Expect.failure(Errno.EIO, message, () -> bed.read(0, 512));
    Expect.error(Errno.EIO, message, bed.submitRead(0, 512).error());
    given.forEach(Bio::complete); // until then it might use their memory
  }

  @Test
  @Rule("BIO-10")
  void bytesAreAccountedPerFileAndPerDevice() throws IOException {
    use(TestBed.of("0 mapped; 1 hole; 2 mapped on other; 3 new").size(12288));
    bed.read(0, 12288);
    bed.write('A', 12288, 512);
    assertEquals(8192, bed.file.counters().readBytes(), "not the hole");
    assertEquals(2, bed.file.counters().reads());
    assertEquals(4096, bed.file.counters().writtenBytes(), "zeros included");
    assertEquals(1, bed.file.counters().writes());
    assertEquals(4096, bed.disk.counters().readBytes());
    assertEquals(4096, bed.disk.counters().writtenBytes());
    assertEquals(4096, bed.otherDisk.counters().readBytes());
    assertEquals(0, bed.otherDisk.counters().writtenBytes());
  }

  @Test
  @Rule("BIO-10")
  void failedBiosAreNotAccounted() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9"));
    bed.errors.add(Fault.of(Errno.EIO).within(0, 4096));
    Expect.failure(Errno.EIO, () -> bed.read(0, 8192));
    assertEquals(4096, bed.file.counters().readBytes());
    assertEquals(1, bed.disk.counters().reads());
  }
}
