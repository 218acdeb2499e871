package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.Fault;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request reports, to whom, and in which order. F=4096, L=512. */
class ResultRulesTest extends UsesTestBed {
  /** A vector whose memory cannot be had from segment {@code bad} of 512 bytes on. */
  private IoVector memoryWithout(int bad) {
    return IoVector.of(
        index -> {
          if (index >= bad) {
            throw new IOException("memory");
          }
          return bed.memory(512, 'A');
        },
        512,
        512,
        512);
  }

  @ParameterizedTest
  @CsvSource({
    // mapper fails, device fails, first bad segment (of 3), result
    "false, false, 3, 1536",
    "false, false, 2, 1024",
    "false, false, 0, memory",
    "false, true, 3, device",
    "false, true, 2, device",
    "true, false, 3, mapper",
    "true, true, 3, mapper"
  })
  @Rule({"CMP-1", "MEM-3"})
  void errorOfTheWalkThenOfTheDeviceThenBytesThenTheMemoryFault(
      boolean mapperFails, boolean deviceFails, int bad, String result) throws IOException {
    use(TestBed.of("0..2 mapped").blockSize(512));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, mapperFails ? 2 : 3));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("mapper");
        });
    if (deviceFails) {
      bed.errors.add(Fault.of(Errno.EIO));
    }
    String told;
    try {
      told = String.valueOf(DirectIo.write(bed.file, memoryWithout(bad), 0));
    } catch (IOException failure) {
      told = failure instanceof BlockIoException ? "device" : failure.getMessage();
    }
    assertEquals(result, told);
  }

  @Test
  @Rule({"CMP-1", "CMP-2"})
  void deviceErrorIsAttachedToTheErrorOfTheWalk() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped"));
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("mapper");
        });
    bed.errors.add(Fault.of(Errno.EIO));
    IOException failure = assertThrows(IOException.class, () -> bed.read(0, 8192));
    assertEquals("mapper", failure.getMessage());
    assertEquals(Errno.EIO.number(), ((BlockIoException) failure.getSuppressed()[0]).errno());
  }

  @Test
  @Rule("CMP-1")
  void withoutErrorBytesOrFaultTheResultIsZero() throws IOException {
    use(TestBed.of("0 hole"));
    assertEquals(0, bed.write('A', 0, 4096));
    assertEquals(0, bed.submitWrite('A', 0, 4096).bytes());
  }

  @ParameterizedTest
  @ValueSource(ints = {5, 28, 11, 110, 61, 84, 133})
  @Rule("CMP-2")
  void errorCodeOfTheDeviceIsKept(int errno) throws IOException {
    use(TestBed.of("0 mapped"));
    bed.errors.add(Fault.of(errno));
    assertEquals(errno, bed.submitRead(0, 512).error().errno());
    assertEquals(errno, assertThrows(BlockIoException.class, () -> bed.write('A', 0, 512)).errno());
  }

  @Test
  @Rule("CMP-2")
  void firstErrorWinsAndLaterOnesAreSuppressed() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9; 2 mapped @20").holding());
    Submitted read = bed.submitRead(0, 12288);
    IOException first = new IOException("first");
    IOException second = new IOException("second");
    IOException third = new IOException("third");
    bed.hold.fail(2, first);
    bed.hold.fail(0, second);
    bed.hold.fail(0, third);
    assertSame(first, read.anyError());
    assertEquals(List.of(second, third), List.of(first.getSuppressed()));
  }

  @Test
  @Rule("CMP-3")
  void readIsCutAtTheSizeSampledAtAdmission() throws IOException {
    use(TestBed.of("0..1 mapped").size(5000).holding());
    Submitted read = bed.submitRead(4096, 4096);
    bed.file.extendTo(8192); // published while the read is on its way
    bed.finish();
    assertEquals(904, read.bytes());
    assertEquals(List.of("end read 4096+904"), bed.journal.of("end"));
  }

  @Test
  @Rule("CMP-3")
  void readIsNeverCutBelowZero() throws IOException {
    use(TestBed.of("0..1 mapped"));
    bed.file.freeze();
    Submitted read = bed.submitRead(4096, 4096);
    bed.file.setSize(100);
    bed.file.thaw();
    bed.later.runAll();
    assertEquals(-1, read.bytes(), "end of file");
    assertEquals(List.of("end read 4096+0"), bed.journal.of("end"));
  }

  @Test
  @Rule({"CMP-4", "ADM-12"})
  void hookIsNotToldOfARequestThatDidNotGetIn() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.file.freeze();
    Expect.failure(Errno.EAGAIN, () -> bed.write('A', 0, 512, IoFlag.NOWAIT));
    bed.file.thaw();
    assertEquals(List.of(), bed.journal.of("end"));
  }

  @Test
  @Rule("CMP-4")
  void hookIsCalledOnceWithPositionBytesAndCookie() throws IOException {
    use(TestBed.of("0..1 mapped cookie=c; 2 hole; 3 mapped @9"));
    bed.read(512, 15872);
    bed.submitWrite('A', 512, 512);
    bed.write('A', 4096, 8192);
    assertEquals(
        List.of(
            "end read 512+15872 cookie=c",
            "end write 512+512 cookie=c",
            "end write 4096+4096 cookie=c"),
        bed.journal.of("end"));
  }

  @Test
  @Rule("CMP-4")
  void hookIsCalledOnceForAFailedRequestAndNotForARefusedOne() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.errors.add(Fault.of(Errno.EIO));
    Expect.failure(Errno.EIO, () -> bed.read(0, 512));
    Expect.failure(Errno.EINVAL, () -> bed.read(1, 512));
    bed.read(4096, 512);
    assertEquals(List.of("end read 0+0 failed"), bed.journal.of("end"));
  }

  @Test
  @Rule("CMP-4")
  void failedWritesNeverConvertUnwrittenExtentsNorPublishASize() throws IOException {
    use(TestBed.of("0 unwritten; 1 unwritten @9").size(4096));
    bed.errors.add(Fault.of(Errno.EIO).within(36864, 4096));
    Expect.failure(Errno.EIO, () -> bed.write('A', 0, 8192));
    assertEquals(MappingKind.UNWRITTEN, bed.layout.kind(0));
    assertEquals(MappingKind.UNWRITTEN, bed.layout.kind(1));
    assertEquals(4096, bed.file.size());
    assertEquals("4096: 0*4096", bed.read(0, 4096), "as before");
  }

  @Test
  @Rule("CMP-4")
  void errorOfTheHookBecomesTheRequests() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.layout.atEndOfIo(
        end -> {
          throw new IOException("journal is full");
        });
    assertEquals(
        "journal is full",
        assertThrows(IOException.class, () -> bed.write('A', 0, 512)).getMessage());
    assertEquals("journal is full", bed.submitRead(0, 512).anyError().getMessage());
    bed.errors.add(Fault.of(Errno.EIO));
    BlockIoException earlier = Expect.failure(Errno.EIO, () -> bed.read(0, 512));
    assertEquals("journal is full", earlier.getSuppressed()[0].getMessage());
  }

  @Test
  @Rule("CMP-4")
  void hookIsToldTheSizeThatTheRequestHasFound() throws IOException {
    use(TestBed.of("0 mapped; 1 new").size(4096));
    List<Long> sampled = new ArrayList<>();
    bed.layout.atEndOfIo(end -> sampled.add(end.sampledSize()));
    bed.write('A', 4096, 512);
    bed.read(0, 512);
    assertEquals(List.of(4096L, 4608L), sampled);
  }

  @Test
  @Rule("CMP-4")
  void hookThatThrowsIsAnErrorAndTheRequestStillEnds() throws IOException {
    use(TestBed.of("0 mapped"));
    bed.layout.atEndOfIo(
        end -> {
          throw new IllegalStateException("bug");
        });
    Expect.failure(
        Errno.EIO,
        "end of I/O file at 1024 length 512: EIO (input/output error): it threw"
            + " java.lang.IllegalStateException: bug",
        () -> bed.write('A', 1024, 512));
    assertEquals(Errno.EIO.number(), bed.submitWrite('A', 0, 512).error().errno());
  }

  @Test
  @Rule("CMP-7")
  void resultThatIsKnownAtSubmissionIsToldThereThroughTheHandler() throws IOException {
    use(TestBed.of("0 hole").size(8192).holding());
    assertEquals(-1, bed.submitRead(8192, 512).bytes(), "end of file");
    Submitted again = bed.submitRead(8192, 512);
    bed.submit(again, Direction.READ, 8192);
    assertEquals(2, again.calls(), "each time");
    assertEquals(8192, bed.submitRead(0, 8192).bytes(), "only holes");
    assertEquals(0, bed.submitWrite('A', 0, 512).bytes(), "nothing written");
    bed.layout.nextAnswer(
        (query, mapping) -> {
          throw new IOException("mapper");
        });
    assertEquals("mapper", bed.submitRead(0, 512).anyError().getMessage());
    assertEquals(
        0, bed.submitWrite('A', 0, 512, IoFlag.DATA_SYNC).bytes(), "although it is data-sync");
    assertEquals(0, bed.later.waiting());
  }

  @Test
  @Rule("CMP-7")
  void handlersAreNeverCalledRecursively() throws IOException {
    use(TestBed.of("").size(4096));
    Submitted read = bed.request(512, '?');
    int[] counts = new int[2]; // depth, calls
    read.then(
        () -> {
          assertEquals(1, ++counts[0], "inside another call");
          if (++counts[1] < 20_000) {
            resubmit(read);
          }
          counts[0]--;
        });
    bed.submit(read, Direction.READ, 0);
    assertEquals(20_000, counts[1]);
    assertEquals(20_000, read.calls());
  }

  private void resubmit(Submitted read) {
    try {
      bed.submit(read, Direction.READ, 0);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  @Rule({"CMP-7", "WALK-4"})
  void shortAsynchronousWriteReportsItsShortCountThroughTheHandler() throws IOException {
    use(TestBed.of("0 mapped; 1 hole").holding());
    Submitted write = bed.submitWrite('A', 0, 8192);
    assertEquals(0, write.calls(), "the bytes before the hole are on their way");
    bed.finish();
    assertEquals(4096, write.bytes());
  }

  @Test
  @Rule("CMP-8")
  void requestIsInFlightUntilItsHandlerAndNoLonger() throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.request(512, '?');
    boolean[] inHandler = new boolean[1];
    read.then(() -> inHandler[0] = read.request.isInFlight());
    bed.submit(read, Direction.READ, 0);
    assertTrue(read.request.isInFlight());
    assertThrows(IllegalStateException.class, () -> bed.submit(read, Direction.READ, 0));
    bed.finish();
    assertFalse(inHandler[0], "the request is its user's again");
    assertEquals(1, read.calls());
  }
}
