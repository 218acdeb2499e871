package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.Fault;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Memory that fails while a request walks it. F=4096, L=512. */
class MemoryFaultTest extends UsesTestBed {
  /** Pages of 512 bytes, of which one cannot be had; counts who takes and gives back which. */
  private final class Pages implements SegmentSource {
    private final int bad;
    private final int[] taken = new int[16];
    private final int[] released = new int[16];
    private final MemorySegment[] pages = new MemorySegment[16];

    Pages(int bad) {
      this.bad = bad;
    }

    @Override
    public MemorySegment acquire(int index) throws IOException {
      if (index == bad) {
        throw new IOException("page " + index + " cannot be pinned");
      }
      taken[index]++;
      pages[index] = bed.memory(512, (char) ('A' + index));
      return pages[index];
    }

    @Override
    public void release(int index) {
      released[index]++;
    }

    IoVector vector(int count) {
      long[] lengths = new long[count];
      Arrays.fill(lengths, 512);
      return IoVector.of(this, lengths);
    }

    void assertAllGivenBackOnce(int count) {
      int[] once = new int[16];
      Arrays.fill(once, 0, count, 1);
      assertEquals(Arrays.toString(once), Arrays.toString(taken), "taken");
      assertEquals(Arrays.toString(once), Arrays.toString(released), "released");
    }
  }

  /** What the pages before {@code bad} leave on the disk: {@code "A*512 B*512 "}. */
  private static String data(int bad) {
    StringBuilder words = new StringBuilder();
    for (int i = 0; i < bad; i++) {
      words.append((char) ('A' + i)).append("*512 ");
    }
    return words.toString();
  }

  private void writeFailsAt(int bad) throws IOException {
    Pages pages = new Pages(bad);
    if (bad == 0) {
      IOException fault =
          assertThrows(IOException.class, () -> DirectIo.write(bed.file, pages.vector(16), 0));
      assertEquals("page 0 cannot be pinned", fault.getMessage());
    } else {
      assertEquals(bad * 512L, DirectIo.write(bed.file, pages.vector(16), 0), "a short result");
    }
    pages.assertAllGivenBackOnce(bad);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15})
  @Rule({"MEM-1", "MEM-3"})
  void newBlocksGetZerosWhereDataWouldHaveGone(int bad) throws IOException {
    use(TestBed.of("0..1 new").size(8192));
    writeFailsAt(bad);
    assertEquals(data(bad) + "0*" + (8192 - bad * 512) + " old*512", bed.disk(0, 8704));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15})
  @Rule({"MEM-1", "MEM-3"})
  void existingDataIsNeverReplacedByZeros(int bad) throws IOException {
    use(TestBed.of("0..1 mapped"));
    writeFailsAt(bad);
    String first = bad < 8 ? "b0*" + (4096 - bad * 512) + " b1*4096" : "b1*" + (8192 - bad * 512);
    assertEquals(data(bad) + first, bed.disk(0, 8192));
  }

  @ParameterizedTest
  @CsvSource({"mapped, 0", "mapped, 1", "mapped, 15", "unwritten, 8", "new, 8", "new, 15"})
  @Rule({"MEM-1", "BIO-9", "ZERO-3"})
  void atomicWriteThatLosesItsMemoryIsNotWrittenAtAll(String kind, int bad) throws IOException {
    use(TestBed.of("0..1 " + kind).limits(limits -> limits.withAtomicWrites(512, 8192)));
    Pages pages = new Pages(bad);
    IoFlags atomic = IoFlags.of(IoFlag.ATOMIC);
    IOException fault =
        assertThrows(
            IOException.class, () -> DirectIo.write(bed.file, pages.vector(16), 0, atomic));
    assertEquals("page " + bad + " cannot be pinned", fault.getMessage());
    assertEquals(List.of(), bed.sent());
    String told = kind.equals("new") ? " uninitialised 0..8192 failed" : " failed";
    assertEquals(List.of("end write 0+0" + told), bed.journal.of("end"), "to its end");
    pages.assertAllGivenBackOnce(bad);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7, 8, 9, 15})
  @Rule({"MEM-1", "ZERO-2"})
  void unwrittenBlocksStayUnwrittenAndOnlyTheOneWithDataIsFilledUp(int bad) throws IOException {
    use(TestBed.of("0..1 unwritten"));
    writeFailsAt(bad);
    int filled = (bad + 7) / 8 * 4096; // to the end of the block in which the last data lies
    String zeros = filled == bad * 512 ? "" : "0*" + (filled - bad * 512) + " ";
    assertEquals(data(bad) + zeros + "old*" + (8704 - filled), bed.disk(0, 8704));
    assertEquals(bad > 0 ? MappingKind.MAPPED : MappingKind.UNWRITTEN, bed.layout.kind(0));
    assertEquals(bad > 8 ? MappingKind.MAPPED : MappingKind.UNWRITTEN, bed.layout.kind(1));
  }

  @Test
  @Rule("MEM-1")
  void onlyTheNewRunIsZeroedAndNotWhatLiesBehindIt() throws IOException {
    use(TestBed.of("0 mapped; 1 new; 2 mapped"));
    assertEquals(4608, DirectIo.write(bed.file, new Pages(9).vector(16), 512)); // 512..8704
    assertEquals("b0*512 " + data(9) + "0*3072 b2*4096", bed.disk(0, 12288));
  }

  @Test
  @Rule({"MEM-1", "CMP-4"})
  void zerosAreNoPartOfTheResultThatTheHookIsTold() throws IOException {
    use(TestBed.of("0..1 new").size(0));
    assertEquals(512, DirectIo.write(bed.file, new Pages(1).vector(16), 0));
    assertEquals(List.of("end write 0+512"), bed.journal.of("end"), "nothing uninitialised");
    assertEquals(512, bed.file.size());
  }

  @Test
  @Rule("MEM-1")
  void firstFaultIsKept() throws IOException {
    use(TestBed.of("0 mapped"));
    IoVector vector =
        IoVector.of(
            index -> {
              throw new IOException("fault of page " + index);
            },
            512,
            512);
    IOException fault = assertThrows(IOException.class, () -> DirectIo.read(bed.file, vector, 0));
    assertEquals("fault of page 0", fault.getMessage());
    assertEquals(0, fault.getSuppressed().length);
  }

  @Test
  @Rule("MEM-2")
  void walkStopsAtOnceWhereNoNewBlockIsWaiting() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9"));
    Pages pages = new Pages(2);
    assertEquals(1024, DirectIo.write(bed.file, pages.vector(16), 0));
    pages.assertAllGivenBackOnce(2);
    assertEquals(List.of("map 0+2 allocate", "write 0+1024"), bed.journal.of("map", "write"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mapped", "hole", "unwritten"})
  @Rule({"MEM-2", "MEM-3"})
  void readIsShortOrFailsWhateverIsRead(String kind) throws IOException {
    use(TestBed.of("0..1 " + kind).size(8192));
    Pages pages = new Pages(3);
    assertEquals(1536, DirectIo.read(bed.file, pages.vector(16), 0));
    pages.assertAllGivenBackOnce(3);
    assertEquals((kind.equals("mapped") ? "b0" : "0") + "*512", Words.of(pages.pages[2]));
    assertThrows(IOException.class, () -> DirectIo.read(bed.file, new Pages(0).vector(16), 0));
  }

  @Test
  @Rule({"MEM-1", "MEM-4"})
  void closedArenaIsAFaultThatSaysWhatToDo() throws IOException {
    use(TestBed.of("0 mapped"));
    IoArena arena = IoArena.ofShared();
    IoVector before = IoVector.of(bed.memory(512, 'A'), arena.allocate(512, 512));
    MemorySegment dead = arena.allocate(512, 512);
    arena.close();
    assertEquals(512, DirectIo.write(bed.file, before, 0), "what came before it");
    String message =
        "use memory segment 0: EFAULT (bad memory): its arena is closed; keep it open until the"
            + " request has completed";
    Expect.failure(Errno.EFAULT, message, () -> DirectIo.read(bed.file, IoVector.of(dead), 0));
    for (Arena other : List.of(Arena.ofShared(), Arena.ofConfined())) {
      MemorySegment gone = other.allocate(512, 512);
      other.close();
      Expect.failure(Errno.EFAULT, message, () -> DirectIo.read(bed.file, IoVector.of(gone), 0));
      Expect.failure(Errno.EFAULT, message, () -> DirectIo.write(bed.file, IoVector.of(gone), 0));
    }
  }

  @Test
  @Rule({"MEM-1", "MEM-4"})
  void asynchronousWriteFromAClosedArenaIsAFaultToo() throws IOException {
    use(TestBed.of("0 mapped"));
    for (Arena arena : List.of(IoArena.ofShared(), Arena.ofShared(), Arena.ofConfined())) {
      MemorySegment gone = arena.allocate(512, 512);
      arena.close();
      BlockIoException fault = bed.submit(Direction.WRITE, 0, gone).error();
      assertEquals(Errno.EFAULT.number(), fault.errno(), fault.getMessage());
    }
    assertEquals("b0*4096", bed.disk(0, 4096));
  }

  @Test
  @Rule("MEM-1")
  void sourceThatThrowsOrGivesWhatItDidNotPromiseIsAFault() throws IOException {
    use(TestBed.of("0 mapped"));
    sourceFails(
        index -> {
          throw new IllegalStateException("bug");
        },
        "its source threw");
    sourceFails(
        index -> bed.memory(1024, '?'), "its source gave 1024 bytes where 512 were promised");
    sourceFails(index -> bed.memory(512, '?').asReadOnly(), "it is read-only");
  }

  @Test
  @Rule("MEM-1")
  void sourceThatGivesMemoryOfAnotherThreadIsAFault() throws Exception {
    use(TestBed.of("0 mapped"));
    Arena mine = Arena.ofConfined();
    MemorySegment foreign = mine.allocate(512, 512);
    Background.start(
            () -> {
              sourceFails(
                  index -> foreign,
                  "it is confined to another thread; allocate it from an IoArena");
              return null;
            })
        .result();
    mine.close();
  }

  @Test
  @Rule({"MEM-1", "MEM-4"})
  void segmentThatCannotBeUsedGoesBackToItsSource() throws IOException {
    use(TestBed.of("0 mapped"));
    List<Integer> released = new ArrayList<>();
    SegmentSource source =
        new SegmentSource() {
          @Override
          public MemorySegment acquire(int index) {
            return bed.memory(1024, '?');
          }

          @Override
          public void release(int index) {
            released.add(index);
            throw new IllegalStateException("bug");
          }
        };
    IOException fault =
        assertThrows(IOException.class, () -> DirectIo.read(bed.file, IoVector.of(source, 512), 0));
    assertEquals(List.of(0), released);
    assertEquals("bug", fault.getSuppressed()[0].getMessage());
  }

  @Test
  void sourceIsNotAskedForASegmentWithoutBytes() throws IOException {
    use(TestBed.of("0 mapped"));
    Pages pages = new Pages(1);
    assertEquals(1024, DirectIo.read(bed.file, IoVector.of(pages, 512, 0, 512), 0));
  }

  @Test
  void readOnlySegmentsOfASourceMayBeWritten() throws IOException {
    use(TestBed.of("0 mapped"));
    SegmentSource source = index -> bed.memory(512, 'A').asReadOnly();
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(source, 512), 0));
    assertEquals("A*512 b0*3584", bed.disk(0, 4096));
  }

  private void sourceFails(SegmentSource source, String why) {
    Expect.failure(
        Errno.EFAULT,
        "use memory segment 0: EFAULT (bad memory): " + why,
        () -> DirectIo.read(bed.file, IoVector.of(source, 512), 0));
  }

  @Test
  @Rule("MEM-4")
  void everySegmentIsReleasedOnceOnEveryPath() throws IOException {
    use(TestBed.of("0..1 mapped").holding());
    Pages fine = new Pages(99);
    submit(fine, Direction.WRITE);
    assertEquals(0, Arrays.stream(fine.released).sum(), "the device has it");
    bed.finish();
    fine.assertAllGivenBackOnce(16);

    Pages failing = new Pages(99);
    submit(failing, Direction.READ);
    bed.hold.fail(0, new IOException("cable"));
    failing.assertAllGivenBackOnce(16);

    Pages unmapped = new Pages(99);
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer((query, mapping) -> mapping.hole(-1));
    submit(unmapped, Direction.READ);
    bed.finish();
    unmapped.assertAllGivenBackOnce(8);

    Pages cancelled = new Pages(99);
    Submitted request = submit(cancelled, Direction.READ);
    request.request.cancel(request.request.generation());
    cancelled.assertAllGivenBackOnce(16);
  }

  private Submitted submit(Pages pages, Direction direction) throws IOException {
    Submitted request = bed.request(512, '?');
    DirectIo.submit(
        request.request, direction, bed.file, pages.vector(16), 0, IoFlags.NONE, request);
    return request;
  }

  @Test
  @Rule({"MEM-5", "WALK-5"})
  void failedReadNeverLeavesBytesOfOtherFilesInMemory() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9").size(4608));
    // what another file left behind end of file, in a block of which this file has 512 bytes
    bed.disk.write(36864 + 512, bed.disk.read(1 << 20, 3584));
    bed.errors.add(Fault.of(Errno.EIO).within(0, 4096));
    Submitted read = bed.submitRead(0, 8192);
    assertEquals(Errno.EIO.number(), read.error().errno());
    assertEquals(-1, Words.of(read.memory).indexOf("old"), Words.of(read.memory));
  }
}
