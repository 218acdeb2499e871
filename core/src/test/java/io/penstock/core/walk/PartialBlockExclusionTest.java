package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Two writes of parts of one block do not zero each other's data. F=4096, L=512. */
@Rule("ZERO-6")
class PartialBlockExclusionTest extends UsesTestBed {
  private void useHolding(TestBed.Builder builder) {
    use(builder.holding());
  }

  @Test
  void twoWritesOfPartsOfANewBlockBothSurvive() throws IOException {
    useHolding(TestBed.of("0 new").size(0));
    Submitted first = bed.submitWrite('A', 0, 512);
    Submitted second = bed.submitWrite('B', 512, 512);
    assertEquals(List.of("map 0+1 allocate"), bed.journal.of("map"), "the second has not mapped");
    assertEquals(1, bed.hold.pending());
    bed.finish();
    assertEquals(512, first.bytes());
    assertEquals(512, second.bytes());
    assertEquals("A*512 B*512 0*3072", bed.disk(0, 4096));
    assertEquals(
        List.of("write 0+4096", "write 512+3584"), bed.sent(), "no zeros over the first's data");
  }

  @Test
  void waitingWriteTakesNoThread() throws Exception {
    useHolding(TestBed.of("0 unwritten"));
    bed.submitWrite('A', 0, 512);
    Submitted waiting = Background.start(() -> bed.submitWrite('B', 1024, 512)).result();
    bed.hold.completeAll();
    assertEquals(1, bed.later.waiting(), "goes on on the executor, not on the device's thread");
    bed.finish();
    assertEquals(512, waiting.bytes());
    assertEquals("A*512 0*512 B*512 0*2560", bed.disk(0, 4096));
  }

  @Test
  void synchronousWriteWaitsForTheBlock() throws Exception {
    useHolding(TestBed.of("0 unwritten"));
    bed.submitWrite('A', 0, 512);
    Background<Long> second = Background.start(() -> bed.write('B', 1024, 512));
    assertFalse(second.awaitParked().isDone());
    assertEquals(1, bed.journal.of("map").size());
    bed.hold.complete(0);
    bed.hold.awaitPending(1, Duration.ofSeconds(15));
    bed.hold.complete(0);
    assertEquals(512, second.result());
    assertEquals("A*512 0*512 B*512 0*2560", bed.disk(0, 4096));
  }

  @Test
  void writeOfTheWholeBlockWaitsForOneOfAPart() throws IOException {
    useHolding(TestBed.of("0..1 unwritten"));
    bed.submitWrite('A', 4096, 512);
    bed.submitWrite('B', 0, 8192);
    assertEquals(1, bed.hold.pending(), "else the zeros of A could land on B");
    bed.finish();
    assertEquals("B*8192", bed.disk(0, 8192));
  }

  @Test
  void writeOfAPartWaitsForOneOfTheWholeBlock() throws IOException {
    useHolding(TestBed.of("0..1 unwritten"));
    bed.submitWrite('B', 0, 8192);
    bed.submitWrite('A', 4096, 512);
    assertEquals(1, bed.hold.pending());
    bed.finish();
    assertEquals("B*4096 A*512 B*3584", bed.disk(0, 8192));
  }

  @Test
  void lastBlockIsExcludedLikeTheFirst() throws IOException {
    useHolding(TestBed.of("0..2 unwritten"));
    bed.submitWrite('A', 0, 4608); // ends 512 into block 1
    bed.submitWrite('B', 7680, 4608); // begins 3584 into block 1
    assertEquals(1, bed.hold.pending());
    bed.finish();
    assertEquals("A*4608 0*3072 B*4608", bed.disk(0, 12288));
  }

  @Test
  void whatTouchesNoBlockInCommonAndWholeBlocksDoNotWait() throws IOException {
    useHolding(TestBed.of("0..3 mapped"));
    bed.submitWrite('A', 3584, 512); // ends where B begins
    bed.submitWrite('B', 4096, 512);
    bed.submitWrite('C', 8192, 8192);
    bed.submitWrite('D', 8192, 8192);
    assertEquals(4, bed.hold.pending());
  }

  @Test
  void blockIsKeptUntilTheOwnBiosAreDoneAndTheHookHasReturned() throws IOException {
    useHolding(TestBed.of("0 new").size(0));
    bed.layout.atEndOfIo(
        end -> {
          assertEquals(1, bed.file.exclusion().held());
          assertEquals(512, bed.file.size(), "what the next one must see");
        });
    Submitted write = bed.submitWrite('A', 0, 512);
    bed.finish();
    assertEquals(512, write.bytes());
    assertEquals(0, bed.file.exclusion().held());
  }

  @Test
  void blockIsLetGoByAFailedWrite() throws IOException {
    useHolding(TestBed.of("0 unwritten"));
    Submitted failing = bed.submitWrite('A', 0, 512);
    Submitted waiting = bed.submitWrite('B', 512, 512);
    bed.hold.fail(0, new IOException("cable"));
    bed.finish();
    assertEquals("cable", failing.anyError().getMessage());
    assertEquals(512, waiting.bytes());
    assertEquals("0*512 B*512 0*3072", bed.disk(0, 4096));
  }

  @Test
  void blockIsLetGoWhenAWaitingWriteCannotGoOn() throws IOException {
    useHolding(
        TestBed.of("0 unwritten")
            .file(
                file ->
                    file.completions(
                        new CompletionExecutor(
                            "none",
                            () -> {
                              throw new IllegalStateException("no threads left");
                            }))));
    bed.submitWrite('A', 0, 512);
    Submitted waiting = bed.submitWrite('B', 512, 512);
    bed.hold.completeAll();
    assertEquals(Errno.ENOMEM.number(), waiting.error().errno());
    assertEquals(0, bed.file.exclusion().held());
  }

  @Test
  @Rule("ZERO-8")
  void blockTheFileEndsInIsExcludedFromAWriteThatZeroesItsRest() throws IOException {
    useHolding(TestBed.of("0 mapped; 2 new").size(512));
    bed.submitWrite('A', 512, 512);
    bed.submitWrite('B', 8192, 4096); // would zero 512..4096
    assertEquals(1, bed.hold.pending());
    bed.finish();
    assertEquals("b0*512 A*512 0*3072", bed.disk(0, 4096));
    assertEquals("12288: b0*512 A*512 0*7168 B*4096", readAll(12288));
  }

  @Test
  @Rule("ZERO-8")
  void claimIsMadeAnewWhenTheFileHasGrownIntoAnotherBlockMeanwhile() throws IOException {
    useHolding(TestBed.of("0..1 mapped; 3 new").size(512));
    bed.submitWrite('A', 512, 512);
    bed.submitWrite('B', 12288, 4096);
    bed.file.extendTo(5120); // as another write that ended there does
    bed.finish();
    assertEquals("b0*512 A*512 0*3072 b1*1024 0*3072", bed.disk(0, 8192));
    assertEquals(List.of("write 512+3584", "write 5120+3072", "write 12288+4096"), bed.sent());
  }

  private String readAll(long length) throws IOException {
    Submitted read = bed.submitRead(0, length);
    bed.finish();
    return read.bytes() + ": " + io.penstock.core.fixture.Words.of(read.memory);
  }

  @Test
  void overwriteOnlyDoesWithoutWhereEveryBlockHoldsData() throws IOException {
    useHolding(TestBed.of("0..1 mapped"));
    bed.submitWrite('A', 512, 512);
    bed.submitWrite('B', 1024, 4096, IoFlag.OVERWRITE_ONLY);
    assertEquals(2, bed.hold.pending(), "not waited for");
    bed.finish();
    assertEquals("b0*512 A*512 B*4096 b1*3072", bed.disk(0, 8192));
    assertEquals("map 0+2 look-up", bed.journal.of("map").get(1), "nothing is allocated");
  }

  @Test
  void overwriteOnlyFailsWhereABlockHoldsNoData() throws IOException {
    useHolding(TestBed.of("0 mapped; 1 unwritten; 2 new; 3 hole"));
    for (long block = 1; block <= 3; block++) {
      long position = block * 4096;
      Expect.failure(
          Errno.EAGAIN,
          "write file at "
              + position
              + " length 512: EAGAIN (would have to wait): an overwrite-only request met blocks"
              + " that hold no data",
          () -> bed.write('A', position, 512, IoFlag.OVERWRITE_ONLY));
    }
    Expect.failure(
        Errno.EAGAIN,
        "write file at 12288 length 8192: EAGAIN (would have to wait): an overwrite-only request"
            + " would extend the file",
        () -> bed.write('A', 12288, 8192, IoFlag.OVERWRITE_ONLY));
    assertEquals(List.of(), bed.sent());
  }

  @Test
  void nothingIsExcludedWhereNoWriteCanTouchABlockInPart() throws IOException {
    useHolding(TestBed.of("0..3 mapped").blockSize(512));
    bed.submitWrite('A', 0, 512);
    bed.submitWrite('B', 0, 1024);
    assertEquals(2, bed.hold.pending());
    assertEquals(0, bed.file.exclusion().held());
  }
}
