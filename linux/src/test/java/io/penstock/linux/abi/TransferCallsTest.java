package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransferCallsTest {
  private static final int PAGE = 4096;

  @TempDir Path directory;
  private TempFile file;
  private Arena arena;

  @BeforeEach
  void open() {
    file = TempFile.open(directory.resolve("file"), 0).fill(0, PAGE, 'a').fill(PAGE, PAGE, 'b');
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
    file.close();
  }

  @Test
  void segmentAndAddressReadTheSame() {
    MemorySegment bySegment = arena.allocate(2 * PAGE);
    MemorySegment byAddress = arena.allocate(2 * PAGE);
    assertEquals(PAGE, TransferCalls.pread(file.fd(), bySegment, PAGE));
    assertEquals(PAGE, TransferCalls.pread(file.fd(), byAddress.address(), 2L * PAGE, PAGE));
    assertEquals(-1, bySegment.mismatch(byAddress));
    assertEquals('b', bySegment.get(ValueLayout.JAVA_BYTE, PAGE - 1));
  }

  @Test
  void callersOwnCaptureServesEveryCall() {
    ErrnoCapture capture = ErrnoCapture.unpooled(arena);
    MemorySegment memory = arena.allocate(16);
    assertEquals(16, TransferCalls.pwrite(capture, file.fd(), memory, 0));
    assertEquals(16, TransferCalls.pread(capture, file.fd(), memory.address(), 16, 0));
    assertEquals(-Errno.EBADF, TransferCalls.pread(capture, -1, memory, 0));
    assertEquals(-Errno.EINVAL, TransferCalls.pwrite(capture, file.fd(), memory, -1));
  }

  @Test
  void endOfFileReadsNothing() {
    assertEquals(0, TransferCalls.pread(file.fd(), arena.allocate(16), 2 * PAGE));
  }

  @Test
  void memoryThatAnotherCouldTakeAwayIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new byte[16]);
    assertThrows(IllegalArgumentException.class, () -> TransferCalls.pread(file.fd(), heap, 0));
    assertThrows(IllegalArgumentException.class, () -> TransferCalls.pwrite(file.fd(), heap, 0));

    MemorySegment closed;
    try (Arena other = Arena.ofConfined()) {
      closed = other.allocate(16);
    }
    assertThrows(IllegalStateException.class, () -> TransferCalls.pread(file.fd(), closed, 0));
  }

  @Test
  void memoryConfinedToAnotherThreadIsRefused() throws InterruptedException {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment memory = confined.allocate(16);
      Thread other =
          Thread.ofPlatform()
              .name("another-thread")
              .unstarted(() -> TransferCalls.pread(file.fd(), memory, 0));
      other.setUncaughtExceptionHandler((_, uncaught) -> thrown.set(uncaught));
      other.start();
      other.join();
    }
    assertInstanceOf(WrongThreadException.class, thrown.get());
  }

  @Test
  void readOnlySegmentCanBeWrittenFromButNotReadInto() {
    MemorySegment readOnly = arena.allocate(16).asReadOnly();
    assertThrows(IllegalArgumentException.class, () -> TransferCalls.pread(file.fd(), readOnly, 0));
    assertEquals(16, TransferCalls.pwrite(file.fd(), readOnly, 0));
  }

  @Test
  void vectorScattersAndGathers() {
    MemorySegment first = arena.allocate(100);
    MemorySegment second = arena.allocate(50);
    IoVec vector = new IoVec(arena, 4);
    vector.add(first);
    vector.add(second);
    assertEquals(150, TransferCalls.preadv2(file.fd(), vector, PAGE - 100, 0));
    assertEquals('a', first.get(ValueLayout.JAVA_BYTE, 99));
    assertEquals('b', second.get(ValueLayout.JAVA_BYTE, 0));

    long beyondInt = 5L << 30;
    assertEquals(
        150, TransferCalls.pwritev2(file.fd(), vector, beyondInt, TransferFlags.RWF_DSYNC));
    MemorySegment back = arena.allocate(150);
    assertEquals(150, TransferCalls.pread(file.fd(), back, beyondInt));
    assertArrayEquals(
        second.toArray(ValueLayout.JAVA_BYTE), back.asSlice(100).toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  void vectorIsSentFromWhereItWasAdvancedTo() {
    MemorySegment memory = arena.allocate(200);
    IoVec vector = new IoVec(arena, 2);
    vector.add(memory.asSlice(0, 100));
    vector.add(memory.asSlice(100, 100));
    vector.advance(120);
    assertEquals(80, TransferCalls.preadv2(file.fd(), vector, 0, 0));
    assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 119));
    assertEquals('a', memory.get(ValueLayout.JAVA_BYTE, 120));
  }

  @Test
  void vectorAtTheFilesOwnPositionIsRefused() {
    IoVec vector = new IoVec(arena, 1);
    vector.add(arena.allocate(16));
    assertEquals(-Errno.EINVAL, TransferCalls.preadv2(file.fd(), vector, -1, 0));
    assertEquals(-Errno.EINVAL, TransferCalls.pwritev2(file.fd(), vector, -1, 0));
  }

  @Test
  void flagThatTheKernelDoesNotKnowIsRefused() {
    IoVec vector = new IoVec(arena, 1);
    vector.add(arena.allocate(16));
    assertEquals(-Errno.EOPNOTSUPP, TransferCalls.preadv2(file.fd(), vector, 0, 1 << 30));
  }

  @Test
  void systemCallTakesThePositionAsTheLibrarysFunctionDoes() throws Throwable {
    MethodHandle preadv2 = TransferCalls.vectoredSyscall(Abi.NATIVE.callPreadv2());
    ErrnoCapture capture = ErrnoCapture.unpooled(arena);
    MemorySegment memory = arena.allocate(16);
    IoVec vector = new IoVec(arena, 1);
    vector.add(memory);
    long returned =
        (long)
            preadv2.invokeExact(
                capture.segment(), file.fd(), vector.pending(), vector.count(), 4096L, 0);
    assertEquals(16, capture.result(returned));
    assertEquals('b', memory.get(ValueLayout.JAVA_BYTE, 0));
  }
}
