package io.penstock.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.HoldDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What every {@link BlockMapper} that allocates promises. A subclass makes an empty file of its
 * layout on a device full of old data (poison); the tests write to it through the engine while
 * holding the device back.
 */
public abstract class BlockMapperContract {
  private static final byte POISON = -0x5B;
  private static final byte DATA = 0x11;
  private static final long DEVICE_BYTES = 16L << 20;
  private static final int BLOCKS = 4;
  private static final Duration METADATA = Duration.ofMillis(5);

  private final MemoryDevice memory =
      MemoryDevice.builder().size(DEVICE_BYTES).limits(QueueLimits.of(512)).build();
  private final HoldDevice device = new HoldDevice(memory);
  private final IoArena arena = IoArena.ofShared();
  private final AtomicLong ended = new AtomicLong();
  private BlockFile file;
  private int blockSize;

  /**
   * Makes an empty file whose layout takes its blocks from {@code device} and publishes its size at
   * end of I/O. It may read and write its metadata on {@code device} meanwhile.
   *
   * @param device 16 MiB, logical block 512 bytes, full of old data
   */
  protected abstract BlockFile create(BlockDevice device) throws Exception;

  @BeforeEach
  final void createFile() throws Exception {
    memory.fill(POISON);
    FutureTask<BlockFile> creation = new FutureTask<>(() -> create(device));
    Thread.ofVirtual().name("create layout").start(creation);
    while (!creation.isDone()) {
      if (device.awaitPending(1, METADATA)) {
        device.completeAll(); // what the layout itself reads and writes
      }
    }
    file = creation.get();
    blockSize = file.blockSize();
  }

  @AfterEach
  final void release() {
    device.completeAll();
    file.close();
    arena.close();
  }

  @Test
  @Rule("MAP-2")
  void answersCoverTheFirstBlockAndNoMoreThanAsked() throws Exception {
    for (int asked = 1; asked <= BLOCKS; asked++) {
      Mapping answer = ask(0, asked, MapIntent.LOOK_UP);
      assertTrue(answer.blocks() >= 1 && answer.blocks() <= asked, answer::toString);
    }
  }

  @Test
  @Rule("MAP-2")
  void lookingUpAllocatesNothing() throws Exception {
    assertNotEquals(MappingKind.NEW, ask(0, BLOCKS, MapIntent.LOOK_UP).kind());
    assertNotEquals(MappingKind.NEW, ask(BLOCKS, 1, MapIntent.LOOK_UP).kind());
  }

  @Test
  @Rule("MAP-11")
  void blocksOfAWriteInFlightAreNotMappedForOthers() throws Exception {
    startWrite(0, BLOCKS);
    for (int block = 0; block < BLOCKS; block++) {
      MappingKind kind = ask(block, 1, MapIntent.LOOK_UP).kind();
      assertTrue(
          kind == MappingKind.HOLE || kind == MappingKind.UNWRITTEN,
          "block " + block + " is " + kind);
    }
    finishWrites(1);
    for (int block = 0; block < BLOCKS; block++) {
      assertEquals(MappingKind.MAPPED, ask(block, 1, MapIntent.LOOK_UP).kind(), "block " + block);
    }
  }

  @Test
  @Rule("MAP-11")
  void anotherWriteOfTheSameBlockIsNotGivenItAsNewAgain() throws Exception {
    startWrite(0, 1);
    MappingKind kind = ask(0, 1, MapIntent.ALLOCATE).kind();
    assertTrue(kind == MappingKind.HOLE || kind == MappingKind.UNWRITTEN, kind::toString);
    finishWrites(1);
  }

  @Test
  @Rule("MAP-11")
  void readerNeverSeesOldDataOfTheDevice() throws Exception {
    startWrite(BLOCKS, BLOCKS);
    finishWrites(1);
    MemorySegment read = arena.allocate(2L * BLOCKS * blockSize, 4096);
    readAll(read);
    for (long i = 0; i < read.byteSize(); i++) {
      byte expected = i < (long) BLOCKS * blockSize ? 0 : DATA;
      assertEquals(expected, read.get(ValueLayout.JAVA_BYTE, i), "byte " + i);
    }
  }

  @Test
  @Rule("ZERO-3")
  void blocksOfAFailedWriteStayUnreachable() throws Exception {
    startWrite(0, BLOCKS);
    device.fail(0, new BlockIoException(Errno.EIO, "write", device.name(), "planted"));
    device.completeAll();
    finishWrites(1);
    startWrite(BLOCKS, 1);
    finishWrites(2);
    MemorySegment read = arena.allocate((long) (BLOCKS + 1) * blockSize, 4096);
    readAll(read);
    for (long i = 0; i < read.byteSize(); i++) {
      byte got = read.get(ValueLayout.JAVA_BYTE, i);
      assertNotEquals(POISON, got, "byte " + i + " is old data");
    }
  }

  private Mapping ask(long block, long blocks, MapIntent intent) throws IOException {
    Mapping mapping = new Mapping().clear();
    file.mapper().map(new MapQuery().set(block, blocks, intent, false, file.size()), mapping);
    return mapping;
  }

  private void startWrite(long block, int blocks) throws IOException {
    MemorySegment data = arena.allocate((long) blocks * blockSize, 4096).fill(DATA);
    IoRequest request = DirectIo.newRequest();
    DirectIo.submit(
        request,
        Direction.WRITE,
        file,
        IoVector.of(data),
        block * blockSize,
        IoFlags.NONE,
        (done, bytes, error) -> ended.incrementAndGet());
  }

  private void finishWrites(long expected) {
    while (device.pending() > 0) {
      device.completeAll();
    }
    assertEquals(expected, ended.get(), "writes that have ended");
  }

  private void readAll(MemorySegment into) throws IOException {
    AtomicLong result = new AtomicLong(Long.MIN_VALUE);
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.READ,
        file,
        IoVector.of(into),
        0,
        IoFlags.NONE,
        (done, bytes, error) -> result.set(error == null ? bytes : -2));
    while (device.pending() > 0) {
      device.completeAll();
    }
    assertEquals(into.byteSize(), result.get());
  }
}
