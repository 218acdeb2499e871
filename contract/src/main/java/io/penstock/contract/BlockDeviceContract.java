package io.penstock.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What every {@link BlockDevice} promises. Subclasses open the device; what it need not offer (heap
 * memory, forced unit access, atomic writes, work in the caller) is skipped by its {@linkplain
 * QueueLimits limits}.
 *
 * <p>Contents before the first write are not part of the contract.
 */
public abstract class BlockDeviceContract {
  private static final long SIZE = 8L << 20;
  private static final int THREADS = 8;

  private BlockDevice device;
  private QueueLimits limits;
  private IoArena arena;
  private int block;

  /**
   * Opens a device of at least {@code size} bytes, of which the test is the only user; the test
   * closes it.
   *
   * @param size bytes, a multiple of 1 MiB
   */
  protected abstract BlockDevice open(long size) throws Exception;

  @BeforeEach
  final void openDevice() throws Exception {
    arena = IoArena.ofShared();
    device = open(SIZE);
    limits = device.limits();
    block = limits.logicalBlock();
  }

  @AfterEach
  final void closeDevice() throws Exception {
    device.close();
    arena.close();
  }

  // --- what it says of itself ---

  @Test
  final void tellsNameSizeLimitsAndCounters() {
    assertFalse(device.name().isEmpty());
    assertTrue(device.size() >= SIZE, () -> "size " + device.size());
    assertEquals(limits, device.limits(), "limits must stay the same");
    assertTrue(device.size() == Long.MAX_VALUE || device.size() % block == 0, "whole blocks");
    assertSame(device.counters(), device.counters());
  }

  @Test
  @Rule("BIO-10")
  final void leavesCountingToTheEngine() throws IOException {
    write(0, bytes(1, block));
    assertEquals(0, device.counters().writes());
    assertEquals(0, device.counters().writtenBytes());
  }

  // --- transfers ---

  @Test
  final void readsWhatWasWritten() throws IOException {
    byte[] written = bytes(2, 16 * block);
    write(4L * block, written);
    assertArrayEquals(written, read(4L * block, written.length));
  }

  @Test
  final void readsAndWritesTheFirstAndTheLastBlock() throws IOException {
    long last = SIZE - block;
    byte[] first = bytes(3, block);
    byte[] end = bytes(4, block);
    write(0, first);
    write(last, end);
    assertArrayEquals(first, read(0, block));
    assertArrayEquals(end, read(last, block));
  }

  @Test
  final void writesNothingBesideTheRange() throws IOException {
    byte[] around = bytes(5, 8 * block);
    write(0, around);
    byte[] inside = bytes(6, block);
    write(3L * block, inside);
    System.arraycopy(inside, 0, around, 3 * block, block);
    assertArrayEquals(around, read(0, around.length));
  }

  @Test
  final void readsNothingBesideThePiece() throws IOException {
    byte[] written = bytes(7, block);
    write(0, written);
    int unit = Math.max(block, limits.memoryAlignment());
    MemorySegment memory = allocate(3L * unit).fill((byte) 0x5A);
    ContractBio.read(device, 0, memory.asSlice(unit, block)).submit().awaitSuccess();
    assertEquals(-1, firstOther(memory.asSlice(0, unit), (byte) 0x5A));
    assertArrayEquals(
        written, memory.asSlice(unit, block).toArray(ValueLayout.JAVA_BYTE), "the piece itself");
    assertEquals(
        -1,
        firstOther(memory.asSlice(unit + block, memory.byteSize() - unit - block), (byte) 0x5A));
  }

  @Test
  final void writesReadOnlyMemory() throws IOException {
    byte[] written = bytes(8, block);
    ContractBio.write(device, 0, segment(written).asReadOnly()).submit().awaitSuccess();
    assertArrayEquals(written, read(0, block));
  }

  @Test
  final void gathersAndScattersSeveralPieces() throws IOException {
    int pieces = (int) Math.min(Math.min(5, limits.maxSegments()), limits.maxBytes() / block);
    boolean growing = 15L * block <= limits.maxBytes() && 5L * block <= limits.maxSegmentBytes();
    List<byte[]> parts = new ArrayList<>();
    for (int i = 0; i < pieces; i++) {
      parts.add(bytes(9 + i, growing ? (i + 1) * block : block));
    }
    MemorySegment[] sources = parts.stream().map(this::segment).toArray(MemorySegment[]::new);
    ContractBio.write(device, block, sources).submit().awaitSuccess();

    MemorySegment[] targets =
        parts.stream().map(part -> allocate(part.length)).toArray(MemorySegment[]::new);
    ContractBio.read(device, block, targets).submit().awaitSuccess();
    for (int i = 0; i < pieces; i++) {
      assertArrayEquals(parts.get(i), targets[i].toArray(ValueLayout.JAVA_BYTE), "piece " + i);
    }
  }

  @Test
  @Rule("BIO-3")
  final void takesAsManyPiecesAsItsLimitSays() throws IOException {
    int pieces = (int) Math.min(Math.min(limits.maxSegments(), 1024), limits.maxBytes() / block);
    pieces = (int) Math.min(pieces, SIZE / block);
    int stride = Math.max(block, limits.memoryAlignment()) * 2;
    byte[] written = bytes(20, pieces * block);
    MemorySegment memory = allocate((long) pieces * stride);
    MemorySegment[] sources = new MemorySegment[pieces];
    for (int i = 0; i < pieces; i++) {
      sources[i] = memory.asSlice((long) i * stride, block);
      MemorySegment.copy(written, i * block, sources[i], ValueLayout.JAVA_BYTE, 0, block);
    }
    ContractBio.write(device, 0, sources).submit().awaitSuccess();
    assertArrayEquals(written, read(0, written.length));
  }

  @Test
  final void takesHeapMemoryIfItSaysSo() throws IOException {
    assumeTrue(limits.acceptsHeap(), "skipped: the device takes no memory of the heap");
    byte[] written = bytes(21, 2 * block);
    ContractBio.write(device, 0, MemorySegment.ofArray(written)).submit().awaitSuccess();
    byte[] read = new byte[written.length];
    ContractBio.read(device, 0, MemorySegment.ofArray(read)).submit().awaitSuccess();
    assertArrayEquals(written, read);
  }

  // --- completion ---

  @Test
  @Rule("CMP-8")
  final void completesEveryBioExactlyOnce() throws IOException {
    List<ContractBio> bios = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      bios.add(ContractBio.write(device, (long) i * block, segment(bytes(i, block))));
    }
    bios.add(ContractBio.read(device, farPastTheEnd(), allocate(block)));
    bios.forEach(ContractBio::submit);
    bios.forEach(ContractBio::await);
    device.flush();
    device.close();
    for (ContractBio bio : bios) {
      assertEquals(1, bio.completions());
    }
  }

  @Test
  @Rule("BIO-7")
  final void takesABatch() throws IOException {
    int count = 64;
    byte[] written = bytes(22, count * block);
    Bio[] batch = new Bio[count + 2];
    List<ContractBio> bios = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] part = new byte[block];
      System.arraycopy(written, i * block, part, 0, block);
      ContractBio bio = ContractBio.write(device, (long) i * block, segment(part));
      bios.add(bio);
      batch[i + 1] = bio.ready();
    }
    device.submit(batch, 1, count + 1);
    Arrays.fill(batch, null); // the array is only the device's during the call
    for (ContractBio bio : bios) {
      bio.awaitSuccess();
      assertEquals(1, bio.completions());
    }
    assertArrayEquals(written, read(0, written.length));
  }

  @Test
  final void takesAnEmptyBatch() {
    device.submit(new Bio[4], 2, 2);
  }

  @Test
  final void letsABioBeUsedAgainOnceItIsDone() throws IOException {
    for (int i = 0; i < 50; i++) {
      byte[] written = bytes(i, block);
      write((i % 4) * (long) block, written);
      assertArrayEquals(written, read((i % 4) * (long) block, block));
    }
  }

  @Test
  @Rule("ADM-7")
  final void carriesSynchronousBiosOutInTheCallerIfItSaysSo() throws IOException {
    assumeTrue(limits.runsInCaller(), "skipped: the device does nothing in the caller's thread");
    byte[] written = bytes(23, block);
    try (Arena confined = Arena.ofConfined()) {
      MemorySegment memory = confined.allocate(block, limits.memoryAlignment());
      memory.copyFrom(MemorySegment.ofArray(written));
      ContractBio write = ContractBio.write(device, 0).addBorrowed(memory);
      write.bio().synchronous(true);
      write.submit();
      assertTrue(write.isDone(), "complete when submit returns");
      assertSame(Thread.currentThread(), write.completedBy());
      write.awaitSuccess();

      memory.fill((byte) 0);
      ContractBio read = ContractBio.read(device, 0).addBorrowed(memory);
      read.bio().synchronous(true);
      read.submit().awaitSuccess();
      assertArrayEquals(written, memory.toArray(ValueLayout.JAVA_BYTE));
    }
  }

  @Test
  @Rule("MEM-4")
  final void failsWhenBorrowedMemoryIsClosedAndDoesNotThrow() {
    assumeTrue(limits.runsInCaller(), "skipped: the device does nothing in the caller's thread");
    MemorySegment closed;
    try (Arena confined = Arena.ofConfined()) {
      closed = confined.allocate(block, limits.memoryAlignment());
    }
    ContractBio read = ContractBio.read(device, 0).addBorrowed(closed);
    read.bio().synchronous(true);
    read.submit().await();
    assertInstanceOf(IOException.class, read.error());
    assertEquals(1, read.completions());
  }

  @Test
  @Tag("stress")
  @Tag("stress")
  final void carriesOutSynchronousBiosFromSeveralThreads() throws Exception {
    fromManyThreads(thread -> exercise(thread, true));
  }

  @Test
  @Tag("stress")
  final void takesBiosFromSeveralThreadsAtOnce() throws Exception {
    fromManyThreads(thread -> exercise(thread, false));
  }

  /** Writes and reads back random ranges of the thread's own share of the device, in batches. */
  private Void exercise(int thread, boolean synchronous) throws IOException {
    SplittableRandom random = new SplittableRandom(thread);
    long share = SIZE / THREADS;
    long start = thread * share;
    int slots = 8;
    long slot = share / slots;
    int mostBlocks = (int) Math.min(Math.min(slot, step()) / block, 8);
    for (int round = 0; round < 40; round++) {
      List<ContractBio> writes = new ArrayList<>();
      List<byte[]> contents = new ArrayList<>();
      for (int i = 0; i < slots; i++) {
        int blocks = random.nextInt(1, mostBlocks + 1);
        byte[] content = new byte[blocks * block];
        random.nextBytes(content);
        contents.add(content);
        ContractBio write = ContractBio.write(device, start + i * slot, segment(content));
        write.bio().synchronous(synchronous);
        writes.add(write);
      }
      Bio[] batch = writes.stream().map(ContractBio::ready).toArray(Bio[]::new);
      device.submit(batch, 0, batch.length);
      for (ContractBio write : writes) {
        write.awaitSuccess();
      }
      for (int i = 0; i < slots; i++) {
        byte[] expected = contents.get(i);
        assertArrayEquals(expected, read(start + i * slot, expected.length));
      }
    }
    return null;
  }

  // --- mistakes are completions ---

  @Test
  @Rule("ADM-3")
  final void failsAnUnalignedOffset() {
    assertFails(ContractBio.read(device, 1, allocate(block)));
    assertFails(ContractBio.write(device, block / 2, allocate(block)));
  }

  @Test
  @Rule("ADM-3")
  final void failsAnUnalignedLength() {
    assertFails(ContractBio.read(device, 0, allocate(block - 1L)));
    assertFails(ContractBio.write(device, 0, allocate(block + 1L)));
  }

  @Test
  final void failsAReadPastTheEnd() {
    assumeTrue(device.size() < Long.MAX_VALUE, "skipped: the device has no end");
    assertFails(ContractBio.read(device, device.size(), allocate(block)));
    assertFails(ContractBio.read(device, farPastTheEnd(), allocate(block)));
  }

  @Test
  final void failsAReadAcrossTheEnd() {
    assumeTrue(device.size() < Long.MAX_VALUE, "skipped: the device has no end");
    assertFails(ContractBio.read(device, device.size() - block, allocate(2L * block)));
  }

  @Test
  final void failsAWritePastTheEndWithNoSpace() {
    assumeTrue(device.size() < Long.MAX_VALUE, "skipped: the device has no end");
    IOException past = assertFails(ContractBio.write(device, device.size(), allocate(block)));
    assertEquals(Errno.ENOSPC.number(), errno(past));
    assumeTrue(step() >= 2 * block, "skipped: the device moves a block at a time");
    IOException across =
        assertFails(ContractBio.write(device, device.size() - block, allocate(2L * block)));
    assertEquals(Errno.ENOSPC.number(), errno(across));
  }

  @Test
  @Rule("BIO-3")
  final void completesABioOfTooManyPiecesOnce() {
    assumeTrue(limits.maxSegments() < 2048, "skipped: any number of pieces will do");
    int pieces = limits.maxSegments() + 1;
    int stride = Math.max(block, limits.memoryAlignment()) * 2;
    MemorySegment memory = allocate((long) pieces * stride);
    MemorySegment[] targets =
        IntStream.range(0, pieces)
            .mapToObj(i -> memory.asSlice((long) i * stride, block))
            .toArray(MemorySegment[]::new);
    ContractBio bio = ContractBio.read(device, 0, targets).submit().await();
    assertEquals(1, bio.completions());
  }

  @Test
  final void goesOnAfterAnError() throws IOException {
    assertFails(ContractBio.read(device, 1, allocate(block)));
    byte[] written = bytes(24, block);
    write(0, written);
    assertArrayEquals(written, read(0, block));
  }

  // --- durability ---

  @Test
  final void flushes() throws IOException {
    device.flush();
    byte[] written = bytes(25, block);
    write(0, written);
    device.flush();
    assertArrayEquals(written, read(0, block));
  }

  @Test
  @Rule("BIO-9")
  final void writesWithForcedUnitAccessIfItSaysSo() throws IOException {
    assumeTrue(limits.forcedUnitAccess(), "skipped: the device has no forced unit access");
    byte[] written = bytes(26, block);
    ContractBio write = ContractBio.write(device, 0, segment(written));
    write.bio().forcedUnitAccess(true);
    write.submit().awaitSuccess();
    assertArrayEquals(written, read(0, block));
  }

  @Test
  @Rule("BIO-9")
  final void writesAtomicallyIfItSaysSo() throws IOException {
    assumeTrue(limits.atomicWriteMax() > 0, "skipped: the device has no atomic writes");
    int length = (int) Math.max(block, limits.atomicWriteMin());
    byte[] written = bytes(27, length);
    ContractBio write = ContractBio.write(device, length, segment(written));
    write.bio().atomic(true);
    write.submit().awaitSuccess();
    assertArrayEquals(written, read(length, length));
  }

  @Test
  @Rule("BIO-9")
  final void failsAnAtomicWriteItCannotDo() {
    long tooLong = Math.max(block, limits.atomicWriteMax() * 2);
    assumeTrue(
        tooLong <= Math.min(limits.maxBytes(), SIZE), "skipped: nothing is too long to be atomic");
    ContractBio write = ContractBio.write(device, 0, allocate(tooLong));
    write.bio().atomic(true);
    assertFails(write);
  }

  @Test
  @Rule("MAP-6")
  final void keepsWhatWasWrittenWhenAliasesAreDropped() throws IOException {
    byte[] written = bytes(28, 4 * block);
    write(0, written);
    device.dropCachedAliases(0, written.length);
    assertArrayEquals(written, read(0, written.length));
  }

  // --- cancelling ---

  @Test
  @Rule("CMP-11")
  final void ignoresACancelOfAnotherUse() throws IOException {
    byte[] written = bytes(29, block);
    ContractBio write = ContractBio.write(device, 0, segment(written));
    long generation = write.bio().generation();
    device.cancel(write.bio(), generation - 1);
    write.submit();
    device.cancel(write.bio(), generation + 1);
    write.awaitSuccess();
    device.cancel(write.bio(), generation);
    assertEquals(1, write.completions());
    assertArrayEquals(written, read(0, block));
  }

  @Test
  @Rule("CMP-11")
  final void completesACancelledBioOnce() {
    List<ContractBio> bios = new ArrayList<>();
    for (int i = 0; i < 32; i++) {
      ContractBio bio = ContractBio.write(device, (long) i * block, allocate(block));
      long generation = bio.bio().generation();
      bio.submit();
      device.cancel(bio.bio(), generation);
      bios.add(bio);
    }
    for (ContractBio bio : bios) {
      bio.await();
      assertEquals(1, bio.completions());
      assertSuccessOrCancelled(bio);
    }
  }

  @Test
  @Rule("CMP-11")
  final void completesABioOnceWhoseCancelCameBeforeIt() {
    ContractBio bio = ContractBio.write(device, 0, allocate(block));
    bio.bio().requestCancel(bio.bio().generation());
    bio.submit().await();
    assertEquals(1, bio.completions());
    assertSuccessOrCancelled(bio);
  }

  @Test
  @Tag("stress")
  @Rule("CMP-11")
  final void lateCancelNeverHitsTheNextUse() throws Exception {
    Semaphore ended = new Semaphore(0);
    AtomicReference<IOException> failure = new AtomicReference<>();
    Bio bio =
        new Bio(
            (done, error) -> {
              failure.compareAndSet(null, error);
              done.release();
              ended.release();
            });
    AtomicLong lastDone = new AtomicLong(-1);
    AtomicBoolean stop = new AtomicBoolean();
    Thread canceller =
        Thread.ofPlatform()
            .name("contract-canceller")
            .daemon()
            .start(
                () -> {
                  while (!stop.get()) {
                    long late = lastDone.get();
                    bio.requestCancel(late);
                    device.cancel(bio, late);
                  }
                });
    MemorySegment memory = allocate(block);
    try {
      for (int i = 0; i < 1000; i++) {
        bio.begin(Direction.WRITE, device, (i % 64) * (long) block, 0);
        bio.add(memory, 0, block, false, block);
        long generation = bio.generation();
        bio.markInFlight();
        device.submit(bio);
        assertTrue(ended.tryAcquire(30, TimeUnit.SECONDS), "not completed");
        lastDone.set(generation);
      }
    } finally {
      stop.set(true);
      canceller.join();
    }
    assertNull(failure.get());
    assertEquals(0, ended.availablePermits(), "completed more often than submitted");
  }

  private static void assertSuccessOrCancelled(ContractBio bio) {
    IOException error = bio.error();
    if (error != null) {
      assertEquals(Errno.ECANCELED.number(), errno(error), error.toString());
    }
  }

  // --- closing ---

  @Test
  final void closesTwice() throws IOException {
    write(0, bytes(30, block));
    device.close();
    device.close();
  }

  // --- tools ---

  private void write(long offset, byte[] bytes) throws IOException {
    int step = step();
    for (int done = 0; done < bytes.length; done += step) {
      MemorySegment part =
          MemorySegment.ofArray(bytes).asSlice(done, Math.min(step, bytes.length - done));
      MemorySegment memory = allocate(part.byteSize()).copyFrom(part);
      ContractBio.write(device, offset + done, memory).submit().awaitSuccess();
    }
  }

  private byte[] read(long offset, int length) throws IOException {
    MemorySegment whole = MemorySegment.ofArray(new byte[length]);
    int step = step();
    for (int done = 0; done < length; done += step) {
      MemorySegment memory = allocate(Math.min(step, length - done));
      ContractBio.read(device, offset + done, memory).submit().awaitSuccess();
      MemorySegment.copy(memory, 0, whole, done, memory.byteSize());
    }
    return whole.toArray(ValueLayout.JAVA_BYTE);
  }

  /** Bytes of the largest bio of one piece. */
  private int step() {
    return (int) Math.min(Math.min(limits.maxBytes(), limits.maxSegmentBytes()), 1 << 20);
  }

  private static IOException assertFails(ContractBio bio) {
    bio.submit().await();
    assertEquals(1, bio.completions());
    return assertInstanceOf(IOException.class, bio.error());
  }

  private static int errno(IOException error) {
    return assertInstanceOf(BlockIoException.class, error).errno();
  }

  private long farPastTheEnd() {
    return Long.MAX_VALUE - Long.MAX_VALUE % block - block;
  }

  private MemorySegment allocate(long bytes) {
    return arena.allocate(bytes, Math.max(8, limits.memoryAlignment()));
  }

  private MemorySegment segment(byte[] bytes) {
    return allocate(bytes.length).copyFrom(MemorySegment.ofArray(bytes));
  }

  private static byte[] bytes(long seed, int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(seed).nextBytes(bytes);
    return bytes;
  }

  private static long firstOther(MemorySegment memory, byte expected) {
    for (long i = 0; i < memory.byteSize(); i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, i) != expected) {
        return i;
      }
    }
    return -1;
  }

  private static void fromManyThreads(ThreadWork work) throws Exception {
    CyclicBarrier start = new CyclicBarrier(THREADS);
    try (ExecutorService pool =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("contract-", 0).daemon().factory())) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        int thread = i;
        tasks.add(
            () -> {
              start.await();
              return work.run(thread);
            });
      }
      for (Future<Void> done : pool.invokeAll(tasks)) {
        assertNull(done.get());
      }
    }
  }

  /** What one of many threads does. */
  private interface ThreadWork {
    Void run(int thread) throws Exception;
  }
}
