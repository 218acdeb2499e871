package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.DirectIo;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** From a request to its pieces. F=4096, L=512. */
class WalkRulesTest extends UsesTestBed {
  private List<List<Long>> pieces() {
    return bed.record.transfers().stream().map(transfer -> transfer.pieceLengths()).toList();
  }

  @Test
  @Rule("WALK-1")
  void pieceIsAsLongAsMappingSegmentAndRequestAllow() throws IOException {
    use(TestBed.of("0..1 mapped; 2..3 mapped @20"));
    MemorySegment first = bed.memory(12288, '?');
    MemorySegment second = bed.memory(2048, '?');
    assertEquals(14336, DirectIo.read(bed.file, IoVector.of(first, second), 512));
    assertEquals("b0*3584 b1*4096 b2*4096 b3*512", Words.of(first));
    assertEquals("b3*2048", Words.of(second));
    // the mapping ends at 8192, the first segment at 12800, the request at 14848
    assertEquals(List.of(List.of(7680L), List.of(4608L, 2048L)), pieces());
  }

  @Test
  @Rule("WALK-1")
  void costGrowsWithExtentsAndSegmentsAndNotWithPages() throws IOException {
    use(TestBed.of("0..1023 mapped"));
    assertEquals(4 << 20, bed.write('A', 0, 4 << 20));
    assertEquals(List.of("map 0+1024 allocate", "write 0+4194304"), bed.journal.of("map", "write"));
    assertEquals(List.of(List.of(4194304L)), pieces());
  }

  @Test
  @Rule("WALK-2")
  void requestThatStartsInsideAMappedBlockStartsAtTheSameOffsetOfTheDeviceBlock()
      throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @10"));
    assertEquals("512: b1*512", bed.read(5632, 512));
    assertEquals(List.of("read 42496+512"), bed.sent(), "40960 + 1536");
    assertEquals(1024, bed.write('A', 5632, 1024));
    assertEquals("b1*1536 A*1024 b1*1536", bed.disk(40960, 4096));
  }

  @Test
  @Rule("WALK-2")
  void onlyTheFirstMappingStartsInsideABlock() throws IOException {
    use(TestBed.of("0 mapped @10; 1 mapped @20; 2 mapped @30"));
    bed.read(1536, 8192);
    assertEquals(List.of("read 42496+2560", "read 81920+4096", "read 122880+1536"), bed.sent());
  }

  @Test
  @Rule("WALK-3")
  void holesAndUnwrittenExtentsReadAsZerosAndNothingIsSent() throws IOException {
    use(TestBed.of("0 unwritten; 1 hole; 2 unwritten"));
    assertEquals("11776: 0*11776", bed.read(512, 11776));
    Submitted read = bed.submitRead(512, 512);
    assertEquals(512, read.bytes(), "done at submission");
    assertEquals("0*512", Words.of(read.memory));
    assertEquals(List.of(), bed.sent());
  }

  @Test
  @Rule("WALK-3")
  void zerosOfAHoleCrossSegments() throws IOException {
    use(TestBed.of("0 mapped; 1 hole; 2 mapped"));
    MemorySegment first = bed.memory(5120, '?');
    MemorySegment second = bed.memory(512, '?');
    MemorySegment third = bed.memory(6656, '?');
    assertEquals(12288, DirectIo.read(bed.file, IoVector.of(first, second, third), 0));
    assertEquals("b0*4096 0*1024", Words.of(first));
    assertEquals("0*512", Words.of(second));
    assertEquals("0*2560 b2*4096", Words.of(third));
  }

  @Test
  @Rule("WALK-3")
  void readEndsAtTheSizeRoundedUpToTheUnitWhateverTheMappingThere() throws IOException {
    for (String tail : List.of("mapped", "hole", "unwritten")) {
      use(TestBed.of("0 mapped; 1..3 " + tail).size(5000));
      String block = tail.equals("mapped") ? "b1*904 0*3192" : "0*4096";
      assertEquals("5000: b0*4096 " + block + " ?*8192", bed.read(0, 16384), tail + ", U=4096");
      String unit = tail.equals("mapped") ? "b1*904 0*120" : "0*1024";
      assertEquals("5000: b0*4096 " + unit + " ?*10752", bed.read(0, 15872), tail + ", U=512");
      bed.close();
    }
    use(TestBed.of(""));
  }

  @Test
  @Rule("WALK-4")
  void writeEndsWithoutErrorWhereTheLayoutAnswersAHole() throws IOException {
    use(TestBed.of("0 mapped; 1 hole; 2 mapped"));
    assertEquals(4096, bed.write('A', 0, 12288));
    assertEquals(3584, bed.submitWrite('B', 512, 8192).bytes());
    assertEquals("A*512 B*3584 old*4096 b2*4096", bed.disk(0, 12288));
    assertEquals(0, bed.write('C', 4096, 4096), "nothing before the hole");
    assertEquals(
        List.of("end write 0+4096", "end write 512+3584", "end write 4096+0"),
        bed.journal.of("end"));
  }

  @Test
  @Rule("WALK-4")
  void shortWriteDoesNotMakeTheFileLonger() throws IOException {
    use(TestBed.of("0 mapped; 1 hole").size(4096));
    assertEquals(4096, bed.write('A', 0, 8192));
    assertEquals(4096, bed.file.size());
  }

  @Test
  @Rule("WALK-5")
  void memoryBetweenEndOfFileAndTheEndOfItsUnitHoldsZerosAndNeverDiskContents() throws IOException {
    use(TestBed.of("0..1 mapped").size(5000));
    assertEquals("392: b1*392 0*120 ?*512", bed.read(4608, 1024), "U=512: 4608..5120");
    assertEquals("904: b1*904 0*3192 ?*4096", bed.read(4096, 8192), "U=4096: 4096..8192");
    assertEquals(List.of("read 4608+512", "read 4096+4096"), bed.sent(), "whole units");
  }

  @Test
  @Rule("WALK-5")
  void zerosPastEndOfFileCrossSegments() throws IOException {
    use(TestBed.of("0 mapped").size(1000));
    MemorySegment first = bed.memory(1024, '?');
    MemorySegment second = bed.memory(512, '?');
    MemorySegment third = bed.memory(2560, '?');
    IoVector vector = IoVector.of(first, second, third);
    assertEquals(1000, DirectIo.read(bed.file, vector, 0)); // U=512
    assertEquals("b0*1000 0*24", Words.of(first));
    assertEquals("?*512", Words.of(second), "not of the unit");
    IoVector blocks = IoVector.of(first, bed.memory(3072, '?')); // U=512 still
    bed.file.setSize(500);
    assertEquals(500, DirectIo.read(bed.file, blocks, 0));
    assertEquals("b0*500 0*12 b0*488 0*24", Words.of(first), "the second unit is as it was");
  }

  @Test
  @Rule("WALK-5")
  void asynchronousReadHoldsZerosPastEndOfFileWhenItsHandlerIsCalled() throws IOException {
    use(TestBed.of("0 mapped").size(100).holding());
    Submitted read = bed.submitRead(0, 4096);
    bed.finish();
    assertEquals(100, read.bytes());
    assertEquals("b0*100 0*3996", Words.of(read.memory));
  }

  @Test
  @Rule("WALK-5")
  void memoryThatIsCopiedHoldsZerosPastEndOfFileToo() throws IOException {
    use(TestBed.of("0 mapped").size(100));
    MemorySegment heap = MemorySegment.ofArray(new byte[4096]).fill((byte) '?');
    assertEquals(100, DirectIo.read(bed.file, IoVector.of(heap), 0));
    assertEquals("b0*100 0*3996", Words.of(heap));
  }
}
