package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.core.memory.SegmentSource;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Mappers, devices, hooks and sources of memory that break their contract: each request ends all
 * the same, once, with an error that names who it was, and nothing stays held. F=4096, L=512.
 */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HostileNeighboursTest {
  private static final int F = 4096;

  private final MemoryDevice memory = MemoryDevice.builder().name("disk").size(1 << 20).build();
  private final IoArena arena = IoArena.ofShared();
  private final List<String> warnings = new ArrayList<>();

  private BlockFile.Builder file(BlockDevice device, BlockMapper mapper) {
    return BlockFile.builder(device, mapper)
        .name("file")
        .blockSize(F)
        .size(64 * F)
        .warnings((subject, what, cause) -> warnings.add(what));
  }

  private BlockMapper straightOn(BlockDevice device) {
    return (query, mapping) -> mapping.mapped(device, query.firstBlock() * F, query.blocks());
  }

  private IoVector block() {
    return IoVector.of(arena.allocate(F, F));
  }

  private BlockIoException writeFails(BlockFile file) {
    return assertThrows(BlockIoException.class, () -> DirectIo.write(file, block(), 0));
  }

  private void nothingIsHeld(BlockFile file) {
    assertEquals(0, file.requestsInFlight());
    assertTrue(file.exclusion().isIdle());
    assertEquals(0, arena.inFlight());
    file.close();
  }

  // --- devices ---

  @Test
  @Rule("BIO-10")
  void aDeviceWithoutCountersDoesNotKeepARequestFromEnding() throws IOException {
    BlockDevice device =
        new ForwardingDevice(memory) {
          @Override
          public IoCounters counters() {
            throw new IllegalStateException("no counters");
          }
        };
    BlockFile file = file(device, straightOn(device)).build();
    assertEquals(F, DirectIo.write(file, block(), 0));
    assertEquals(List.of("the counters of its device threw"), warnings);
    nothingIsHeld(file);
  }

  @Test
  @Rule("CMP-11")
  void aDeviceThatThrowsWhenAskedToCancelDoesNotKeepARequestFromEnding() throws Exception {
    AtomicReference<Bio> held = new AtomicReference<>();
    BlockDevice device =
        new ForwardingDevice(memory) {
          @Override
          public void submit(Bio bio) {
            held.set(bio);
          }

          @Override
          public void cancel(Bio bio, long generation) {
            throw new IllegalStateException("never");
          }
        };
    BlockFile file = file(device, straightOn(device)).build();
    IoRequest request = DirectIo.newRequest();
    AtomicInteger ends = new AtomicInteger();
    long generation =
        DirectIo.submit(
            request,
            Direction.WRITE,
            file,
            block(),
            0,
            IoFlags.NONE,
            (done, bytes, error) -> ends.incrementAndGet());
    assertTrue(request.cancel(generation));
    assertEquals(List.of("its device threw when asked to cancel"), warnings);
    memory.submit(held.get());
    assertEquals(1, ends.get());
    nothingIsHeld(file);
  }

  /** Throws once it has what it is given, which it may begin with at any time. */
  private final class Thrower extends ForwardingDevice {
    private final List<Bio> taken = new ArrayList<>();

    Thrower() {
      super(
          MemoryDevice.builder()
              .name("disk")
              .size(1 << 20)
              .limits(QueueLimits.of(512).withMemoryAlignment(512).withMemoryAccess(false, false))
              .build());
    }

    @Override
    public void submit(Bio bio) {
      taken.add(bio);
      throw new IllegalStateException("no door");
    }

    BlockDevice behind() {
      return delegate();
    }

    void complete() {
      taken.forEach(super::submit);
      taken.clear();
    }
  }

  @Test
  @Rule({"BIO-4", "MEM-4"})
  void aDeviceThatThrowsMayStillTouchTheMemoryUntilItCompletes() throws IOException {
    Thrower device = new Thrower();
    BlockFile file = file(device, straightOn(device)).build();
    BlockIoException failure = writeFails(file);
    assertEquals(
        "submit disk at 0 length 4096: EIO (input/output error): submit threw"
            + " java.lang.IllegalStateException: no door, instead of completing the operation with"
            + " an error",
        failure.getMessage());
    assertEquals(0, file.requestsInFlight());
    assertThrows(IllegalStateException.class, arena::close, "it would be freed under the device");
    writeFails(file);
    assertEquals(2, arena.inFlight());
    Bio first = device.taken.get(0);
    assertNotSame(first, device.taken.get(1), "nor is the bio used again");
    device.complete();
    assertTrue(first.isIdle());
    nothingIsHeld(file);
  }

  @Test
  @Rule({"BIO-4", "MEM-4"})
  void aBufferThatIsWithADeviceThatThrewIsNotLentAgainUntilItCompletes() {
    Thrower device = new Thrower();
    BlockFile file = file(device, straightOn(device)).memoryPolicy(MemoryPolicy.BOUNCE).build();
    long before = BufferPool.shared().bytesInUse();
    IoVector bounced = IoVector.of(MemorySegment.ofArray(new byte[F]));
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> DirectIo.read(file, bounced, 0));
    assertEquals("submit", failure.operation(), failure.getMessage());
    assertTrue(BufferPool.shared().bytesInUse() > before);
    device.complete();
    assertEquals(before, BufferPool.shared().bytesInUse());
    nothingIsHeld(file);
  }

  @Test
  @Rule({"BIO-8", "MEM-4"})
  void whatAHookWasGivenBeforeItThrewIsLeftToTheDeviceAndTheRestIsNotSent() throws Exception {
    List<Bio> sent = new ArrayList<>();
    List<Bio> given = new ArrayList<>();
    AtomicReference<IOException> error = new AtomicReference<>();
    BlockFile file =
        file(memory, (query, mapping) -> mapping.mapped(memory, query.firstBlock() * 2L * F, 1))
            .submit(
                (bio, device) -> {
                  given.add(bio);
                  if (bio.fileOffset() == F) {
                    throw new IllegalStateException("no mirror");
                  }
                  sent.add(bio);
                })
            .build();
    MemorySegment three = arena.allocate(3 * F, F);
    IoRequest request = DirectIo.newRequest();
    DirectIo.submit(
        request,
        Direction.WRITE,
        file,
        IoVector.of(three),
        0,
        IoFlags.NONE,
        (done, bytes, failure) -> error.set(failure));
    assertEquals(2, given.size(), "the third is not sent after that");
    assertNull(error.get(), "the first is still with the device");
    sent.forEach(memory::submit);
    assertEquals("no mirror", error.get().getCause().getMessage());
    assertEquals(1, arena.inFlight());
    memory.submit(given.get(1));
    nothingIsHeld(file);
  }

  @Test
  @Rule({"BIO-7", "MEM-4"})
  void ofABatchWhatComesAfterTheOneThatADeviceThrewAtIsNotSent() throws Exception {
    List<Bio> given = new ArrayList<>();
    BlockDevice device =
        new ForwardingDevice(memory) {
          @Override
          public void submit(Bio bio) {
            given.add(bio);
            if (given.size() == 2) {
              throw new IllegalStateException("the second");
            }
          }
        };
    BlockFile file =
        file(device, (query, mapping) -> mapping.mapped(device, query.firstBlock() * 2L * F, 1))
            .build();
    AtomicReference<IOException> error = new AtomicReference<>();
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.READ,
        file,
        IoVector.of(arena.allocate(3 * F, F)),
        0,
        IoFlags.NONE,
        (done, bytes, failure) -> error.set(failure));
    assertEquals(2, given.size());
    assertEquals(2, arena.inFlight(), "the request's, which has ended, is not among them");
    given.forEach(memory::submit);
    assertEquals("the second", error.get().getCause().getMessage());
    nothingIsHeld(file);
  }

  @Test
  @Rule({"BIO-4", "MEM-4"})
  void aCopyOfConfinedMemoryIsFreedWhenADeviceThatThrewCompletes() throws Exception {
    Thrower device = new Thrower();
    BlockFile file = file(device, straightOn(device)).build();
    AtomicReference<IOException> error = new AtomicReference<>();
    try (Arena confined = Arena.ofConfined()) {
      DirectIo.submit(
          DirectIo.newRequest(),
          Direction.WRITE,
          file,
          IoVector.of(confined.allocate(F, F)),
          0,
          IoFlags.NONE,
          (done, bytes, failure) -> error.set(failure));
    }
    assertEquals("no door", error.get().getCause().getMessage());
    MemorySegment copy = device.taken.getFirst().segment(0);
    assertTrue(copy.scope().isAlive());
    device.complete();
    assertFalse(copy.scope().isAlive());
    nothingIsHeld(file);
  }

  /** The device completes at the very time when it is given up. */
  @Test
  @Rule({"CMP-8", "MEM-4"})
  void aBioThatIsAbandonedAndCompletedAtOnceEndsInOneWay() throws Exception {
    int rounds = 3000;
    AtomicInteger done = new AtomicInteger();
    AtomicInteger returned = new AtomicInteger();
    BioOwner owner =
        new BioOwner() {
          @Override
          public void bioDone(Bio bio, @Nullable IOException failure) {
            done.incrementAndGet();
            bio.release();
          }

          @Override
          public void bioReturned(Bio bio) {
            returned.incrementAndGet();
            bio.release();
          }
        };
    Bio bio = new Bio(owner);
    MemorySegment block = arena.allocate(512);
    CyclicBarrier together = new CyclicBarrier(2);
    Thread device =
        Thread.ofPlatform()
            .name("late-completer")
            .start(
                () -> {
                  try {
                    for (int i = 0; i < rounds; i++) {
                      together.await(30, TimeUnit.SECONDS);
                      bio.complete();
                      together.await(30, TimeUnit.SECONDS);
                    }
                  } catch (Exception broken) {
                    throw new AssertionError(broken);
                  }
                });
    int abandoned = 0;
    for (int i = 0; i < rounds; i++) {
      bio.begin(Direction.WRITE, memory, 0, 0).add(block, 0, 512, false, 512);
      bio.markInFlight();
      together.await(30, TimeUnit.SECONDS);
      if (i % 3 > 0) {
        Thread.onSpinWait(); // otherwise the first to arrive would always be the first to act
      }
      if (bio.abandon()) {
        abandoned++;
        bio.setAside();
      }
      together.await(30, TimeUnit.SECONDS);
      assertTrue(bio.isIdle(), "round " + i);
    }
    device.join();
    assertEquals(abandoned, returned.get());
    assertEquals(rounds, done.get() + returned.get());
  }

  @Test
  @Rule("BIO-4")
  void aDeviceThatThrowsAndDoesNotEvenHaveANameIsNamedByItsClass() {
    List<Bio> taken = new ArrayList<>();
    class Nameless extends ForwardingDevice {
      Nameless() {
        super(memory);
      }

      @Override
      public String name() {
        throw new IllegalStateException("no name");
      }

      @Override
      public void submit(Bio bio) {
        taken.add(bio);
        throw new IllegalStateException("no window");
      }
    }
    BlockFile file = file(memory, straightOn(new Nameless())).build();
    assertEquals(Nameless.class.getName(), writeFails(file).subject());
    memory.submit(taken.getFirst());
    nothingIsHeld(file);
  }

  @Test
  @Rule("MAP-6")
  void aDeviceThatThrowsInsteadOfDroppingItsAliasesFailsTheWriteThatNeededIt() {
    BlockDevice device =
        new ForwardingDevice(memory) {
          @Override
          public void dropCachedAliases(long offset, long length) {
            throw new IllegalStateException("keeps them");
          }
        };
    AtomicReference<String> uninitialised = new AtomicReference<>("none");
    BlockFile file =
        file(device, (query, mapping) -> mapping.allocated(device, 0, 1))
            .endOfIo(
                end ->
                    uninitialised.set(end.uninitialisedStart(0) + ".." + end.uninitialisedEnd(0)))
            .build();
    BlockIoException failure = writeFails(file);
    assertEquals("drop cached aliases", failure.operation());
    assertEquals("0..4096", uninitialised.get());
    nothingIsHeld(file);
  }

  @Test
  @Rule("CMP-8")
  void ofTwoThreadsThatCompleteABioAtOnceOneIsTold() throws Exception {
    int rounds = 3000;
    AtomicInteger ends = new AtomicInteger();
    AtomicInteger told = new AtomicInteger();
    Bio bio =
        new Bio(
            (done, failure) -> {
              ends.incrementAndGet();
              Thread.yield(); // an owner has something to do before the bio is idle again
              done.release();
            });
    CyclicBarrier together =
        new CyclicBarrier(
            2,
            () -> {
              if (ends.get() < rounds) {
                bio.begin(Direction.WRITE, memory, 0, 0);
                bio.add(arena.allocate(512), 0, 512, false, 512);
                bio.markInFlight();
              }
            });
    Runnable complete =
        () -> {
          for (int i = 0; i < rounds; i++) {
            try {
              together.await(30, TimeUnit.SECONDS);
              bio.complete();
            } catch (IllegalStateException twice) {
              told.incrementAndGet();
            } catch (Exception broken) {
              throw new AssertionError(broken);
            }
          }
        };
    Thread other = Thread.ofPlatform().name("second-completer").start(complete);
    complete.run();
    other.join();
    assertEquals(rounds, ends.get());
    assertEquals(rounds, told.get());
  }

  @Test
  void aBlockingTransferOnADeviceThatThrowsFails() {
    Thrower device = new Thrower();
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> DeviceIo.read(device, 0, arena.allocate(F, F)));
    assertEquals("disk", failure.subject());
    assertEquals(1, arena.inFlight());
    device.complete();
    assertEquals(0, arena.inFlight());
    long before = BufferPool.shared().bytesInUse();
    assertThrows(
        BlockIoException.class,
        () -> DeviceIo.read(device, 0, arena.allocate(2 * F, F).asSlice(1, F)));
    assertTrue(BufferPool.shared().bytesInUse() > before, "the buffer is with the device");
    device.complete();
    assertEquals(before, BufferPool.shared().bytesInUse());
    assertDoesNotThrow(() -> DeviceIo.read(device.behind(), 0, MemorySegment.ofArray(new byte[F])));
    assertEquals(before, BufferPool.shared().bytesInUse(), "as after a transfer that went well");
  }

  // --- mappers ---

  @Test
  @Rule("MAP-2")
  void aMapperThatChangesTheQuestionIsHeldToTheOneItWasAsked() {
    BlockMapper mapper =
        new BlockMapper() {
          @Override
          public void map(MapQuery query, Mapping mapping) {
            query.set(0, Long.MAX_VALUE, query.intent(), false, 0);
            mapping.hole(Long.MAX_VALUE);
          }

          @Override
          public String name() {
            return "liar";
          }
        };
    BlockFile file = file(memory, mapper).build();
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> DirectIo.read(file, block(), 0));
    assertEquals("liar", failure.subject());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("covers more blocks than asked for"),
        failure.getMessage());
    nothingIsHeld(file);
  }

  @Test
  @Rule("MAP-9")
  void aMapperThatThrowsFailsTheTruncateWithItsName() {
    BlockMapper mapper =
        new BlockMapper() {
          @Override
          public void map(MapQuery query, Mapping mapping) {
            throw new IllegalStateException("has lost its map");
          }

          @Override
          public String name() {
            return "forgetful";
          }
        };
    BlockFile file = file(memory, mapper).build();
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> DirectIo.truncate(file, 100));
    assertEquals("forgetful", failure.subject());
    assertEquals(64 * F, file.size());
    nothingIsHeld(file);
  }

  @Test
  @Rule("ZERO-8")
  void aPartialWriteKeepsTheDataBeforeItInAFileOfTheLargestSize() throws IOException {
    memory.write(0, "data".repeat(128).getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    BlockFile file = file(memory, straightOn(memory)).size(Long.MAX_VALUE).build();
    assertEquals(512, DirectIo.write(file, IoVector.of(arena.allocate(512, 512)), 512));
    assertEquals('d', memory.read(0, 1)[0]);
    nothingIsHeld(file);
  }

  // --- memory ---

  @Test
  @Rule("MEM-4")
  void aSourceThatThrowsOnReleaseGetsAllItsSegmentsBackAllTheSame() throws IOException {
    List<Integer> released = new ArrayList<>();
    SegmentSource source =
        new SegmentSource() {
          @Override
          public MemorySegment acquire(int index) {
            return arena.allocate(F, F);
          }

          @Override
          public void release(int index) {
            released.add(index);
            throw new IllegalStateException("does not want it");
          }
        };
    BlockFile file = file(memory, straightOn(memory)).build();
    assertEquals(2 * F, DirectIo.write(file, IoVector.of(source, F, F), 0));
    assertEquals(List.of(0, 1), released);
    assertEquals(List.of("a segment source threw on release"), warnings);
    nothingIsHeld(file);
  }

  @Test
  @Rule({"MEM-1", "MEM-3"})
  void aSourceThatGivesNoSegmentIsAMemoryFaultAfterWhatWasThere() throws IOException {
    SegmentSource source = index -> index == 0 ? arena.allocate(F, F) : nothing();
    BlockFile file = file(memory, straightOn(memory)).build();
    assertEquals(F, DirectIo.write(file, IoVector.of(source, F, F), 0));
    SegmentSource error =
        index -> {
          throw new StackOverflowError("too deep");
        };
    BlockIoException failure =
        assertThrows(BlockIoException.class, () -> DirectIo.write(file, IoVector.of(error, F), 0));
    assertEquals("use memory", failure.operation());
    nothingIsHeld(file);
  }

  @SuppressWarnings("NullAway") // what a source must not do
  private static MemorySegment nothing() {
    return null;
  }

  // --- hooks, listeners, executors ---

  @Test
  @Rule("CMP-5")
  void aListenerThatThrowsDoesNotKeepARequestFromEnding() throws IOException {
    BlockFile file =
        BlockFile.builder(memory, straightOn(memory))
            .blockSize(F)
            .size(64 * F)
            .cache(
                new io.penstock.core.file.CacheHook() {
                  @Override
                  public void invalidate(BlockFile of, long from, long to) throws IOException {
                    throw new IOException("cannot");
                  }
                })
            .warnings(
                (subject, what, cause) -> {
                  throw new IllegalStateException("not listening");
                })
            .build();
    assertEquals(F, DirectIo.write(file, block(), 0));
    nothingIsHeld(file);
  }

  @Test
  @Rule("CMP-9")
  void anExecutorThatThrowsDoesNotKeepARequestFromEnding() throws Exception {
    BlockFile file =
        file(memory, straightOn(memory))
            .completions(
                new CompletionExecutor(
                    "broken",
                    () ->
                        task -> {
                          throw new IllegalMonitorStateException("not mine");
                        }))
            .build();
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<IOException> error = new AtomicReference<>();
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.WRITE,
        file,
        block(),
        0,
        IoFlags.of(IoFlag.DATA_SYNC),
        (request, bytes, failure) -> {
          error.set(failure);
          ended.countDown();
        });
    assertTrue(ended.await(30, TimeUnit.SECONDS));
    nothingIsHeld(file);
  }

  @Test
  @Rule("ADM-13")
  @SuppressWarnings("NullAway") // what a factory must not do
  void aFactoryThatMakesNoExecutorIsAnError() {
    CompletionExecutor none = new CompletionExecutor("none", () -> null);
    BlockIoException failure = assertThrows(BlockIoException.class, none::require);
    assertEquals("none", failure.subject());
    assertNotNull(failure.getCause());
  }

  @Test
  @Rule("FILE-5")
  void whatRunsAfterCloseMayThrowAnythingAndTheFileIsClosed() {
    BlockFile file =
        file(memory, straightOn(memory))
            .onClosed(
                () -> {
                  throw new StackOverflowError("too deep");
                })
            .build();
    file.close();
    assertTrue(file.isClosed());
    assertEquals(List.of("what was to run after close threw"), warnings);
  }
}
