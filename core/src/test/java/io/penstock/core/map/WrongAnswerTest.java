package io.penstock.core.map;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Mappers that answer what cannot be: told by their name, never followed. F=4096, L=512, a disk of
 * 1 MiB.
 */
@Rule("MAP-2")
class WrongAnswerTest extends UsesTestBed {
  @BeforeEach
  void open() {
    use(TestBed.of("0..3 mapped").diskSize(1 << 20));
  }

  /** A write of blocks 1 and 2 is answered so and fails; nothing is sent. */
  private void writeFails(BlockMapper answer, String told, String problem) {
    bed.layout.nextAnswer(answer);
    Expect.failure(
        Errno.EIO,
        "map table at 4096 length 8192: EIO (input/output error): the mapper of file answered "
            + told
            + " to ALLOCATE blocks 1+2: "
            + problem,
        () -> bed.write('A', 4096, 8192));
    nothingWasSent();
  }

  private void readFails(BlockMapper answer, String told, String problem) {
    bed.layout.nextAnswer(answer);
    Expect.failure(
        Errno.EIO,
        "map table at 4096 length 8192: EIO (input/output error): the mapper of file answered "
            + told
            + " to LOOK_UP blocks 1+2: "
            + problem,
        () -> bed.read(4096, 8192));
    nothingWasSent();
  }

  private void nothingWasSent() {
    assertEquals(List.of(), bed.sent());
    assertEquals("b0*4096 b1*4096 b2*4096 b3*4096 old*4096", bed.disk(0, 20480));
  }

  @Test
  void tooManyBlocks() {
    String problem = "the run covers more blocks than asked for";
    writeFails(
        (query, mapping) -> mapping.mapped(bed.device, 4096, 3),
        "MAPPED blocks=3 at disk+4096",
        problem);
    readFails((query, mapping) -> mapping.hole(3), "HOLE blocks=3", problem);
    writeFails(
        (query, mapping) -> mapping.allocated(bed.device, 4096, Long.MAX_VALUE),
        "NEW blocks=9223372036854775807 at disk+4096",
        problem);
  }

  /** Block 1 is to be written in part: a new one would want zeros before and behind it. */
  @Test
  @Rule({"MAP-2", "MAP-9"})
  void neitherZerosNorAliasDropsFollowAnAnswerThatFails() {
    List<BlockMapper> answers =
        List.of(
            (query, mapping) -> mapping.allocated(bed.device, 4096, 2),
            (query, mapping) -> mapping.unwritten(bed.device, 4096, 2),
            (query, mapping) -> mapping.allocated(bed.device, 4097, 1),
            (query, mapping) -> {
              mapping.allocated(bed.device, 4096, 1);
              throw new IOException("no space");
            },
            (query, mapping) -> {
              mapping.allocated(bed.device, 4096, 1);
              throw new IllegalStateException("broken");
            });
    for (BlockMapper answer : answers) {
      bed.journal.clear();
      bed.layout.nextAnswer(answer);
      assertThrows(IOException.class, () -> bed.write('A', 4608, 512));
      nothingWasSent();
      assertEquals(List.of(), bed.journal.of("alias"));
      assertEquals(List.of("end write 4608+0 failed"), bed.journal.of("end"), "nor a range told");
    }
  }

  @Test
  void noBlocks() {
    String problem = "the run must cover the first block asked for";
    writeFails(
        (query, mapping) -> mapping.mapped(bed.device, 4096, 0),
        "MAPPED blocks=0 at disk+4096",
        problem);
    writeFails((query, mapping) -> mapping.hole(-1), "HOLE blocks=-1", problem);
    readFails(
        (query, mapping) -> mapping.unwritten(bed.device, 4096, Long.MIN_VALUE),
        "UNWRITTEN blocks=-9223372036854775808 at disk+4096",
        problem);
  }

  @Test
  void noAnswerAtAllOrWouldBlockToARequestThatMayWait() {
    String problem = "it may only answer would-block, or nothing, to a no-wait query";
    writeFails((query, mapping) -> {}, "WOULD_BLOCK blocks=0", problem);
    readFails((query, mapping) -> mapping.wouldBlock(), "WOULD_BLOCK blocks=0", problem);
  }

  @Test
  void deviceOffsetThatIsNoMultipleOfTheLogicalBlock() {
    String problem =
        "the device offset must be a multiple of the 512-byte logical block and not negative";
    for (long bad : new long[] {1, 511, 513, 4097, -512, -1}) {
      readFails(
          (query, mapping) -> mapping.mapped(bed.device, bad, 2),
          "MAPPED blocks=2 at disk+" + bad,
          problem);
    }
  }

  @Test
  void extentOutsideTheDevice() {
    String problem = "the run ends past the end of the device, 1048576 bytes";
    long end = 1 << 20;
    for (long bad :
        new long[] {end - 8192 + 512, end - 4096, end, end + 4096, Long.MAX_VALUE - 511}) {
      writeFails(
          (query, mapping) -> mapping.mapped(bed.device, bad, 2),
          "MAPPED blocks=2 at disk+" + bad,
          problem);
    }
  }

  @Test
  void extentUpToTheLastByteOfTheDeviceIsFine() throws IOException {
    long last = (1 << 20) - 8192;
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, last, 2));
    assertEquals("8192: old*8192", bed.read(4096, 8192));
  }

  @Test
  void allocationInAnswerToALookUp() {
    readFails(
        (query, mapping) -> mapping.allocated(bed.device, 4096, 2),
        "NEW blocks=2 at disk+4096",
        "blocks were allocated in answer to a look-up");
  }

  @Test
  void runWithoutADevice() {
    writeFails(
        (query, mapping) -> mapping.mapped(null, 4096, 2),
        "MAPPED blocks=2",
        "the run has no device");
  }

  @Test
  void deviceWhoseLogicalBlockIsLargerThanTheUnitOfTheRequest() throws IOException {
    try (MemoryDevice coarse =
        MemoryDevice.builder().name("coarse").limits(QueueLimits.of(4096)).build()) {
      bed.layout.nextAnswer((query, mapping) -> mapping.mapped(coarse, 0, 1));
      Expect.failure(
          Errno.EIO,
          "map table at 0 length 4096: EIO (input/output error): the mapper of file answered"
              + " MAPPED blocks=1 at coarse+0 to LOOK_UP blocks 0+1: the device's 4096-byte logical"
              + " block is larger than the request's unit of 512 bytes",
          () -> bed.read(512, 512));
    }
  }

  @Test
  void wrongAnswerAfterARightOneKeepsWhatWasAssembledAndNothingMore() throws IOException {
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 4096, 1));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 8192, 2));
    Expect.failure(Errno.EIO, () -> bed.write('A', 4096, 8192));
    assertEquals(List.of("write 4096+4096"), bed.sent());
    assertEquals("b0*4096 A*4096 b2*4096", bed.disk(0, 12288));
  }

  @Test
  void mapperThatThrows() {
    IllegalStateException bug = new IllegalStateException("tree is null");
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw bug;
        });
    BlockIoException told =
        Expect.failure(
            Errno.EIO,
            "map table at 4096 length 8192: EIO (input/output error): the mapper of file threw"
                + " java.lang.IllegalStateException: tree is null",
            () -> bed.read(4096, 8192));
    assertEquals(bug, told.getCause());
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new StackOverflowError();
        });
    assertThrows(BlockIoException.class, () -> bed.read(4096, 8192));
  }

  @Test
  void mapperThatFailsKeepsItsOwnError() {
    IOException own = new IOException("metadata checksum");
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw own;
        });
    assertEquals(own, assertThrows(IOException.class, () -> bed.read(4096, 8192)));
  }

  @Test
  void blocksThatTheDeviceIsToLayOutByItself() throws IOException {
    bed.close();
    use(
        TestBed.of("0..3 mapped")
            .diskSize(1 << 20)
            .traits(traits -> traits.withLaidOutByDevice(true)));
    String problem =
        "a layout that leaves it to the device to lay the file out has mapped blocks and holes"
            + " only";
    writeFails(
        (query, mapping) -> mapping.allocated(bed.device, 4096, 2),
        "NEW blocks=2 at disk+4096",
        problem);
    readFails(
        (query, mapping) -> mapping.unwritten(bed.device, 4096, 2),
        "UNWRITTEN blocks=2 at disk+4096",
        problem);
  }
}
