package io.penstock.core.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Expect;
import io.penstock.core.fixture.Submitted;
import io.penstock.core.fixture.TestBed;
import io.penstock.core.fixture.UsesTestBed;
import io.penstock.core.fixture.Words;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How long memory lives that is under I/O, and that all of it is given back. */
@Rule("MEM-4")
class MemoryLifetimeTest extends UsesTestBed {
  @Test
  void closingAnIoArenaIsRefusedWhileItsMemoryIsInFlight() throws IOException {
    use(TestBed.of("0 mapped").holding());
    IoArena arena = IoArena.ofShared();
    Submitted read = bed.submit(Direction.READ, 0, arena.allocate(512, 512));
    IllegalStateException refusal = assertThrows(IllegalStateException.class, arena::close);
    assertEquals(
        "1 I/O operations on memory of this IoArena are in flight; wait for them, then close it",
        refusal.getMessage());
    bed.finish();
    assertEquals("b0*512", Words.of(read.memory));
    arena.close();
    assertEquals(
        "this IoArena is already closed",
        assertThrows(IllegalStateException.class, arena::close).getMessage());
  }

  @Test
  @Rule("CMP-11")
  void memoryOfACancelledRequestStaysValidUntilTheDeviceIsDone() throws IOException {
    use(TestBed.of("0 mapped").holding());
    bed.hold.ignoreCancel(true);
    IoArena arena = IoArena.ofShared();
    Submitted read = bed.submit(Direction.READ, 0, arena.allocate(512, 512));
    assertTrue(read.request.cancel(read.request.generation()));
    assertEquals(0, read.calls());
    assertThrows(IllegalStateException.class, arena::close);
    bed.finish();
    assertEquals(1, read.calls());
    arena.close();
  }

  @Test
  void arenaClosedUnderAReadThatIsCopiedIsAnErrorAndGivesEveryBufferBack() throws IOException {
    use(TestBed.of("0..256 mapped").size((1 << 20) + 4000).holding()); // zeros are to follow
    long before = BufferPool.shared().bytesInUse();
    Arena arena = Arena.ofShared();
    Submitted read = bed.submit(Direction.READ, 4096, arena.allocate(1 << 20, 512));
    assertEquals(1, bed.hold.pending(), "one bio of several copies");
    arena.close();
    bed.finish();
    Expect.error(
        Errno.EFAULT,
        "read file at 4096 length 1048576: EFAULT (bad memory): the caller's memory was closed"
            + " while the request was in flight",
        read.error());
    assertEquals(before, BufferPool.shared().bytesInUse());
  }

  @Test
  @Rule("ADM-12")
  void buffersOfCopiesThatWereNotSentAreGivenBack() throws IOException {
    use(TestBed.of("0..1 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)));
    long before = BufferPool.shared().bytesInUse();
    IoVector heap = IoVector.of(MemorySegment.ofArray(new byte[8192]));
    Expect.failure(
        Errno.EAGAIN, () -> DirectIo.write(bed.file, heap, 0, IoFlags.of(IoFlag.NOWAIT)));
    assertEquals(before, BufferPool.shared().bytesInUse());
    assertEquals(List.of(), bed.sent());
  }

  @Test
  void buffersOfCopiesAreGivenBackOnEveryPath() throws IOException {
    use(TestBed.of("0..255 mapped").holding());
    long before = BufferPool.shared().bytesInUse();
    MemorySegment heap = MemorySegment.ofArray(new byte[1 << 20]);
    Submitted fine = bed.submit(Direction.WRITE, 0, heap);
    assertTrue(BufferPool.shared().bytesInUse() > before);
    bed.finish();
    assertEquals(1 << 20, fine.bytes());
    assertEquals(before, BufferPool.shared().bytesInUse(), "done");
    bed.submit(Direction.READ, 0, heap);
    bed.hold.fail(0, new IOException("cable"));
    assertEquals(before, BufferPool.shared().bytesInUse(), "failed");
    Submitted cancelled = bed.submit(Direction.READ, 0, heap);
    cancelled.request.cancel(cancelled.request.generation());
    assertEquals(before, BufferPool.shared().bytesInUse(), "cancelled");
    bed.layout.nextAnswer((query, mapping) -> mapping.mapped(bed.device, 0, 1));
    bed.layout.nextAnswer((query, mapping) -> mapping.hole(-1));
    bed.submit(Direction.READ, 0, heap);
    bed.finish();
    assertEquals(before, BufferPool.shared().bytesInUse(), "the mapper was wrong");
  }

  @Test
  @Rule("WALK-1")
  void noMoreIsCopiedAtATimeThanTheDeviceTakesAtOnce() throws IOException {
    use(TestBed.of("0..3 mapped").limits(limits -> limits.withMaximum(8, 4096, 4096)).holding());
    long before = BufferPool.shared().bytesInUse();
    bed.submit(Direction.WRITE, 0, MemorySegment.ofArray(new byte[16384]));
    assertEquals(16384, BufferPool.shared().bytesInUse() - before);
  }

  @Test
  void pooledBufferIsGivenBackOnce() {
    use(TestBed.of(""));
    PooledBuffer buffer = BufferPool.shared().take(4096);
    buffer.close();
    assertEquals(
        "this pooled buffer was given back before",
        assertThrows(IllegalStateException.class, buffer::close).getMessage());
  }

  @Test
  void poolIsNotClosedWhileABufferIsTaken() {
    use(TestBed.of(""));
    BufferPool pool = new BufferPool();
    PooledBuffer buffer = pool.take(5000);
    assertEquals(8192, buffer.segment().byteSize());
    assertEquals(0, buffer.segment().address() % 8192);
    assertEquals(
        "8192 bytes of this pool's buffers were not given back; give them back, then close it:"
            + " pool a pool: 8192 bytes not given back; to see where they were taken, run with"
            + " -Dpenstock.leaks=true",
        assertThrows(IllegalStateException.class, pool::close).getMessage());
    buffer.close();
    pool.close();
    assertFalse(buffer.segment().scope().isAlive());
    assertEquals(
        "a pooled buffer of 4194305 bytes; it may have 1 to 4194304",
        assertThrows(IllegalArgumentException.class, () -> pool.take((4 << 20) + 1)).getMessage());
  }

  @Test
  void arenaOfASegmentWithoutBytesIsNotHeldAndSoNotLetGo() throws IOException {
    use(TestBed.of("0 mapped"));
    try (IoArena other = IoArena.ofShared()) {
      IoVector memory =
          IoVector.of(
              bed.memory(512, 'A'), other.allocate(512).asSlice(0, 0), bed.memory(512, 'B'));
      assertTrue(bed.arena.acquire()); // as if by another request
      assertEquals(1024, DirectIo.write(bed.file, memory, 0));
      assertEquals(1, bed.arena.inFlight());
      bed.arena.release();
    }
    assertEquals("A*512 B*512", bed.disk(0, 1024));
  }

  @Test
  void copyOfConfinedMemoryIsFreedWithItsRequest() throws IOException {
    use(TestBed.of("0 mapped").holding());
    try (Arena confined = Arena.ofConfined()) {
      Submitted write = bed.submit(Direction.WRITE, 0, confined.allocate(512, 512));
      MemorySegment copy = bed.hold.pending(0).segment(0);
      assertTrue(copy.scope().isAlive());
      bed.finish();
      assertEquals(512, write.bytes());
      assertFalse(copy.scope().isAlive());
    }
  }

  @Test
  @Rule("MEM-1")
  void arenaClosedInTheMiddleOfAWriteThatIsCopiedIsAFault() throws IOException {
    use(TestBed.of("0..1 mapped").blockByBlock().holding());
    long before = BufferPool.shared().bytesInUse();
    Arena arena = Arena.ofShared();
    Submitted write = bed.submit(Direction.WRITE, 0, arena.allocate(8192, 4096));
    arena.close();
    bed.finish();
    assertEquals(4096, write.bytes(), "what had been copied before");
    assertEquals(before, BufferPool.shared().bytesInUse());
  }
}
