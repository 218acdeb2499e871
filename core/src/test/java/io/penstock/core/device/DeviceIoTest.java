package io.penstock.core.device;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.Completable;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Plug;
import io.penstock.core.completion.Reaping;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.fixture.Background;
import io.penstock.core.memory.IoArena;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceIoTest {
  private final MemoryDevice memory = MemoryDevice.of(1 << 20);

  @AfterEach
  void close() {
    memory.close();
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static void roundTrip(BlockDevice device, MemorySegment memory) throws IOException {
    byte[] expected = random((int) memory.byteSize());
    memory.copyFrom(MemorySegment.ofArray(expected));
    DeviceIo.write(device, 512, memory);
    memory.fill((byte) 0);
    DeviceIo.read(device, 512, memory);
    assertArrayEquals(expected, memory.toArray(ValueLayout.JAVA_BYTE));
  }

  @Test
  @Rule("BIO-3")
  void transferIsSplitAsTheLimitsAsk() throws IOException {
    RecordDevice record = new RecordDevice(memory);
    LimitDevice narrow = new LimitDevice(record, memory.limits().withMaximum(3, 1024, 2560));
    roundTrip(narrow, MemorySegment.ofArray(new byte[6144]));
    assertEquals(
        List.of(2560L, 2560L, 1024L),
        record.transfers(Direction.READ).stream().map(DeviceEvent.Transfer::length).toList());
    assertEquals(
        List.of(512L, 512L + 2560, 512L + 5120),
        record.transfers(Direction.READ).stream().map(DeviceEvent.Transfer::fileOffset).toList());
    assertEquals(
        List.of(1024L, 1024L, 512L), record.transfers(Direction.WRITE).getFirst().pieceLengths());
    assertTrue(record.transfers().getFirst().synchronous());
  }

  @Test
  @Rule("BIO-3")
  void bioEndsAtWhicheverLimitComesFirst() throws IOException {
    assertEquals(List.of(2048L, 2048L), writes(memory.limits().withMaximum(4, 1024, 2048), 4096));
    assertEquals(List.of(2048L, 2048L), writes(memory.limits().withMaximum(2, 1024, 4096), 4096));
  }

  private List<Long> writes(QueueLimits limits, int bytes) throws IOException {
    RecordDevice record = new RecordDevice(memory);
    roundTrip(new LimitDevice(record, limits), MemorySegment.ofArray(new byte[bytes]));
    return record.transfers(Direction.WRITE).stream().map(DeviceEvent.Transfer::length).toList();
  }

  @Test
  @Rule("MEM-4")
  void anyMemoryWillDo() throws IOException {
    QueueLimits demanding =
        memory.limits().withMemoryAccess(false, false).withMemoryAlignment(4096);
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared();
        IoArena io = IoArena.ofShared();
        DelayDevice device =
            new DelayDevice(new LimitDevice(MemoryDevice.of(1 << 20), demanding), Duration.ZERO)) {
      for (MemorySegment each :
          List.of(
              MemorySegment.ofArray(new byte[1024]),
              confined.allocate(1024, 4096),
              shared.allocate(1024, 4096),
              io.allocate(1024, 4096),
              io.allocate(4096 + 1024, 4096).asSlice(8, 1024),
              Arena.ofAuto().allocate(200 << 10, 4096),
              MemorySegment.ofArray(new byte[200 << 10]))) {
        roundTrip(device, each);
      }
      assertEquals(0, io.inFlight());
    }
  }

  @Test
  @Rule("MEM-4")
  void memoryIsCopiedOnlyWhereTheDeviceCannotBeGivenIt() throws IOException {
    try (Arena confined = Arena.ofConfined();
        Arena shared = Arena.ofShared();
        IoArena io = IoArena.ofShared()) {
      MemorySegment held = io.allocate(8192, 4096);
      MemorySegment closeable = shared.allocate(8192, 4096);
      expectGiven("itself, arena held", "itself, arena held", held, io);
      expectGiven("a copy", "a copy", held.asSlice(8, 1024), io);
      expectGiven("itself", "itself", Arena.ofAuto().allocate(1024, 4096), io);
      expectGiven("itself, borrowed", "a copy", closeable, io);
      expectGiven("a copy", "a copy", closeable.asSlice(8, 1024), io);
      expectGiven("itself, borrowed", "a copy", confined.allocate(1024, 4096), io);
      expectGiven("itself", "a copy", MemorySegment.ofArray(new byte[1024]), io);
      assertEquals(0, io.inFlight());
    }
  }

  /** What a device is given that takes all memory in the caller, and one that does not. */
  private void expectGiven(String willing, String strict, MemorySegment segment, IoArena io)
      throws IOException {
    for (boolean any : new boolean[] {true, false}) {
      List<String> given = new ArrayList<>();
      QueueLimits limits = memory.limits().withMemoryAccess(any, any).withMemoryAlignment(4096);
      BlockDevice device =
          new ForwardingDevice(new LimitDevice(memory, limits)) {
            @Override
            public void submit(Bio bio) {
              given.add(
                  (bio.segment(0).equals(segment) ? "itself" : "a copy")
                      + (bio.isBorrowed(0) ? ", borrowed" : "")
                      + (io.inFlight() > 0 ? ", arena held" : ""));
              super.submit(bio);
            }
          };
      DeviceIo.write(device, 0, segment);
      assertEquals(List.of(any ? willing : strict), given, segment + " " + any);
    }
  }

  @Test
  void wholeTransferFailsWithTheDevicesError() {
    ErrorDevice device = new ErrorDevice(memory).add(Fault.of(Errno.EIO).within(4096, 512));
    LimitDevice narrow = new LimitDevice(device, memory.limits().withMaximum(1, 512, 512));
    BlockIoException error =
        assertThrows(
            BlockIoException.class,
            () -> DeviceIo.read(narrow, 0, MemorySegment.ofArray(new byte[8192])));
    assertTrue(error.is(Errno.EIO));
    assertEquals(4096, error.position());
  }

  @Test
  void unalignedTransferIsRefused() {
    for (int[] bad : new int[][] {{1, 512}, {0, 511}, {-512, 512}}) {
      BlockIoException error =
          assertThrows(
              BlockIoException.class,
              () -> DeviceIo.read(memory, bad[0], MemorySegment.ofArray(new byte[bad[1]])));
      assertTrue(error.is(Errno.EINVAL));
      String message = String.valueOf(error.getMessage());
      assertTrue(message.contains("offset and length must be multiples of the"), message);
    }
  }

  @Test
  void emptyTransferDoesNothing() throws IOException {
    RecordDevice record = new RecordDevice(memory);
    DeviceIo.read(record, 0, MemorySegment.ofArray(new byte[0]));
    assertTrue(record.events().isEmpty());
  }

  @Test
  @Rule("BIO-10")
  void bytesAreAccounted() throws IOException {
    roundTrip(memory, MemorySegment.ofArray(new byte[1024]));
    assertEquals(1024, memory.counters().readBytes());
    assertEquals(1024, memory.counters().writtenBytes());
  }

  @Test
  @Rule("ADM-7")
  void interruptDoesNotCutTheWaitShortAndIsKept() throws Exception {
    HoldDevice hold = new HoldDevice(memory);
    Background<Boolean> reader =
        Background.start(
            () -> {
              DeviceIo.read(hold, 0, Arena.ofAuto().allocate(512));
              return Thread.currentThread().isInterrupted();
            });
    assertTrue(hold.awaitPending(1, Duration.ofSeconds(30)));
    reader.awaitParked().thread().interrupt();
    while (reader.thread().isInterrupted()) {
      Thread.onSpinWait();
    }
    assertFalse(reader.awaitParked().isDone());
    hold.complete(0);
    assertTrue(reader.result());
  }

  @Test
  @Rule("BIO-7")
  void whatIsPluggedBeginsBeforeItIsWaitedFor() throws Exception {
    BlockDevice plugging =
        new ForwardingDevice(memory) {
          @Override
          public void submit(Bio bio) {
            assertTrue(HandlerQueue.current().plug(() -> delegate().submit(bio)));
          }
        };
    Background.start(
            () -> {
              Plug.begin();
              try {
                DeviceIo.read(plugging, 0, MemorySegment.ofArray(new byte[512]));
              } finally {
                Plug.end();
              }
              return null;
            })
        .result();
    assertEquals(512, memory.counters().readBytes());
  }

  @Test
  @Rule("BIO-7")
  void whatTheThreadHoldsBackIsBegunBeforeItWaits() throws Exception {
    HoldDevice hold = new HoldDevice(memory);
    Background<Integer> reading =
        Background.start(
            () -> {
              Plug.begin();
              try {
                HandlerQueue.current().plug(hold::completeAll);
                DeviceIo.read(hold, 0, Arena.ofAuto().allocate(512));
                return hold.pending();
              } finally {
                Plug.end();
              }
            });
    assertEquals(0, reading.result());
  }

  @Test
  @Rule("CMP-10")
  void waitingOnADevicesThreadIsRefused() {
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Reaping.begin();
    HandlerQueue.current()
        .add(
            new Completable() {
              @Override
              protected void runCompletion() {
                try {
                  DeviceIo.read(memory, 0, MemorySegment.ofArray(new byte[512]));
                } catch (IOException | IllegalStateException e) {
                  thrown.complete(e);
                }
              }
            });
    Reaping.end();
    assertTrue(thrown.getNow(null) instanceof IllegalStateException);
  }
}
