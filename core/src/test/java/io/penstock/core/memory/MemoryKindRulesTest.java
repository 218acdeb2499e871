package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which memory goes to the device as it is, which is copied, and which is refused. */
@Rule("MEM-4")
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MemoryKindRulesTest {
  private final Arena shared = Arena.ofShared();
  private final List<String> given = new ArrayList<>();
  private Arena confined;
  private TestBed bed;

  /** All kinds of memory there are. */
  private enum Kind {
    IO_ARENA,
    IO_ARENA_SLICE,
    POOL,
    AUTOMATIC,
    GLOBAL,
    DIRECT_BUFFER,
    SHARED,
    CONFINED,
    HEAP;

    boolean isSafe() {
      return ordinal() < SHARED.ordinal();
    }
  }

  /**
   * The device writes down what it is given: the caller's own memory, borrowed or not, or a copy.
   */
  private void use(TestBed.Builder builder) {
    bed = builder.build();
    bed.errors.add(
        Fault.of(Errno.EIO)
            .when(
                bio -> {
                  for (int i = 0; i < bio.pieces(); i++) {
                    boolean own = isOwn(bio.segment(i), bio.pieceOffset(i));
                    given.add((own ? "own" : "copy") + (bio.isBorrowed(i) ? " borrowed" : ""));
                  }
                  return false;
                }));
  }

  private MemorySegment own = MemorySegment.NULL;

  private boolean isOwn(MemorySegment piece, long offset) {
    return own.isNative()
        ? piece.isNative() && isWithin(piece.address() + offset - own.address())
        : piece.heapBase().equals(own.heapBase());
  }

  private boolean isWithin(long offset) {
    return offset >= 0 && offset < own.byteSize();
  }

  private MemorySegment memory(Kind kind) {
    confined = Arena.ofConfined();
    own =
        switch (kind) {
          case IO_ARENA -> bed.arena.allocate(512, 512);
          case IO_ARENA_SLICE -> bed.arena.allocate(1024, 512).asSlice(512).asSlice(0, 512);
          case POOL -> pooled.segment().asSlice(0, 512);
          case AUTOMATIC -> Arena.ofAuto().allocate(512, 512);
          case GLOBAL -> Arena.global().allocate(512, 512);
          case DIRECT_BUFFER ->
              MemorySegment.ofBuffer(ByteBuffer.allocateDirect(1024).alignedSlice(4).limit(512));
          case SHARED -> shared.allocate(512, 512);
          case CONFINED -> confined.allocate(512, 512);
          case HEAP -> MemorySegment.ofArray(new byte[512]);
        };
    return own.fill((byte) 'A');
  }

  private final PooledBuffer pooled = BufferPool.shared().take(512);

  @AfterEach
  void close() throws IOException {
    bed.close();
    pooled.close();
    shared.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void synchronousCallPassesTheSegmentItselfToADeviceThatWorksInTheCaller(Kind kind)
      throws IOException {
    use(TestBed.of("0 mapped"));
    MemorySegment memory = memory(kind);
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(memory), 0));
    assertEquals(512, DirectIo.read(bed.file, IoVector.of(memory.fill((byte) 0)), 0));
    assertEquals("A*512", Words.of(memory));
    String expected = kind == Kind.HEAP ? "copy" : kind.isSafe() ? "own" : "own borrowed";
    assertEquals(List.of(expected, expected), given);
    confined.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void synchronousCallCopiesWhereTheDeviceWorksElsewhere(Kind kind) throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withMemoryAccess(false, false)));
    MemorySegment memory = memory(kind);
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(memory), 0));
    assertEquals(512, DirectIo.read(bed.file, IoVector.of(memory.fill((byte) 0)), 0));
    assertEquals("A*512", Words.of(memory));
    String expected = kind.isSafe() ? "own" : "copy";
    assertEquals(List.of(expected, expected), given);
    confined.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void threadThatWaitsFillsItsConfinedMemoryItself(int outstanding) throws Exception {
    use(
        TestBed.of("0..3 mapped")
            .limits(limits -> limits.withMaximum(8, 4096, 4096))
            .file(file -> file.maxOutstandingBios(outstanding))
            .holding());
    Background<String> reads =
        Background.start(() -> readConfined(0) + ", " + readConfined(8192)); // one after the other
    while (!reads.isDone()) {
      bed.hold.completeAll();
    }
    assertEquals("8192: b0*4096 b1*4096, 8192: b2*4096 b3*4096", reads.result());
  }

  private String readConfined(long position) throws IOException {
    try (Arena mine = Arena.ofConfined()) {
      MemorySegment memory = mine.allocate(8192, 4096);
      long bytes = DirectIo.read(bed.file, IoVector.of(memory), position);
      return bytes + ": " + Words.of(memory);
    }
  }

  @Test
  void writeOfConfinedMemoryGoesOnOnAnotherThread() throws Exception {
    use(TestBed.of("0..1 mapped").blockByBlock().holding());
    try (Arena mine = Arena.ofConfined()) {
      Submitted write = bed.submit(Direction.WRITE, 0, mine.allocate(8192).fill((byte) 'A'));
      Background.start(
              () -> {
                bed.finish();
                return null;
              })
          .result();
      assertEquals(8192, write.bytes());
    }
    assertEquals("A*8192", bed.disk(0, 8192));
  }

  @Test
  @Rule("BIO-3")
  void copyThatFitsIntoABioOnlyInPartIsCopiedBackOnlyInPart() throws IOException {
    use(
        TestBed.of("0..7 mapped")
            .blockSize(1024)
            .limits(limits -> limits.withMaximum(8, 4096, 6144))
            .holding());
    Submitted read = bed.submit(Direction.READ, 0, MemorySegment.ofArray(new byte[8192]));
    assertEquals(6144, bed.hold.pending(0).length(), "one copy and half of another");
    bed.hold.complete(1);
    bed.hold.complete(0);
    assertEquals(
        "b0*1024 b1*1024 b2*1024 b3*1024 b4*1024 b5*1024 b6*1024 b7*1024", Words.of(read.memory));
  }

  @Test
  @Rule("BIO-6")
  void errorSeenOnTheWayStopsARequestThatIsCopied() throws IOException {
    use(TestBed.of("0..1 mapped").blockByBlock().holding());
    Submitted read = bed.submit(Direction.READ, 0, MemorySegment.ofArray(new byte[8192]));
    bed.hold.fail(0, new IOException("cable"));
    bed.finish();
    assertEquals("cable", read.anyError().getMessage());
    assertEquals(List.of("read 0+4096"), bed.sent());
  }

  @Test
  @Rule("BIO-6")
  void requestThatIsCopiedIsSuspendedAndGoesOn() throws IOException {
    use(TestBed.of("0..1 mapped").blockByBlock().holding());
    Submitted read = bed.submit(Direction.READ, 0, MemorySegment.ofArray(new byte[8192]));
    bed.finish();
    assertEquals(8192, read.bytes());
    assertEquals("b0*4096 b1*4096", Words.of(read.memory));
  }

  @Test
  void heapMemoryGoesAsItIsWhereTheDeviceAcceptsIt() throws IOException {
    use(TestBed.of("0 mapped").limits(limits -> limits.withMemoryAccess(true, true)));
    assertEquals(512, DirectIo.write(bed.file, IoVector.of(memory(Kind.HEAP)), 0));
    assertEquals(List.of("own"), given);
    confined.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void asynchronousWriteCopiesWhatCouldBeClosedMeanwhile(Kind kind) throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted write = bed.submit(Direction.WRITE, 0, memory(kind));
    confined.close();
    bed.finish();
    assertEquals(512, write.bytes());
    assertEquals("A*512 b0*3584", bed.disk(0, 4096));
    assertEquals(List.of(kind.isSafe() ? "own" : "copy"), given);
  }

  @ParameterizedTest
  @EnumSource(value = Kind.class, mode = EnumSource.Mode.EXCLUDE, names = "CONFINED")
  void asynchronousReadCopiesIntoWhatCouldBeClosedMeanwhile(Kind kind) throws IOException {
    use(TestBed.of("0 mapped").holding());
    Submitted read = bed.submit(Direction.READ, 0, memory(kind));
    bed.finish();
    assertEquals(512, read.bytes());
    assertEquals("b0*512", Words.of(read.memory));
    assertEquals(List.of(kind.isSafe() ? "own" : "copy"), given);
    confined.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void asynchronousWriteCopiesAlsoWhereTheDeviceWorksInTheCaller(Kind kind) throws IOException {
    use(TestBed.of("0 mapped"));
    assertEquals(512, bed.submit(Direction.WRITE, 0, memory(kind)).bytes());
    assertEquals(List.of(kind.isSafe() ? "own" : "copy"), given);
    confined.close();
  }

  @Test
  void asynchronousReadIntoConfinedMemoryIsRefusedByNameOfTheIoArena() throws IOException {
    use(TestBed.of("0 mapped"));
    MemorySegment memory = memory(Kind.CONFINED);
    Expect.failure(
        Errno.EINVAL,
        "read file at 0 length 512: EINVAL (invalid argument): segment 0 is confined to this"
            + " thread, and an asynchronous read would fill it on another; allocate it from an"
            + " IoArena",
        () -> bed.submit(Direction.READ, 0, memory));
    confined.close();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void strictModeRefusesWhatAnAsynchronousRequestWouldHaveToCopy(Kind kind) throws IOException {
    use(TestBed.of("0 mapped").file(file -> file.memoryPolicy(MemoryPolicy.STRICT)));
    MemorySegment memory = memory(kind);
    String problem =
        switch (kind) {
          case SHARED ->
              "is of an arena that may be closed while an asynchronous request is in flight";
          case CONFINED ->
              "is confined to this thread, and may be closed while an asynchronous request is in"
                  + " flight";
          case HEAP -> "is on the heap, and an asynchronous request would have to copy it";
          default -> "";
        };
    if (problem.isEmpty()) {
      assertEquals(512, bed.submit(Direction.WRITE, 0, memory).bytes());
    } else {
      Expect.failure(
          Errno.EINVAL,
          "write file at 0 length 512: EINVAL (invalid argument): segment 0 "
              + problem
              + "; allocate it from an IoArena",
          () -> bed.submit(Direction.WRITE, 0, memory));
      assertEquals(List.of(), bed.journal.all());
    }
    assertEquals(
        512, DirectIo.write(bed.file, IoVector.of(memory), 0), "a synchronous one is fine");
    confined.close();
  }

  @Test
  void confinedMemoryOfAnotherThreadIsRefusedAtSubmission() throws Exception {
    use(TestBed.of("0 mapped"));
    MemorySegment fine = memory(Kind.IO_ARENA);
    MemorySegment foreign = memory(Kind.CONFINED);
    String problem =
        " file at 0 length 1024: EINVAL (invalid argument): segment 1 is confined to another"
            + " thread; allocate it from an IoArena";
    Background.start(
            () -> {
              IoVector memory = IoVector.of(fine, foreign);
              Expect.failure(
                  Errno.EINVAL, "read" + problem, () -> DirectIo.read(bed.file, memory, 0));
              Expect.failure(
                  Errno.EINVAL, "write" + problem, () -> DirectIo.write(bed.file, memory, 0));
              Expect.failure(
                  Errno.EINVAL,
                  "write" + problem.replace("length 1024", "length 512").replace("1 is", "0 is"),
                  () -> bed.submit(Direction.WRITE, 0, foreign));
              return null;
            })
        .result();
    assertEquals(List.of(), bed.journal.all());
    confined.close();
  }

  @Test
  @Rule("ADM-4")
  void pieceThatIsMisalignedForItsDeviceIsCopied() throws IOException {
    use(TestBed.of("0 mapped; 1 mapped @9").limits(limits -> limits.withMemoryAlignment(4096)));
    own = bed.memory(1024, 'A');
    assertEquals(1024, DirectIo.write(bed.file, IoVector.of(own), 3584));
    assertEquals(List.of("own", "copy"), given, "the second piece begins 512 into the memory");
    assertEquals("A*512 b1*3584", bed.disk(36864, 4096));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  @Rule("ADM-4")
  void pieceIsAsAlignedAsTheAddressOfItsOwnFirstByte(boolean borrowed) throws IOException {
    use(TestBed.of("0..1 mapped"));
    BlockDevice strict =
        new ForwardingDevice(bed.device) {
          @Override
          public QueueLimits limits() {
            return super.limits().withMemoryAlignment(2048);
          }
        };
    Arena arena = borrowed ? shared : bed.arena;
    own = arena.allocate(4096, 4096).asSlice(512, 2048).fill((byte) 'A');
    for (long block = 0; block < 4; block++) {
      long at = block * 512;
      bed.layout.nextAnswer((query, mapping) -> mapping.mapped(strict, at * 3, 1));
    }
    IoVector memory = IoVector.of(own);
    try (BlockFile file = BlockFile.builder(bed.device, bed.layout).size(4096).build()) {
      assertEquals(2048, DirectIo.write(file, memory, 0));
    }
    String direct = borrowed ? "own borrowed" : "own";
    assertEquals(List.of("copy", "copy", "copy", direct), given, "512, 1024, 1536, 2048");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void memoryOfASourceIsTreatedAsWhatItIs(Kind kind) throws IOException {
    use(TestBed.of("0 mapped").holding());
    MemorySegment memory = memory(kind);
    Submitted write = bed.request(512, '?');
    DirectIo.submit(
        write.request,
        Direction.WRITE,
        bed.file,
        IoVector.of(index -> memory, 512),
        0,
        IoFlags.NONE,
        write);
    bed.finish();
    assertEquals(512, write.bytes());
    assertEquals(List.of(kind.isSafe() ? "own" : "copy"), given);
    confined.close();
  }
}
