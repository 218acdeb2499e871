package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A write that loses its memory half-way zeroes what it had allocated, and never what another write
 * has put there meanwhile. L=512; F=512, where no block can be written in part, and F=4096.
 */
@Rule({"MEM-1", "ZERO-6"})
class LostMemoryExclusionTest extends UsesTestBed {
  private static TestBed.Builder blocksOf(int blockSize, String kind) {
    int last = 8192 / blockSize - 1;
    return TestBed.of("0.." + last + " " + kind).blockSize(blockSize).size(8192);
  }

  /** Something done while a write walks. */
  private interface Meanwhile {
    void run() throws IOException;
  }

  /**
   * Starts a write of 0..8192, {@code A}, that has no memory from 2048 on; before it finds out,
   * {@code meanwhile} happens.
   */
  private Submitted submitLosing(Meanwhile meanwhile) throws IOException {
    SegmentSource source =
        index -> {
          if (index == 0) {
            return bed.memory(2048, 'A');
          }
          meanwhile.run();
          throw new IOException("gone");
        };
    return submit(IoVector.of(source, 2048, 6144));
  }

  private Submitted submit(IoVector vector) throws IOException {
    Submitted request = bed.request(512, '?');
    DirectIo.submit(request.request, Direction.WRITE, bed.file, vector, 0, IoFlags.NONE, request);
    return request;
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void zerosDoNotLandOnAnotherWriteOfTheSameBlocks(int blockSize) throws IOException {
    use(blocksOf(blockSize, "new").holding());
    Submitted[] other = new Submitted[1];
    Submitted losing =
        submitLosing(
            () -> {
              other[0] = bed.submitWrite('B', 0, 8192);
              bed.finish();
            });
    bed.finish();
    assertEquals(2048, losing.bytes());
    assertEquals(8192, other[0].bytes());
    assertEquals("B*8192", bed.disk(0, 8192));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void writeThatOverlapsWaitsWithoutAThreadUntilTheZerosAreThere(int blockSize) throws Exception {
    use(blocksOf(blockSize, "new").holding());
    submitLosing(() -> {});
    int zeros = bed.hold.pending();
    Submitted other = Background.start(() -> bed.submitWrite('B', 4096, 4096)).result();
    assertEquals(zeros, bed.hold.pending(), "nothing of it was sent");
    bed.hold.completeAll();
    assertEquals(1, bed.later.waiting(), "goes on on the executor, not on the device's thread");
    bed.finish();
    assertEquals(4096, other.bytes());
    assertEquals("A*2048 0*2048 B*4096", bed.disk(0, 8192));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void synchronousWriteWaitsToo(int blockSize) throws Exception {
    use(blocksOf(blockSize, "new").holding());
    submitLosing(() -> {});
    int zeros = bed.hold.pending();
    Background<Long> other = Background.start(() -> bed.write('B', 4096, 4096)).awaitParked();
    assertEquals(zeros, bed.hold.pending());
    bed.hold.completeAll();
    while (!other.isDone()) {
      bed.hold.completeAll(); // its bio may come while the others are completed, or after
    }
    assertEquals(4096, other.result());
    assertEquals("A*2048 0*2048 B*4096", bed.disk(0, 8192));
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  @Rule("ADM-12")
  void noWaitWriteFailsInstead(int blockSize) throws IOException {
    use(blocksOf(blockSize, "new").holding());
    submitLosing(() -> {});
    assertEquals(
        Errno.EAGAIN.number(), bed.submitWrite('B', 4096, 4096, IoFlag.NOWAIT).error().errno());
  }

  @Test
  void writeWaitsOnlyWhereItMeetsBlocksThatAreNotItsOwn() throws IOException {
    use(TestBed.of("0..3 mapped; 4..7 new").blockSize(512).size(4096).holding());
    submitLosing(() -> {});
    int before = bed.hold.pending();
    bed.submitWrite('B', 0, 2048); // what holds data is not zeroed
    assertEquals(before + 1, bed.hold.pending());
    Submitted both = bed.submitWrite('C', 0, 4096);
    assertEquals(before + 1, bed.hold.pending(), "one batch, when it has all (BIO-7)");
    bed.finish();
    assertEquals(4096, both.bytes());
    assertEquals("C*4096", bed.disk(0, 4096));
  }

  @Test
  @Rule("MAP-9")
  void writeWhoseMapperFailsWaitsForNobody() throws IOException {
    use(blocksOf(512, "new").holding());
    submitLosing(() -> {});
    bed.layout.nextAnswer(
        (query, mapping) -> {
          mapping.unwritten(bed.device, 4096, 1);
          throw new IOException("no metadata");
        });
    assertEquals("no metadata", bed.submitWrite('B', 4096, 512).anyError().getMessage());
  }

  @ParameterizedTest
  @CsvSource({"512, false", "4096, false", "512, true", "4096, true"})
  void memoryOfAClosedArenaIsKnownToFailBeforeAnythingIsMapped(int blockSize, boolean confined)
      throws IOException {
    use(blocksOf(blockSize, "new").holding());
    Arena gone = confined ? Arena.ofConfined() : IoArena.ofShared();
    IoVector vector = IoVector.of(bed.memory(2048, 'A'), gone.allocate(6144, 512));
    gone.close();
    Submitted losing = submit(vector);
    int zeros = bed.hold.pending();
    Submitted other = bed.submitWrite('B', 0, 8192);
    assertEquals(zeros, bed.hold.pending());
    bed.finish();
    assertEquals(2048, losing.bytes());
    assertEquals(8192, other.bytes());
    assertEquals("B*8192", bed.disk(0, 8192));
  }

  @Test
  @Rule("MEM-4")
  void arenaIsHeldOpenFromTheSubmissionOn() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9").holding());
    IoArena second = IoArena.ofShared();
    MemorySegment memory = second.allocate(4096, 4096);
    bed.layout.nextAnswer(
        (query, mapping) -> {
          assertEquals(1, second.inFlight(), "before the walk comes to it");
          mapping.mapped(bed.device, 0, 1);
        });
    MemorySegment nothing = second.allocate(0, 512);
    submit(
        IoVector.of(bed.memory(4096, 'A'), nothing, memory.asSlice(0, 512), memory.asSlice(512)));
    assertEquals(1, second.inFlight(), "neighbours of one arena hold it once");
    bed.finish();
    assertEquals(0, second.inFlight());
    second.close();
  }

  @Test
  void writesWhoseMemoryCannotFailDoNotWaitForEachOther() throws IOException {
    use(blocksOf(4096, "unwritten").holding());
    bed.submitWrite('A', 0, 8192);
    bed.submitWrite('B', 0, 8192);
    assertEquals(2, bed.hold.pending());
  }

  @Test
  void memoryThatOthersMayCloseClaimsItsBlocksWhereTheLayoutAllocates() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment memory = arena.allocate(8192, 4096);
      use(blocksOf(512, "new").holding());
      submit(IoVector.of(memory));
      assertEquals(1, bed.file.exclusion().held());
      assertFalse(bed.file.exclusion().isIdle());
      bed.close();
      use(blocksOf(512, "mapped").holding().traits(traits -> traits.withLaidOutByDevice(true)));
      submit(IoVector.of(memory));
      assertEquals(0, bed.file.exclusion().held());
      bed.finish();
    }
  }
}
