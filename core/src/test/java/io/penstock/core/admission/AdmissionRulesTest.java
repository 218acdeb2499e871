package io.penstock.core.admission;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.DirectIo;
import io.penstock.core.device.NullDevice;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is checked before anything happens, and in which order. F=4096, L=512. */
class AdmissionRulesTest extends UsesTestBed {
  @Test
  @Rule("ADM-1")
  void readPastEndOfFileReturnsNothingBeforeCheckingAlignment() throws IOException {
    use(TestBed.of("0 mapped").size(1000));
    assertEquals("end of file: ?*512", bed.read(1000, 512));
    assertEquals("end of file: ?*7", bed.read(1001, 7), "1001 and 7 are multiples of nothing");
    assertEquals(List.of(), bed.journal.all(), "no mapper, no device, no hook");
  }

  @Test
  @Rule("ADM-1")
  void readPastEndOfFileWaitsNeitherForTheLockNorForAFrozenFile() throws IOException {
    use(TestBed.of("0 mapped").locking());
    bed.file.lock().acquire();
    bed.file.freeze();
    assertEquals("end of file: ?*512", bed.read(4096, 512));
    assertEquals(IoRequest.END_OF_FILE, bed.submitRead(4096, 512).bytes());
    bed.file.thaw();
    bed.file.lock().release();
  }

  @Test
  @Rule("ADM-1")
  void sizeIsSampledWhenTheInFlightCountIsHeld() throws IOException {
    use(TestBed.of("0..1 mapped"));
    bed.file.freeze();
    Submitted shortened = bed.submitRead(0, 8192);
    Submitted emptied = bed.submitRead(4096, 4096);
    bed.file.setSize(4096); // as a truncate does that slips in between
    bed.file.thaw();
    bed.later.runAll();
    assertEquals(4096, shortened.bytes());
    assertEquals(IoRequest.END_OF_FILE, emptied.bytes());
    assertEquals(List.of("read 0+4096"), bed.sent());
  }

  @Test
  @Rule("ADM-1")
  void sizeIsSampledWhenTheLockIsHeld() throws IOException {
    use(TestBed.of("0..1 mapped").size(4096).locking());
    bed.file.lock().acquire();
    Submitted read = bed.submitRead(0, 8192);
    bed.file.setSize(8192);
    bed.file.lock().release();
    bed.later.runAll();
    assertEquals(8192, read.bytes());
  }

  @Test
  @Rule("ADM-2")
  void closedFileIsToldBeforeAnythingElse() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.file.close();
    for (long position : new long[] {0, -1, 4096, 7}) {
      ClosedFileException closed =
          assertThrows(ClosedFileException.class, () -> bed.read(position, 0));
      assertEquals("file is closed; open it again before using it", closed.getMessage());
    }
    assertThrows(ClosedFileException.class, () -> bed.submitWrite('A', 0, 512));
  }

  @Test
  @Rule("ADM-2")
  void badPositionIsToldBeforeTheLengthOfNothing() throws IOException {
    use(TestBed.of("0 mapped"));
    Expect.failure(
        Errno.EINVAL,
        "read file length 0: EINVAL (invalid argument): position -1 must not be negative",
        () -> bed.read(-1, 0));
    Expect.failure(
        Errno.EINVAL,
        "write file at 9223372036854775295 length 513: EINVAL (invalid argument): position"
            + " 9223372036854775295 plus length 513 is over the largest position"
            + " 9223372036854775807",
        () -> bed.write('A', Long.MAX_VALUE - 512, 513));
    assertEquals("end of file: ?*512", bed.read(Long.MAX_VALUE - 512, 512), "not over");
  }

  @Test
  @Rule("ADM-2")
  void zeroBytesAreZeroBytesWhereverTheyAre() throws IOException {
    use(TestBed.of("0 mapped").traits(traits -> traits.withMaxFileSize(4096)));
    assertEquals("0: ", bed.read(0, 0));
    assertEquals("0: ", bed.read(999_999, 0), "before end of file");
    assertEquals(0, bed.write('A', 999_999, 0), "before the largest file");
    Submitted write = bed.submitWrite('A', 1, 0);
    assertEquals(0, write.bytes());
    assertEquals(List.of("handler 0"), bed.journal.all(), "no mapper, no device, no hook");
  }

  @Test
  @Rule("ADM-2")
  void writePastTheLargestFileIsToldBeforeAlignment() throws IOException {
    use(TestBed.of("0..1 mapped").traits(traits -> traits.withMaxFileSize(8192)));
    Expect.failure(
        Errno.EFBIG,
        "write file at 7777 length 512: EFBIG (file too large): would end past the largest file of"
            + " this layout, 8192 bytes",
        () -> bed.write('A', 7777, 512));
    assertEquals(512, bed.write('A', 7680, 512), "ends where the largest file ends");
    assertEquals("4096: b1*3584 A*512", bed.read(4096, 4096));
  }

  @Test
  @Rule("ADM-2")
  void writeOnARawDeviceEndsWhereTheDeviceEnds() throws IOException {
    use(TestBed.of("0..3 mapped").diskSize(16384).traits(t -> t.withEndsAtDeviceEnd(true)));
    for (long position : new long[] {16384, 16385, 20480}) {
      Expect.failure(
          Errno.ENOSPC,
          "write file at "
              + position
              + " length 4096: ENOSPC (no space left on device): position is at or past the end of"
              + " the device, 16384 bytes",
          () -> bed.write('A', position, 4096));
    }
    assertEquals(4096, bed.write('A', 12288, 8192), "cut short at the end");
    assertEquals(List.of("write 12288+4096"), bed.sent());
  }

  @Test
  @Rule("ADM-2")
  void writeThatCrossesTheEndOfARawDeviceAsksTheMapperForNoMore() throws IOException {
    use(TestBed.of("0..7 mapped").size(16384).traits(t -> t.withEndsAtDeviceEnd(true)));
    assertEquals(4096, bed.write('A', 12288, 8192), "though the mapper would have more");
    assertEquals(List.of("write 12288+4096"), bed.sent());
  }

  @Test
  @Rule("ADM-6")
  void requestOfThreeGibibytesIsOneRequestWithALongResult() throws IOException {
    use(TestBed.of("0 mapped"));
    long part = 64 << 20;
    MemorySegment memory = bed.arena.allocate(part, 4096);
    IoVector vector = IoVector.empty();
    for (int i = 0; i < 48; i++) {
      vector.add(memory);
    }
    NullDevice device = new NullDevice();
    try (BlockFile file =
        BlockFile.builder(
                device,
                (query, mapping) ->
                    mapping.mapped(device, query.firstBlock() * 512, query.blocks()))
            .size(4L << 30)
            .build()) {
      assertEquals(48 * part, DirectIo.write(file, vector, 512));
      assertEquals(48 * part, DirectIo.read(file, vector, 512));
      assertEquals(3L << 30, file.counters().writtenBytes());
    }
  }
}
