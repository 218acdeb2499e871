package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Expect;
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

/** What must be aligned to what, and how a refusal names it. F=4096, L=512. */
class AlignmentRulesTest extends UsesTestBed {
  @Test
  @Rule("ADM-3")
  void unitIsTheFileBlockWhenEverythingIsAMultipleOfIt() throws IOException {
    use(TestBed.of("0 mapped").size(1000));
    assertEquals("1000: b0*1000 0*3096", bed.read(0, 4096), "1000 rounded up to U=4096");
  }

  @Test
  @Rule("ADM-3")
  void unitIsTheLogicalBlockWhenPositionOrASegmentIsNoMultipleOfTheFileBlock() throws IOException {
    use(TestBed.of("0..1 mapped").size(5000));
    assertEquals("5000: b0*4096 b1*904 0*120 ?*2560", bed.read(0, 7680), "rounded up to U=512");
    assertEquals("4488: b0*3584 b1*904 0*120 ?*3584", bed.read(512, 8192), "position");
    MemorySegment first = bed.memory(512, '?');
    MemorySegment second = bed.memory(7680, '?');
    assertEquals(5000, DirectIo.read(bed.file, IoVector.of(first, second), 0));
    assertEquals("b0*3584 b1*904 0*120 ?*3072", Words.of(second), "the length of segment 0");
  }

  @Test
  @Rule("ADM-3")
  void unitCanBeAskedForBeforehand() throws IOException {
    use(TestBed.of("0..1 mapped").size(5000));
    IoVector memory = IoVector.of(bed.memory(4096, '?'));
    assertEquals(4096, DirectIo.unit(bed.file, Direction.READ, memory, 0));
    assertEquals(512, DirectIo.unit(bed.file, Direction.READ, memory, 512));
    Expect.failure(Errno.EINVAL, () -> DirectIo.unit(bed.file, Direction.READ, memory, 1000));
    assertEquals(List.of(), bed.journal.all());
  }

  @Test
  @Rule({"ADM-3", "ADM-5"})
  void misalignedPositionIsRefusedByItsValueAndTheAlignment() throws IOException {
    use(TestBed.of("0 mapped"));
    Expect.failure(
        Errno.EINVAL,
        "read file at 1000 length 512: EINVAL (invalid argument): position 1000 is not a multiple"
            + " of 512 bytes, the logical block of disk",
        () -> bed.read(1000, 512));
    assertEquals(List.of(), bed.journal.all());
  }

  @Test
  @Rule({"ADM-3", "ADM-5"})
  void misalignedLengthIsRefusedByItsValueItsSegmentAndTheAlignment() throws IOException {
    use(TestBed.of("0 mapped"));
    IoVector memory = IoVector.of(bed.memory(512, 'A'), bed.memory(520, 'A'), bed.memory(504, 'A'));
    Expect.failure(
        Errno.EINVAL,
        "write file at 512 length 1536: EINVAL (invalid argument): length 520 of segment 1 is not a"
            + " multiple of 512 bytes, the logical block of disk",
        () -> DirectIo.write(bed.file, memory, 512));
    assertEquals(List.of(), bed.journal.all());
  }

  @Test
  @Rule("ADM-3")
  void fileWithABadBlockSizeCannotBeBuilt() {
    use(TestBed.of("0 mapped"));
    try (MemoryDevice big =
        MemoryDevice.builder().name("big").limits(QueueLimits.of(4096)).build()) {
      BlockFile.Builder file = BlockFile.builder(big, bed.layout).name("f");
      for (int bad : new int[] {0, -4096, 512, 2048, 4097, 12288}) {
        IllegalArgumentException refusal =
            assertThrows(IllegalArgumentException.class, () -> file.blockSize(bad).build());
        assertEquals(
            "block size "
                + bad
                + " of f must be a power of two and at least the 4096-byte logical block of big",
            refusal.getMessage());
      }
      assertEquals(4096, file.blockSize(4096).build().blockSize());
    }
  }

  @Test
  @Rule("ADM-3")
  void fileWithABadSizeOrBoundCannotBeBuilt() {
    use(TestBed.of("0 mapped"));
    BlockFile.Builder file = BlockFile.builder(bed.disk, bed.layout).name("f");
    assertEquals(
        "size -1 of f must not be negative",
        assertThrows(IllegalArgumentException.class, () -> file.size(-1).build()).getMessage());
    assertEquals(
        "maxOutstandingBios 0 must be at least 1",
        assertThrows(
                IllegalArgumentException.class, () -> file.size(0).maxOutstandingBios(0).build())
            .getMessage());
    assertEquals(
        "maxFileSize -1 must not be negative",
        assertThrows(IllegalArgumentException.class, () -> bed.layout.traits().withMaxFileSize(-1))
            .getMessage());
  }

  @Test
  @Rule("ADM-4")
  void addressesNeedOnlyTheMemoryAlignmentWhichMayBeSmallerThanTheLogicalBlock()
      throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withMemoryAlignment(4)));
    MemorySegment memory = bed.memory(1024, 'A');
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(memory.asSlice(4, 512)), 0));
    Expect.failure(
        Errno.EINVAL,
        "write file at 0 length 512: EINVAL (invalid argument): address 0x"
            + Long.toHexString(memory.address() + 6)
            + " of segment 0 is not a multiple of 4 bytes, the memory alignment of disk; allocate"
            + " it with that alignment",
        () -> DirectIo.write(bed.file, IoVector.of(memory.asSlice(6, 512)), 0));
  }

  @Test
  @Rule({"ADM-4", "ADM-5"})
  void memoryAlignmentMayBeLargerThanTheLogicalBlock() throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withMemoryAlignment(4096)));
    MemorySegment memory = bed.memory(8192, 'A');
    IoVector second = IoVector.of(memory.asSlice(0, 512), memory.asSlice(512, 512));
    Expect.failure(
        Errno.EINVAL,
        "write file at 0 length 1024: EINVAL (invalid argument): address 0x"
            + Long.toHexString(memory.address() + 512)
            + " of segment 1 is not a multiple of 4096 bytes, the memory alignment of disk;"
            + " allocate it with that alignment",
        () -> DirectIo.write(bed.file, second, 0));
    IoVector fine = IoVector.of(memory.asSlice(4096, 512), memory.asSlice(0, 512));
    assertEquals(1024, DirectIo.write(bed.file, fine, 0));
  }

  @Test
  @Rule("ADM-5")
  void refusalLeavesNoTraceAndIsThrownByTheSubmission() throws IOException {
    use(TestBed.of("0..1 mapped").locking().traits(traits -> traits.withMaxFileSize(8192)));
    bed.file.freeze();
    Submitted read = bed.request(512, '?');
    Expect.failure(Errno.EINVAL, () -> bed.submit(read, Direction.READ, -512));
    Expect.failure(Errno.EINVAL, () -> bed.submit(read, Direction.READ, 100));
    Expect.failure(Errno.EFBIG, () -> bed.submit(read, Direction.WRITE, 8192));
    assertEquals(0, read.calls(), "the handler");
    assertEquals(List.of(), bed.journal.all(), "nothing mapped, sent, flushed or told");
    assertEquals(0, bed.file.requestsInFlight(), "nothing counted");
    assertEquals(false, bed.file.lock().isHeld(), "nothing locked");
    assertEquals(false, read.request.isInFlight());
    assertEquals(0, bed.arena.inFlight(), "no memory taken");
    bed.file.thaw();
  }

  @Test
  @Rule("ADM-5")
  void readIntoReadOnlyMemoryIsRefused() throws IOException {
    use(TestBed.of("0 mapped"));
    IoVector memory = IoVector.of(bed.memory(512, '?').asReadOnly());
    Expect.failure(
        Errno.EINVAL,
        "read file at 0 length 512: EINVAL (invalid argument): a segment is read-only; give"
            + " writable memory to read into",
        () -> DirectIo.read(bed.file, memory, 0));
    assertEquals(512, DirectIo.write(bed.file, memory, 0));
  }
}
