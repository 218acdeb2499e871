package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.Fault;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** New blocks never show old data. F=4096 unless said otherwise, L=512. */
class ZeroRulesTest extends UsesTestBed {
  @ParameterizedTest
  @ValueSource(strings = {"new", "unwritten"})
  @Rule({"ZERO-1", "ZERO-2"})
  void partOfANewBlockIsWrittenWithZerosAroundIt(String kind) throws IOException {
    use(TestBed.of("0 " + kind).size(4096));
    assertEquals(1024, bed.write('A', 1536, 1024));
    assertEquals("0*1536 A*1024 0*1536", bed.disk(0, 4096));
    assertEquals(List.of("write 0+4096"), bed.sent(), "one bio: zeros, data, zeros");
    assertEquals(List.of(1536L, 1024L, 1536L), bed.record.transfers().getFirst().pieceLengths());
  }

  @Test
  @Rule("ZERO-1")
  void zerosAreAheadOfTheDataAndOncePerRequest() throws IOException {
    use(TestBed.of("0 new @5; 1 new @9; 2 new @20").size(12288));
    bed.write('A', 512, 11776);
    assertEquals(List.of("write 20480+4096", "write 36864+4096", "write 81920+4096"), bed.sent());
    assertEquals("0*512 A*3584", bed.disk(20480, 4096));
    assertEquals("A*4096", bed.disk(36864, 4096));
    assertEquals("A*4096", bed.disk(81920, 4096));
  }

  @Test
  @Rule("ZERO-2")
  void onlyTheBlockTheRequestEndsInIsZeroedBehindIt() throws IOException {
    use(TestBed.of("0 new; 1..3 new @9").size(16384));
    bed.write('A', 0, 5120);
    assertEquals("A*4096", bed.disk(0, 4096));
    assertEquals("A*1024 0*3072 old*8192", bed.disk(36864, 12288));
  }

  @Test
  @Rule({"ZERO-1", "ZERO-2"})
  void wholeBlocksAndMappedBlocksGetNoZeros() throws IOException {
    use(TestBed.of("0 mapped; 1..2 new"));
    bed.write('A', 512, 512);
    bed.write('B', 4096, 8192);
    assertEquals(List.of("write 512+512", "write 4096+8192"), bed.sent());
    assertEquals("b0*512 A*512 b0*3072 B*8192", bed.disk(0, 12288));
  }

  @Test
  @Rule("ZERO-1")
  void requestThatStartsInAMappedBlockGetsNoZerosBeforeItsNewBlocks() throws IOException {
    use(TestBed.of("0 mapped; 1 new"));
    bed.write('A', 512, 4096); // 512..4608
    assertEquals("b0*512 A*4096 0*3584", bed.disk(0, 8192));
  }

  @Test
  @Rule({"ZERO-3", "CMP-4"})
  void blocksThatTheDeviceFailedToWriteAreToldToTheHook() throws IOException {
    use(TestBed.of("0 new; 1..2 new @9; 3 new @20").size(16384));
    bed.errors.add(Fault.of(Errno.EIO).within(36864, 8192).times(1));
    Expect.failure(Errno.EIO, () -> bed.write('A', 512, 15360));
    assertEquals(
        List.of("end write 512+0 uninitialised 4096..12288 failed"), bed.journal.of("end"));
    assertEquals(MappingKind.UNWRITTEN, bed.layout.kind(1), "the layout keeps it unreachable");
    assertEquals("0*512 A*3584", bed.disk(0, 4096), "the others hold data and zeros");
    assertEquals("A*3584 0*512", bed.disk(81920, 4096));
  }

  @Test
  @Rule("ZERO-3")
  void rangeToldIsOfWholeBlocksAndOnlyOfNewOnes() throws IOException {
    use(TestBed.of("0 mapped; 1 new @9; 2 unwritten @20").size(12288));
    bed.errors.add(Fault.of(Errno.EIO));
    Expect.failure(Errno.EIO, () -> bed.write('A', 512, 8192)); // 512..8704
    assertEquals(List.of("end write 512+0 uninitialised 4096..8192 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("ZERO-3")
  void newBlocksOfACancelledWriteAreToldToTheHook() throws IOException {
    use(TestBed.of("0..1 new").size(8192).holding());
    Submitted write = bed.submitWrite('A', 0, 6144);
    assertTrue(write.request.cancel(write.request.generation()));
    bed.finish();
    assertEquals(Errno.ECANCELED.number(), write.error().errno());
    assertEquals(List.of("end write 0+0 uninitialised 0..8192 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("ZERO-3")
  void newBlocksThatTheWalkDidNotComeToAreToldToTheHook() throws IOException {
    use(
        TestBed.of("0..7 new")
            .size(32768)
            .holding()
            .limits(limits -> limits.withMaximum(8, 4096, 4096))
            .file(file -> file.maxOutstandingBios(2)));
    Submitted write = bed.submitWrite('A', 0, 32768);
    write.request.cancel(write.request.generation());
    bed.finish();
    assertEquals(List.of("end write 0+0 uninitialised 0..32768 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("ZERO-3")
  void tailThatWasNotZeroedIsToldToTheHook() throws IOException {
    use(
        TestBed.of("0 new")
            .size(4096)
            .holding()
            .limits(limits -> limits.withMaximum(8, 512, 512))
            .file(file -> file.maxOutstandingBios(1)));
    Submitted write = bed.submitWrite('A', 0, 512);
    bed.hold.complete(0); // the data; the zeros behind it wait for the executor
    write.request.cancel(write.request.generation());
    bed.finish();
    assertEquals(Errno.ECANCELED.number(), write.error().errno());
    assertEquals(List.of("end write 0+0 uninitialised 0..4096 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("ZERO-3")
  void mapperErrorAfterANewBlockLeavesThatBlockInitialised() throws IOException {
    use(TestBed.of("0 new").size(4096));
    bed.layout.nextAnswer((query, mapping) -> mapping.allocated(bed.device, 0, 1));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("no space");
        });
    assertThrows(IOException.class, () -> bed.write('A', 1024, 8192));
    assertEquals("0*1024 A*3072", bed.disk(0, 4096));
    assertEquals(List.of("end write 1024+0 failed"), bed.journal.of("end"), "nothing to tell");
  }

  @Test
  @Rule("ZERO-3")
  void refusedAtomicWriteTellsTheBlocksItHadAllocated() throws IOException {
    use(TestBed.of("0 new").size(4096).limits(limits -> limits.withAtomicWrites(512, 4096)));
    Expect.failure(Errno.EINVAL, () -> bed.write('A', 0, 512, IoFlag.ATOMIC));
    assertEquals(List.of("end write 0+0 uninitialised 0..4096 failed"), bed.journal.of("end"));
    assertEquals(List.of(), bed.sent());
  }

  @Test
  @Rule({"ZERO-3", "BIO-9"})
  void writeThatIsRefusedHalfWayTellsAllBlocksItHadAllocated() throws IOException {
    use(
        TestBed.of("0..1 new")
            .size(8192)
            .limits(limits -> limits.withAtomicWrites(512, 8192).withMaximum(8, 4096, 4096)));
    Expect.failure(Errno.EINVAL, () -> bed.write('A', 0, 8192, IoFlag.ATOMIC));
    assertEquals(
        List.of("end write 0+0 uninitialised 0..8192 failed"),
        bed.journal.of("end"),
        "what was placed and what was not");
    assertEquals(List.of(), bed.sent());
  }

  @Test
  @Rule({"ZERO-4", "BIO-10"})
  void zerosAreNoPartOfTheResultButOfTheAccounts() throws IOException {
    use(TestBed.of("0 new").size(0));
    assertEquals(512, bed.write('A', 1536, 512));
    assertEquals(2048, bed.file.size(), "nor of the size");
    assertEquals(4096, bed.file.counters().writtenBytes());
    assertEquals(4096, bed.disk.counters().writtenBytes());
    assertEquals(List.of("end write 1536+512"), bed.journal.of("end"));
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 2048})
  @Rule("ZERO-5")
  void errorInZeroingIsAnErrorOfTheRequest(long zeros) throws IOException {
    use(TestBed.of("0 new").size(4096).limits(limits -> limits.withMaximum(8, 512, 512)));
    bed.errors.add(Fault.of(Errno.ENOSPC).within(zeros, 512));
    Expect.failure(
        Errno.ENOSPC,
        "write disk at " + zeros + " length 512: ENOSPC (no space left on device): injected fault",
        () -> bed.write('A', 1536, 512));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 1024, 4096, 16384, 65536, 262144})
  @Rule("ZERO-7")
  void blocksOfEverySizeAreZeroedAroundTheData(int blockSize) throws IOException {
    use(TestBed.of("1 new").blockSize(blockSize).size(3L * blockSize));
    bed.write('A', 2L * blockSize - 512, 512);
    String head = blockSize == 512 ? "" : "0*" + (blockSize - 512) + " ";
    assertEquals(head + "A*512 old*512", bed.disk(blockSize, blockSize + 512));
    bed.close();
    use(TestBed.of("1 new").blockSize(blockSize).size(3L * blockSize));
    bed.write('A', blockSize, 512);
    String tail = blockSize == 512 ? "" : " 0*" + (blockSize - 512);
    assertEquals("old*512 A*512" + tail + " old*512", bed.disk(blockSize - 512, blockSize + 1024));
  }

  @Test
  @Rule("ZERO-7")
  void zerosComeFromOneBufferInAsManyPiecesAsNeeded() throws IOException {
    use(TestBed.of("0 new").blockSize(256 << 10).size(256 << 10));
    bed.write('A', (256 << 10) - 512, 512);
    assertEquals(List.of("write 0+262144"), bed.sent());
    assertEquals(
        List.of(65536L, 65536L, 65536L, 65024L, 512L),
        bed.record.transfers().getFirst().pieceLengths());
  }

  @Test
  @Rule("ZERO-7")
  void zerosRespectTheLimitsOfTheDevice() throws IOException {
    use(
        TestBed.of("0 new")
            .blockSize(65536)
            .size(65536)
            .limits(limits -> limits.withMaximum(3, 4096, 10240)));
    bed.write('A', 32768, 512);
    assertEquals("0*32768 A*512 0*32256", bed.disk(0, 65536));
  }

  /** F=4096, L=512, a file of 5096 bytes: the bytes from there to 5120 share a sector with data. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Rule("ZERO-8")
  void gapShowsNothingOfAFailedWriteAcrossTheEndOfFile(boolean waits) throws IOException {
    use(TestBed.of("0..1 mapped; 2..3 new @9").size(5096));
    bed.errors.add(Fault.of(Errno.EIO).afterwards().times(1));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4608, 1536));
    if (waits) {
      assertEquals(512, bed.write('B', 12800, 512));
    } else {
      Submitted write = bed.submitWrite('B', 12800, 512);
      while (!write.isDone()) {
        bed.finish(); // a thread of its own hands it over when the rest of the block is clean
      }
      assertEquals(512, write.bytes());
    }
    assertEquals("b1*512 A*488 0*3096", bed.disk(4096, 4096));
  }

  @Test
  @Rule("ZERO-8")
  void writeThatCannotClearWhatAFailedOneHasLeftFailsAndTheNextTriesAgain() throws IOException {
    use(TestBed.of("0..1 mapped; 2..3 new @9").size(5096));
    bed.errors.add(Fault.of(Errno.EIO).afterwards().times(1));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4608, 1536));
    List<String> before = bed.sent();
    Expect.failure(Errno.EAGAIN, () -> bed.write('B', 12800, 512, IoFlag.NOWAIT));
    assertEquals(before, bed.sent(), "to clear it would be to wait");
    bed.errors.add(Fault.of(Errno.ENXIO).times(1));
    Expect.failure(Errno.ENXIO, () -> bed.write('B', 12800, 512));
    assertEquals(5096, bed.file.size());
    assertEquals(512, bed.write('B', 12800, 512));
    assertEquals("b1*512 A*488 0*3096", bed.disk(4096, 4096));
  }

  @Test
  @Rule("ZERO-8")
  void failureToClearIsForgottenWithTheRequestThatCouldNotEvenTellOfIt() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    use(
        TestBed.of("0..1 mapped; 2..3 new @9")
            .size(5096)
            .file(
                file ->
                    file.completions(
                        new CompletionExecutor("small", () -> task -> laterUnless(full, task)))));
    bed.errors.add(Fault.of(Errno.EIO).afterwards().times(1));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4608, 1536));
    bed.errors.add(Fault.of(Errno.ENXIO).times(1));
    Submitted write = bed.request(512, 'B');
    bed.submit(write, Direction.WRITE, 12800);
    assertEquals("full", write.await().anyError().getCause().getMessage());
    full.set(false);
    bed.submit(write, Direction.WRITE, 12800);
    while (write.calls() < 2) {
      bed.finish(); // a thread of its own hands it over when the rest of the block is clean
    }
    assertEquals("handler 512", bed.journal.of("handler").getLast());
  }

  private void laterUnless(AtomicBoolean full, Runnable task) {
    if (full.get()) {
      throw new RejectedExecutionException("full");
    }
    bed.later.execute(task);
  }

  @Test
  @Rule("ZERO-8")
  void onlyAFailedWriteAcrossTheEndOfFileLeavesSomethingToClear() throws IOException {
    use(TestBed.of("0..1 mapped; 2..3 new @9").size(5120));
    bed.errors.add(Fault.of(Errno.EIO).times(1));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4608, 512)); // up to the end
    bed.errors.add(Fault.of(Errno.EIO).within(40960, 4096).times(1));
    Expect.failure(Errno.EIO, () -> bed.write('B', 12800, 512)); // from the next block on
    assertEquals(512, bed.write('B', 12800, 512));
    List<String> each = List.of("write 5120+3072", "write 40960+4096"); // the gap and the data
    assertEquals(
        List.of("write 4608+512", each.get(0), each.get(1), each.get(0), each.get(1)), bed.sent());
  }

  /** A write across the end of file, 5096, has failed; a read is in flight. */
  private void useRestAndReadInFlight() throws IOException {
    use(TestBed.of("0..1 mapped; 2..3 new @9").size(5096).holding());
    Submitted failing = bed.submitWrite('A', 4608, 1536);
    bed.hold.fail(0, new IOException("cable"));
    assertEquals("cable", failing.anyError().getMessage());
    bed.submitRead(0, 512);
  }

  @Test
  @Rule({"ZERO-8", "ADM-10"})
  void whatAFailedWriteHasLeftIsClearedWhenNoRequestUsesTheBlockMap() throws Exception {
    useRestAndReadInFlight();
    Background<Long> write = Background.start(() -> bed.write('B', 12800, 512)).awaitParked();
    assertEquals(1, bed.hold.pending(), "the read is waited for");
    while (!write.isDone()) {
      bed.hold.completeAll();
    }
    assertEquals(512, write.result());
  }

  @Test
  @Rule({"ZERO-8", "ADM-10"})
  void writeThatDoesNotWaitMapsNothingBeforeWhatAFailedOneHasLeftIsCleared() throws IOException {
    useRestAndReadInFlight();
    List<String> before = bed.journal.of("map");
    Submitted write = bed.submitWrite('B', 12800, 512);
    assertEquals(before, bed.journal.of("map"));
    while (!write.isDone()) {
      bed.finish();
    }
    assertEquals(512, write.bytes());
  }

  @Test
  @Rule({"ZERO-3", "CMP-4"})
  void nothingOfAnEarlierUseIsToldToTheHook() throws IOException {
    use(TestBed.of("0 new").size(4096));
    Submitted write = bed.request(4096, 'A');
    bed.errors.add(Fault.of(Errno.EIO).times(2));
    bed.submit(write, Direction.WRITE, 0);
    bed.submit(write, Direction.WRITE, 0); // the blocks are allocated already
    bed.layout.nextAnswer((query, mapping) -> mapping.allocated(bed.device, 0, 1));
    bed.submit(write, Direction.WRITE, 0);
    assertEquals(
        List.of(
            "end write 0+0 uninitialised 0..4096 failed",
            "end write 0+0 failed",
            "end write 0+4096"),
        bed.journal.of("end"));
  }
}
