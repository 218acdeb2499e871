package io.penstock.core.bio;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.DirectIo;
import io.penstock.core.device.DeviceEvent;
import io.penstock.core.device.Fault;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.memory.IoVector;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How pieces become bios. F=4096, L=512. */
class BioRulesTest extends UsesTestBed {
  /** The pieces of every bio. */
  private List<List<Long>> pieces() {
    return bed.record.transfers().stream().map(DeviceEvent.Transfer::pieceLengths).toList();
  }

  /** A vector of segments of these lengths. */
  private IoVector segments(long... lengths) {
    IoVector vector = IoVector.empty();
    for (int i = 0; i < lengths.length; i++) {
      vector.add(bed.memory(lengths[i], (char) ('A' + i)));
    }
    return vector;
  }

  @Test
  @Rule("BIO-1")
  void whatIsAdjacentInMemoryAndOnTheDeviceIsOnePiece() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped; 2 unwritten; 3 new"));
    bed.write('A', 0, 16384);
    assertEquals(List.of(List.of(16384L)), pieces(), "four mappings");
  }

  @Test
  @Rule("BIO-1")
  void whatIsAdjacentOnTheDeviceIsOneBio() throws IOException {
    use(TestBed.of("0..3 mapped"));
    DirectIo.write(bed.file, segments(512, 1024, 2560), 0);
    assertEquals(List.of(List.of(512L, 1024L, 2560L)), pieces());
    assertEquals("A*512 B*1024 C*2560", bed.disk(0, 4096));
  }

  @Test
  @Rule("BIO-1")
  void pieceIsHeldBackWhileItCanStillGrow() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped; 2 hole; 3 mapped"));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          assertEquals(List.of(), bed.sent(), "nothing is sent while asking on");
          mapping.mapped(bed.device, 4096, 1);
        });
    bed.read(0, 8192);
    assertEquals(List.of(List.of(8192L)), pieces());
  }

  @Test
  @Rule("BIO-2")
  void bioGrowsOnlyWhileContiguousOnTheDeviceAndInTheFile() throws IOException {
    use(TestBed.of("0 mapped; 1 hole; 2 mapped @1; 3 mapped @5; 4 mapped @4"));
    assertEquals("20480: b0*4096 0*4096 b2*4096 b3*4096 b4*4096", bed.read(0, 20480));
    assertEquals(
        List.of("read 0+4096", "read 4096+4096", "read 20480+4096", "read 16384+4096"), bed.sent());
    assertEquals(
        List.of(0L, 8192L, 12288L, 16384L),
        bed.record.transfers().stream().map(DeviceEvent.Transfer::fileOffset).toList());
  }

  @Test
  @Rule({"BIO-1", "BIO-3"})
  void pieceOfJustTheLimitIsNotCutForTheSakeOfAlignment() throws IOException {
    use(
        TestBed.of("0..1 mapped")
            .limits(limits -> limits.withMaximum(8, 5120, 5120).withMemoryAlignment(4096)));
    bed.write('A', 0, 5120);
    assertEquals(List.of(List.of(5120L)), pieces());
  }

  @Test
  @Rule("BIO-3")
  void newBioBeginsWhenTheLimitOfSegmentsIsReached() throws IOException {
    use(TestBed.of("0..3 mapped").limits(limits -> limits.withMaximum(2, 1 << 20, 1 << 20)));
    DirectIo.write(bed.file, segments(512, 512, 512, 512, 1024), 0);
    assertEquals(List.of(List.of(512L, 512L), List.of(512L, 512L), List.of(1024L)), pieces());
    assertEquals("A*512 B*512 C*512 D*512 E*1024", bed.disk(0, 3072));
  }

  @Test
  @Rule("BIO-3")
  void newBioBeginsWhenTheLimitOfBytesIsReached() throws IOException {
    use(TestBed.of("0..3 mapped").limits(limits -> limits.withMaximum(8, 1 << 20, 5120)));
    DirectIo.write(bed.file, segments(3072, 3072, 6144), 0);
    assertEquals(List.of(List.of(3072L, 2048L), List.of(1024L, 4096L), List.of(2048L)), pieces());
    assertEquals("A*3072 B*3072 C*6144", bed.disk(0, 12288));
  }

  @Test
  @Rule("BIO-3")
  void newPieceBeginsWhenTheLimitOfASegmentIsReached() throws IOException {
    use(TestBed.of("0..3 mapped").limits(limits -> limits.withMaximum(3, 2048, 1 << 20)));
    bed.write('A', 0, 8192);
    assertEquals(List.of(List.of(2048L, 2048L, 2048L), List.of(2048L)), pieces());
  }

  @Test
  @Rule("BIO-3")
  void noPieceIsSplitBelowTheLogicalBlock() throws IOException {
    use(TestBed.of("0..3 mapped").limits(limits -> limits.withMaximum(3, 1000, 2000)));
    DirectIo.write(bed.file, segments(1536, 2560), 0);
    assertEquals(
        List.of(List.of(512L, 512L, 512L), List.of(512L, 512L, 512L), List.of(512L, 512L)),
        pieces(),
        "1000 is one logical block, 2000 are three");
    assertEquals("A*1536 B*2560", bed.disk(0, 4096));
  }

  @Test
  @Rule({"BIO-3", "ADM-4"})
  void pieceIsCutWhereItsRestIsStillAligned() throws IOException {
    use(
        TestBed.of("0..3 mapped")
            .limits(limits -> limits.withMemoryAlignment(4096).withMaximum(8, 5120, 5120)));
    bed.write('A', 0, 8192);
    assertEquals(List.of(List.of(4096L), List.of(4096L)), pieces());
  }

  @Test
  @Rule({"BIO-4", "MAP-5"})
  void bioIsSentAsSoonAsTheLastBlockOfABoundaryMappingIsInItAndNotABlockEarlier()
      throws IOException {
    use(TestBed.of("0 mapped; 1..2 mapped boundary; 3 mapped"));
    bed.read(0, 16384);
    assertEquals(
        List.of(
            "map 0+4 look-up",
            "map 1+3 look-up",
            "read 0+12288",
            "map 3+1 look-up",
            "read 12288+4096"),
        bed.journal.of("map", "read"));
  }

  @Test
  @Rule("BIO-4")
  void boundaryWaitsForTheLastSegmentOfItsMapping() throws IOException {
    use(TestBed.of("0 mapped boundary; 1 mapped @9"));
    DirectIo.write(bed.file, segments(512, 3072, 512, 4096), 0);
    assertEquals(List.of(List.of(512L, 3072L, 512L), List.of(4096L)), pieces());
    assertEquals(
        List.of("map 0+2 allocate", "write 0+4096", "map 1+1 allocate", "write 36864+4096"),
        bed.journal.of("map", "write"));
  }

  @Test
  @Rule({"BIO-4", "ZERO-2"})
  void boundaryWaitsForTheZerosBehindTheData() throws IOException {
    use(TestBed.of("0 new boundary").size(4096));
    bed.write('A', 0, 512);
    assertEquals(List.of("write 0+4096"), bed.sent());
  }

  @Test
  @Rule({"BIO-4", "BIO-6"})
  void errorAtABoundaryIsNotLostAndStopsTheWalk() throws IOException {
    use(TestBed.of("0 mapped boundary; 1 mapped"));
    bed.errors.add(Fault.of(Errno.EIO).times(1));
    Expect.failure(Errno.EIO, () -> bed.read(0, 8192));
    assertEquals(
        List.of("map 0+2 look-up", "read 0+4096"), bed.journal.of("map", "read"), "no more asked");
    bed.errors.add(Fault.of(Errno.EIO).times(1));
    assertEquals(Errno.EIO.number(), bed.submitRead(0, 8192).error().errno());
  }
}
