package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.DirectIo;
import io.penstock.core.device.Fault;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.SyncScope;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What lies around end of file when a file grows and shrinks. F=4096, L=512. */
@Rule("ZERO-8")
class ExtensionRulesTest extends UsesTestBed {
  /** The file, with what every layout keeps true: zeros from end of file to the end of its L. */
  private void useZeroed(TestBed.Builder builder) {
    long size = use(builder).file.size();
    bed.disk.write(size, new byte[(int) (-size & 511)]);
  }

  @Test
  void writeInTheBlockTheFileEndsInZeroesFromTheOldEndToItsStart() throws IOException {
    useZeroed(TestBed.of("0 mapped").size(1000));
    bed.write('A', 2048, 512);
    assertEquals("b0*1000 0*1048 A*512 0*1536", bed.disk(0, 4096));
    assertEquals(List.of("write 1024+3072"), bed.sent(), "zeros, data, zeros");
    assertEquals("2560: b0*1000 0*1048 A*512 0*1536", bed.read(0, 4096));
  }

  @Test
  void writeThatExtendsTheFileZeroesFromItsEndToTheEndOfTheBlock() throws IOException {
    useZeroed(TestBed.of("0 mapped").size(1024));
    bed.write('A', 512, 1024); // 512..1536
    assertEquals("b0*512 A*1024 0*2560", bed.disk(0, 4096));
  }

  @Test
  void writeBeyondTheBlockTheFileEndsInZeroesTheRestOfThatBlock() throws IOException {
    useZeroed(TestBed.of("0 mapped; 2 new").size(1000));
    bed.write('A', 8192, 512);
    assertEquals(List.of("write 1024+3072", "write 8192+4096"), bed.sent());
    assertEquals("b0*1000 0*3096", bed.disk(0, 4096));
    assertEquals("A*512 0*3584", bed.disk(8192, 4096));
    assertEquals("8704: b0*1000 0*7192 A*512 0*3584", bed.read(0, 12288));
  }

  @Test
  void writeOfWholeBlocksBeyondEndOfFileZeroesTheRestOfTheOldBlockToo() throws IOException {
    useZeroed(TestBed.of("0 mapped; 1 new").size(512));
    bed.write('A', 4096, 4096);
    assertEquals("b0*512 0*3584 A*4096", bed.disk(0, 8192));
    assertEquals(List.of("map 0+1 look-up", "map 1+1 allocate"), bed.journal.of("map"));
  }

  @Test
  void restThatReadsAsZerosAnywayIsLeftAlone() throws IOException {
    for (String kind : List.of("unwritten", "hole")) {
      useZeroed(TestBed.of("0 " + kind + "; 1 mapped").size(512));
      bed.write('A', 4096, 4096);
      assertEquals(List.of("write 4096+4096"), bed.sent(), kind);
      bed.close();
    }
    useZeroed(TestBed.of("0..1 mapped").size(3800));
    bed.write('A', 4096, 4096);
    assertEquals(List.of("write 4096+4096"), bed.sent(), "the last logical block is zeros already");
  }

  @Test
  @Rule("ADM-12")
  void restThatIsZerosAlreadyIsNoReasonToRefuseANoWaitWrite() throws IOException {
    useZeroed(TestBed.of("0..1 mapped").size(3800));
    assertEquals(4096, bed.write('A', 4096, 4096, IoFlag.NOWAIT));
  }

  @Test
  void fileThatEndsAtABlockLeavesNoGapToZero() throws IOException {
    useZeroed(TestBed.of("0 mapped; 2 new").size(4096));
    bed.write('A', 8192, 4096);
    assertEquals(List.of("map 2+1 allocate"), bed.journal.of("map"));
  }

  @Test
  void writeInsideTheFileZeroesNothing() throws IOException {
    useZeroed(TestBed.of("0 mapped").size(3072));
    bed.write('A', 512, 512);
    bed.write('B', 2560, 512); // ends where the file ends
    assertEquals(List.of("write 512+512", "write 2560+512"), bed.sent());
  }

  @Test
  @Rule("ZERO-5")
  void errorInZeroingTheGapIsAnErrorOfTheWriteAndTheSizeStays() throws IOException {
    useZeroed(TestBed.of("0 mapped; 1 new").size(512));
    bed.errors.add(Fault.of(Errno.EIO).within(0, 4096));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4096, 4096));
    assertEquals(512, bed.file.size());
  }

  // --- truncate ---

  @Test
  void truncateToTheMiddleOfABlockZeroesTheRestOfIt() throws IOException {
    useZeroed(TestBed.of("0..1 mapped"));
    DirectIo.truncate(bed.file, 1000);
    assertEquals("b0*1000 0*3096 b1*4096", bed.disk(0, 8192));
    assertEquals(
        List.of("read 512+512", "write 512+512", "write 1024+3072"),
        bed.sent(),
        "the logical block in which the end lies is read, changed and written");
    assertEquals(1000, bed.file.size());
    DirectIo.truncate(bed.file, 8192);
    assertEquals("4096: b0*1000 0*3096", bed.read(0, 4096));
  }

  @Test
  void truncateToTheMiddleOfALaterLogicalBlockZeroesTheRestOfThatOne() throws IOException {
    useZeroed(TestBed.of("0 mapped"));
    DirectIo.truncate(bed.file, 1700);
    assertEquals(List.of("read 1536+512", "write 1536+512", "write 2048+2048"), bed.sent());
    assertEquals("b0*1700 0*2396", bed.disk(0, 4096));
  }

  @Test
  void truncateZeroesFirstThenFreesThenSetsTheSize() throws IOException {
    useZeroed(TestBed.of("0..1 mapped"));
    DirectIo.truncate(bed.file, 512);
    assertEquals(List.of("map 0+1 look-up", "write 512+3584", "truncate 512"), bed.journal.all());
  }

  @Test
  void truncateZeroesBlocksLargerThanTheBufferOfZeros() throws IOException {
    useZeroed(TestBed.of("0 mapped").blockSize(256 << 10));
    DirectIo.truncate(bed.file, 700);
    assertEquals("b0*700 0*261444 old*512", bed.disk(0, (256 << 10) + 512));
  }

  @Test
  @Rule("BIO-10")
  void truncateCountsWhatItReadsAndWrites() throws IOException {
    use(
        TestBed.of("0 mapped")
            .blockSize(65536)
            .limits(limits -> limits.withMaximum(8, 4096, 32768)));
    DirectIo.truncate(bed.file, 700);
    String counts = "reads=1 (512 bytes) writes=3 (65024 bytes)"; // 512..1024, then two of zeros
    assertEquals(counts, bed.disk.counters().toString());
    assertEquals(counts, bed.file.counters().toString());
  }

  @Test
  void truncateLeavesAloneWhatReadsAsZeros() throws IOException {
    useZeroed(TestBed.of("0 mapped; 1 unwritten; 2 hole"));
    DirectIo.truncate(bed.file, 9000);
    DirectIo.truncate(bed.file, 8192);
    DirectIo.truncate(bed.file, 5000);
    DirectIo.truncate(bed.file, 4096);
    assertEquals(List.of(), bed.sent());
  }

  @Test
  void truncateToALargerSizeZeroesTheRestOfTheBlockTheFileEndedIn() throws IOException {
    useZeroed(TestBed.of("0..1 mapped").size(1000));
    DirectIo.truncate(bed.file, 8192);
    assertEquals("8192: b0*1000 0*3096 b1*4096", bed.read(0, 8192));
  }

  @Test
  void truncateThatCannotZeroLeavesTheFileAsItIs() throws IOException {
    useZeroed(TestBed.of("0..1 mapped"));
    bed.errors.add(Fault.of(Errno.EIO));
    Expect.failure(Errno.EIO, () -> DirectIo.truncate(bed.file, 512));
    assertEquals(8192, bed.file.size());
    assertEquals(List.of(), bed.journal.of("truncate"));
    bed.errors.heal();
    assertEquals(8192, bed.write('A', 0, 8192), "not frozen");
  }

  @Test
  @Rule("ADM-10")
  void truncateWaitsForRequestsInFlight() throws Exception {
    useZeroed(TestBed.of("0..1 mapped").holding());
    bed.submitWrite('A', 0, 8192);
    Background<Object> truncate =
        Background.start(
            () -> {
              DirectIo.truncate(bed.file, 4096);
              return null;
            });
    assertFalse(truncate.awaitParked().isDone());
    assertEquals(List.of(), bed.journal.of("truncate"));
    bed.hold.completeAll();
    truncate.result();
    assertEquals(4096, bed.file.size());
  }

  @Test
  @Rule("MAP-12")
  void zerosThatTruncateWroteOnAnotherDeviceAreFlushed() throws IOException {
    useZeroed(TestBed.of("0 mapped on other"));
    DirectIo.truncate(bed.file, 512);
    bed.file.sync(SyncScope.ALL);
    assertEquals(List.of("other-write 512+3584", "flush", "other-flush"), bed.sent());
  }

  @Test
  void truncateToASizeThatCannotBeIsRefused() throws IOException {
    useZeroed(TestBed.of("0 mapped").traits(traits -> traits.withMaxFileSize(8192)));
    Expect.failure(
        Errno.EINVAL,
        "truncate file: EINVAL (invalid argument): size -1 must not be negative",
        () -> DirectIo.truncate(bed.file, -1));
    Expect.failure(
        Errno.EFBIG,
        "truncate file: EFBIG (file too large): size 8193 is over the largest file of this layout,"
            + " 8192 bytes",
        () -> DirectIo.truncate(bed.file, 8193));
    DirectIo.truncate(bed.file, 8192);
    assertEquals(8192, bed.file.size());
    bed.file.close();
    assertThrows(ClosedFileException.class, () -> DirectIo.truncate(bed.file, 512));
  }

  @Test
  @Rule("MAP-2")
  void truncateDoesNotFollowAWrongAnswer() throws IOException {
    useZeroed(TestBed.of("0 mapped"));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 4096, 2));
    Expect.failure(
        Errno.EIO,
        "map table at 0 length 4096: EIO (input/output error): the mapper of file answered MAPPED"
            + " blocks=2 at disk+4096 to LOOK_UP blocks 0+1: the run covers more blocks than asked"
            + " for",
        () -> DirectIo.truncate(bed.file, 512));
    assertEquals(List.of(), bed.sent());
  }
}
