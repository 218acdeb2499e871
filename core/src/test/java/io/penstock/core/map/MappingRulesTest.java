package io.penstock.core.map;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.DirectIo;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.SegmentSource;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a layout is asked and what becomes of its answers. F=4096, L=512. */
class MappingRulesTest extends UsesTestBed {
  private List<String> questions() {
    return bed.journal.of("map");
  }

  @Test
  @Rule("MAP-1")
  void mapperIsAskedForTheBlocksToTheEndOfTheRequestThePartialLastOneIncluded() throws IOException {
    use(TestBed.of("0..3 mapped"));
    bed.read(1536, 8192); // 1536..9728
    assertEquals(List.of("map 0+3 look-up"), questions());
  }

  @Test
  @Rule("MAP-1")
  void mapperIsAskedAgainOnlyWhenNoMappedBytesAreLeft() throws IOException {
    use(TestBed.of("0..1 mapped; 2 mapped @9; 3..4 mapped @20"));
    bed.read(512, 16384); // 512..16896
    assertEquals(List.of("map 0+5 look-up", "map 2+3 look-up", "map 3+2 look-up"), questions());
  }

  @Test
  @Rule("MAP-1")
  void mapperIsAskedBeyondEndOfFileToTheEndOfTheRequest() throws IOException {
    use(TestBed.of("0..3 mapped").size(5000));
    bed.read(0, 16384);
    assertEquals(List.of("map 0+4 look-up"), questions(), "blocks of the request, not of the file");
  }

  @Test
  @Rule("MAP-1")
  void mapperHearsTheSizeThatTheRequestSampled() throws IOException {
    use(TestBed.of("0..1 mapped").size(5000));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          assertEquals(5000, query.fileSize());
          mapping.mapped(bed.device, 0, 2);
        });
    assertEquals("5000: b0*4096 b1*904 0*3192", bed.read(0, 8192));
  }

  @Test
  @Rule("MAP-3")
  void holeOfAMillionBlocksIsOneQuestion() throws IOException {
    use(TestBed.of("0 mapped").blockSize(512).size(512L << 20));
    long length = 64 << 20; // 131072 blocks at a time, of one piece of memory
    var memory = bed.memory(length, '?');
    IoVector vector = IoVector.of(memory, memory, memory, memory, memory, memory, memory, memory);
    assertEquals(8 * length - 512, DirectIo.read(bed.file, vector, 512));
    assertEquals(List.of("map 1+1048576 look-up"), questions());
    assertEquals(-1, memory.mismatch(bed.arena.allocate(length)));
  }

  @Test
  @Rule("MAP-3")
  void everyKindOfAnswerIsConsumedWhole() throws IOException {
    use(TestBed.of("0..9 mapped; 10..19 unwritten; 20..29 new; 30..39 mapped"));
    bed.write('A', 0, 40 * 4096);
    assertEquals(
        List.of(
            "map 0+40 allocate", "map 10+30 allocate", "map 20+20 allocate", "map 30+10 allocate"),
        questions());
    assertEquals(List.of("write 0+163840"), bed.sent());
  }

  @Test
  @Rule("MAP-4")
  void intentIsAllocateForWritesAndLookUpForReads() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.read(0, 512);
    bed.write('A', 0, 512);
    assertEquals(List.of("map 0+1 look-up", "map 0+1 allocate"), questions());
  }

  @Test
  @Rule("MAP-4")
  void layoutThatDoesNotFillHolesIsLookedUpForBlocksThatStartBeforeEndOfFile() throws IOException {
    use(
        TestBed.of("0 mapped; 1 mapped @9; 2..3 new")
            .size(5000)
            .traits(traits -> traits.withFillsHoles(false)));
    bed.write('A', 0, 16384);
    assertEquals(
        List.of("map 0+4 look-up", "map 1+3 look-up", "map 2+2 allocate"),
        questions(),
        "block 1, where the file ends, is inside");
  }

  @Test
  @Rule("MAP-4")
  void fileThatEndsAtABlockHasThatBlockOutside() throws IOException {
    use(TestBed.of("0 mapped; 1 new").size(4096).traits(traits -> traits.withFillsHoles(false)));
    bed.write('A', 4096, 4096);
    assertEquals(List.of("map 1+1 allocate"), questions());
  }

  @Test
  @Rule("MAP-4")
  void emptyFileHasNoInside() throws IOException {
    use(TestBed.of("0 new").size(0).traits(traits -> traits.withFillsHoles(false)));
    assertEquals(4096, bed.write('A', 0, 4096));
    assertEquals(List.of("map 0+1 allocate"), questions());
  }

  @Test
  @Rule("MAP-5")
  void everyKindReadsAsWhatItIs() throws IOException {
    use(TestBed.of("0 mapped; 1 hole; 2 unwritten; 3 new; 4 mapped @20"));
    assertEquals("20480: b0*4096 0*12288 b4*4096", bed.read(0, 20480));
    assertEquals(List.of("read 0+4096", "read 81920+4096"), bed.sent());
  }

  @Test
  @Rule("MAP-5")
  void everyKindIsWrittenAsWhatItIs() throws IOException {
    use(TestBed.of("0 mapped; 1 unwritten; 2 new; 3 hole; 4 mapped"));
    assertEquals(12288, bed.write('A', 0, 20480), "up to the hole");
    assertEquals("12288: A*12288", bed.read(0, 12288));
    assertEquals(MappingKind.MAPPED, bed.layout.kind(1), "unwritten became data at end of I/O");
  }

  @Test
  @Rule("MAP-6")
  void cachedAliasesOfTheWholeNewRunAreDroppedBeforeAnyOfItIsWritten() throws IOException {
    use(TestBed.of("0 mapped; 1..3 new @9; 4 unwritten"));
    bed.write('A', 0, 9216); // ends 1024 into block 2: the answer covers blocks 1 and 2
    assertEquals(
        List.of("alias 36864+8192", "write 0+4096", "write 36864+8192"),
        bed.journal.of("alias", "write"));
  }

  @Test
  @Rule("MAP-6")
  void nothingOfANewRunIsWrittenWhenItsAliasesCannotBeDropped() throws IOException {
    use(TestBed.of("0 mapped; 1 new @9"));
    bed.errors.failAliasDrops(Errno.EBUSY, 1);
    Expect.failure(
        Errno.EBUSY,
        "drop cached aliases disk: EBUSY (device or resource busy): injected fault",
        () -> bed.write('A', 0, 8192));
    assertEquals(List.of("write 0+4096"), bed.sent());
    assertEquals(List.of("end write 0+0 uninitialised 4096..8192 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("MAP-7")
  void cookieOfTheLastMappingThatGaveOneIsHandedToTheHook() throws IOException {
    use(TestBed.of("0 mapped cookie=a; 1 mapped @9 cookie=b; 2 mapped @20"));
    bed.read(0, 12288);
    bed.read(0, 4096);
    bed.read(8192, 4096);
    assertEquals(
        List.of("end read 0+12288 cookie=b", "end read 0+4096 cookie=a", "end read 8192+4096"),
        bed.journal.of("end"));
  }

  @Test
  @Rule("MAP-8")
  void deferMarkOnAnyMappingDefersTheWholeCompletion() throws IOException {
    use(TestBed.of("0 mapped defer; 1 mapped @9").holding());
    Submitted read = bed.submitRead(0, 8192);
    bed.hold.completeAll();
    assertEquals(List.of(), bed.journal.of("end", "handler"), "not on the device's thread");
    assertEquals(1, bed.later.waiting());
    bed.later.runAll();
    assertEquals(List.of("end read 0+8192", "handler 8192"), bed.journal.of("end", "handler"));
    assertEquals(8192, read.bytes());
  }

  @Test
  @Rule("MAP-8")
  void deferMarkOnTheBlockTheFileEndedInCountsToo() throws IOException {
    use(TestBed.of("0 mapped defer; 1 new").size(512).holding());
    bed.submitWrite('A', 4096, 4096);
    bed.hold.completeAll();
    assertEquals(List.of(), bed.journal.of("end"), "not on the device's thread");
    assertEquals(1, bed.later.waiting());
    assertEquals("b0*512 0*3584 A*4096", bed.disk(0, 8192), "and it is zeroed all the same");
  }

  @Test
  @Rule({"MAP-8", "ZERO-1"})
  void blockThatIsMarkedToBeDeferredGetsItsZerosToo() throws IOException {
    use(TestBed.of("0 new defer").size(4096));
    bed.submitWrite('A', 512, 512);
    assertEquals("0*512 A*512 0*3072", bed.disk(0, 4096));
  }

  @Test
  @Rule("MAP-8")
  void synchronousRequestCompletesInItsCallerInSpiteOfADeferMark() throws IOException {
    use(TestBed.of("0 mapped defer"));
    assertEquals("512: b0*512", bed.read(0, 512));
    assertEquals(0, bed.later.waiting());
  }

  @Test
  @Rule("MAP-9")
  void mapperErrorStopsTheWalkAndWhatWasAssembledIsStillSent() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9; 2 mapped"));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new BlockIoException(Errno.EUCLEAN, "map", "table", "extent tree is torn");
        });
    Expect.failure(
        Errno.EUCLEAN,
        "map table: EUCLEAN (file system structure needs cleaning): extent tree is torn",
        () -> bed.write('A', 0, 12288));
    assertEquals(List.of("map 0+3 allocate", "map 1+2 allocate"), questions());
    assertEquals(List.of("write 0+4096"), bed.sent());
    assertEquals(List.of("end write 0+0 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("MAP-9")
  void whatWasSentBeforeAMapperErrorIsAwaited() throws IOException {
    use(TestBed.of("0..1 mapped").holding());
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("no metadata");
        });
    Submitted failing = bed.submitRead(0, 8192);
    assertEquals(0, failing.calls(), "the memory is in the device's hands");
    bed.finish();
    assertEquals("no metadata", failing.anyError().getMessage());
  }

  @Test
  @Rule({"MAP-10", "MEM-3"})
  void mapperIsNotAskedAgainAfterAMemoryFault() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9"));
    SegmentSource oneOnly =
        index -> {
          if (index == 1) {
            throw new IOException("page cannot be pinned");
          }
          return bed.memory(512, 'A');
        };
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(oneOnly, 512, 7680), 0));
    assertEquals(List.of("map 0+2 allocate"), questions());
  }

  @Test
  @Rule("MAP-11")
  void blockOfAWriteOnItsWayIsAHoleOrUnwrittenToOthers() throws IOException {
    use(TestBed.of("0 new").size(4096).holding());
    Submitted write = bed.submitWrite('A', 0, 4096);
    Submitted read = bed.submitRead(0, 4096);
    assertEquals(4096, read.bytes(), "nothing to wait for");
    assertEquals("0*4096", Words.of(read.memory));
    bed.finish();
    assertEquals(4096, write.bytes());
    Submitted after = bed.submitRead(0, 4096);
    bed.finish();
    assertEquals("A*4096", Words.of(after.memory));
  }

  @Test
  @Rule("MAP-12")
  void fileMayLiveOnSeveralDevicesWhosePiecesNeverShareABio() throws IOException {
    use(TestBed.of("0 mapped @4; 1 mapped @5 on other; 2 mapped @6 on other; 3 mapped @7"));
    assertEquals("16384: b0*4096 b1*4096 b2*4096 b3*4096", bed.read(0, 16384));
    assertEquals(
        List.of("read 16384+4096", "other-read 20480+8192", "read 28672+4096"), bed.sent());
  }

  @Test
  @Rule("MAP-12")
  void everyDeviceThatWasWrittenIsFlushed() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped on other"));
    bed.write('A', 0, 4096, IoFlag.DATA_SYNC);
    assertEquals(List.of("write 0+4096", "flush"), bed.sent());
    bed.journal.clear();
    bed.write('A', 4096, 4096, IoFlag.DATA_SYNC);
    assertEquals(List.of("other-write 4096+4096", "flush", "other-flush"), bed.sent());
  }

  @Test
  @Rule({"MAP-12", "ZERO-8"})
  void deviceOnWhichOnlyZerosWereWrittenIsFlushed() throws IOException {
    use(TestBed.of("0 mapped on other; 1 new").size(512));
    bed.write('A', 4096, 4096, IoFlag.DATA_SYNC);
    assertEquals(
        List.of("other-write 512+3584", "write 4096+4096", "flush", "other-flush"), bed.sent());
  }
}
