package io.penstock.engine.events;

import static io.penstock.engine.events.LateDevice.spend;
import static io.penstock.engine.events.Recorded.BIO;
import static io.penstock.engine.events.Recorded.REQUEST;
import static io.penstock.engine.events.Recorded.nanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HoldDevice;
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import jdk.jfr.consumer.RecordedEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every phase of a request's event gets the time that was spent in it, and all add up. */
class RequestPhasesTest {
  private static final long MILLISECOND = 1_000_000;
  private static final int PAGE = 4096;
  private static final List<String> PHASES =
      List.of("admission", "mapping", "assembly", "queued", "device", "completion", "deferred");

  @TempDir Path directory;

  private final MemoryDevice disk = MemoryDevice.of(1 << 20);
  private final MemorySegment page = Arena.ofAuto().allocate(PAGE, PAGE);

  private static BlockMapper inOrder(BlockDevice device) {
    return (query, mapping) -> mapping.mapped(device, query.firstBlock() * PAGE, query.blocks());
  }

  private static BlockFile.Builder file(BlockDevice device, BlockMapper mapper) {
    return BlockFile.builder(device, mapper).blockSize(PAGE).size(disk());
  }

  private static long disk() {
    return 1 << 20;
  }

  private RecordedEvent read(BlockFile file) throws Exception {
    return Recorded.of(directory, () -> DirectIo.read(file, IoVector.of(page), PAGE), REQUEST)
        .only(REQUEST);
  }

  private void readUnchecked(BlockFile file) {
    try {
      DirectIo.read(file, IoVector.of(page), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private RecordedEvent submit(BlockFile file) throws Exception {
    return Recorded.of(directory, () -> submitAndWait(file), REQUEST).only(REQUEST);
  }

  private void submitAndWait(BlockFile file) throws IOException, InterruptedException {
    CountDownLatch done = new CountDownLatch(1);
    DirectIo.submit(
        DirectIo.newRequest(),
        Direction.READ,
        file,
        IoVector.of(page),
        0,
        IoFlags.NONE,
        (IoRequest request, long bytes, @Nullable IOException error) -> done.countDown());
    done.await();
  }

  /** The phase has at least what was spent in it, the others what is left at most. */
  private static void assertSpentIn(RecordedEvent request, String... phases) {
    long sum = 0;
    List<String> slow = List.of(phases);
    for (String phase : PHASES) {
      long spent = nanos(request, phase);
      assertTrue(spent >= 0, request.toString());
      if (slow.contains(phase)) {
        assertTrue(spent >= MILLISECOND, phase + ": " + request);
      }
      sum += spent;
    }
    assertEquals(nanos(request, "latency"), sum, request.toString());
  }

  @Test
  void timeInTheMapperIsMapping() throws Exception {
    BlockMapper slow =
        (query, mapping) -> {
          spend(MILLISECOND);
          inOrder(disk).map(query, mapping);
        };
    assertSpentIn(read(file(disk, slow).build()), "mapping");
  }

  @Test
  void timeBeforeAndAfterTheDeviceBeginsIsToldApart() throws Exception {
    LateDevice late = new LateDevice(disk, MILLISECOND, 2 * MILLISECOND);
    Recorded recorded =
        Recorded.of(
            directory,
            () -> DirectIo.read(file(late, inOrder(late)).build(), IoVector.of(page), 0),
            REQUEST,
            BIO);
    RecordedEvent request = recorded.only(REQUEST);
    assertSpentIn(request, "queued", "device");
    assertTrue(nanos(request, "device") >= 2 * MILLISECOND, request.toString());
    RecordedEvent bio = recorded.only(BIO);
    assertTrue(nanos(bio, "queued") >= MILLISECOND, bio.toString());
    assertTrue(nanos(bio, "service") >= 2 * MILLISECOND, bio.toString());
    assertEquals(
        nanos(bio, "latency"), nanos(bio, "queued") + nanos(bio, "service"), bio.toString());
  }

  @Test
  void aDeviceThatDoesNotTellWhenItBeginsHasNoQueue() throws Exception {
    BlockDevice silent =
        new ForwardingDevice(disk) {
          @Override
          public void submit(Bio bio) {
            spend(MILLISECOND);
            delegate().submit(bio);
          }
        };
    RecordedEvent request = read(file(silent, inOrder(silent)).build());
    assertSpentIn(request, "device");
    assertEquals(0, nanos(request, "queued"), request.toString());
  }

  @Test
  void theBeginningOfACopyIsThatOfItsOriginal() throws Exception {
    LateDevice late = new LateDevice(disk, MILLISECOND, MILLISECOND);
    BlockDevice before =
        new InterposingDevice(late) {
          @Override
          public void submit(Bio bio) {
            interpose(bio);
          }

          @Override
          protected void ended(Bio bio, @Nullable IOException error) {
            bio.complete(error);
          }
        };
    assertSpentIn(read(file(before, inOrder(before)).build()), "queued", "device");
  }

  @Test
  void timeInTheEndOfIoHookIsCompletion() throws Exception {
    BlockFile file = file(disk, inOrder(disk)).endOfIo(end -> spend(MILLISECOND)).build();
    assertSpentIn(read(file), "completion");
    assertSpentIn(submit(file), "completion");
    BlockMapper hole = (query, mapping) -> mapping.hole(query.blocks());
    file = file(disk, hole).endOfIo(end -> spend(MILLISECOND)).build();
    assertSpentIn(read(file), "completion");
  }

  @Test
  void whatADeviceDoesAfterTheLastBioHasEndedIsCompletion() throws Exception {
    BlockDevice lingering =
        new ForwardingDevice(disk) {
          @Override
          public void submit(Bio bio) {
            delegate().submit(bio);
            spend(MILLISECOND);
          }
        };
    assertSpentIn(read(file(lingering, inOrder(lingering)).build()), "completion");
  }

  @Test
  void waitingForWhatWasSentBeforeTheLastMappingIsDevice() throws Exception {
    long waited = 50 * MILLISECOND; // more than it takes to send a bio for the first time
    HoldDevice holding = new HoldDevice(disk);
    BlockMapper holeBehindData =
        (query, mapping) -> {
          if (query.firstBlock() == 0) {
            mapping.mapped(holding, 0, 1).boundary();
          } else {
            mapping.hole(query.blocks());
          }
        };
    BlockFile file = file(holding, holeBehindData).build();
    MemorySegment pages = Arena.ofAuto().allocate(2 * PAGE, PAGE);
    CountDownLatch done = new CountDownLatch(1);
    RecordedEvent request =
        Recorded.of(
                directory,
                () -> {
                  DirectIo.submit(
                      DirectIo.newRequest(),
                      Direction.READ,
                      file,
                      IoVector.of(pages),
                      0,
                      IoFlags.NONE,
                      (told, bytes, error) -> done.countDown());
                  spend(waited);
                  holding.completeAll();
                  done.await();
                },
                REQUEST)
            .only(REQUEST);
    assertSpentIn(request, "device");
    assertTrue(nanos(request, "device") >= waited, request.toString());
  }

  @Test
  void waitingForTheExecutorIsDeferred() throws Exception {
    List<Thread> threads = new ArrayList<>();
    Executor slow =
        task ->
            threads.add(
                Thread.ofPlatform()
                    .name("slow executor")
                    .start(
                        () -> {
                          spend(MILLISECOND);
                          task.run();
                        }));
    BlockMapper deferring =
        (query, mapping) -> {
          inOrder(disk).map(query, mapping);
          mapping.defer();
        };
    BlockFile file =
        file(disk, deferring)
            .completions(new CompletionExecutor("slow", () -> slow))
            .endOfIo(end -> spend(MILLISECOND))
            .build();
    assertSpentIn(submit(file), "deferred", "completion");
    for (Thread each : threads) {
      each.join();
    }
  }

  @Test
  void waitingForATruncateIsAdmission() throws Exception {
    BlockFile file = file(disk, inOrder(disk)).build();
    file.freeze();
    RecordedEvent request =
        Recorded.of(
                directory,
                () -> {
                  Thread reader =
                      Thread.ofPlatform().name("reader").start(() -> readUnchecked(file));
                  while (reader.getState() != Thread.State.WAITING) {
                    Thread.onSpinWait();
                  }
                  spend(MILLISECOND);
                  file.thaw();
                  reader.join();
                },
                REQUEST)
            .only(REQUEST);
    assertSpentIn(request, "admission");
  }

  /** A device that from some time on takes a while to say what its limits are. */
  private static class SlowLimits extends ForwardingDevice {
    volatile boolean slow;

    SlowLimits(BlockDevice delegate) {
      super(delegate);
    }

    @Override
    public QueueLimits limits() {
      if (slow) {
        spend(MILLISECOND);
      }
      return super.limits();
    }
  }

  @Test
  void whatIsDoneWithAnAnswerIsAssembly() throws Exception {
    SlowLimits device = new SlowLimits(disk);
    BlockMapper mapper =
        (query, mapping) -> {
          inOrder(device).map(query, mapping);
          device.slow = true;
        };
    assertSpentIn(read(file(device, mapper).build()), "assembly");
  }

  @Test
  void whatIsDoneBetweenTwoBatchesIsAssembly() throws Exception {
    QueueLimits narrow = QueueLimits.of(512).withMaximum(8, PAGE, PAGE);
    SlowLimits device =
        new SlowLimits(MemoryDevice.builder().size(disk()).limits(narrow).build()) {
          @Override
          public void submit(Bio bio) {
            slow = true;
            super.submit(bio);
          }
        };
    BlockFile file = file(device, inOrder(device)).maxOutstandingBios(1).build();
    MemorySegment pages = Arena.ofAuto().allocate(2 * PAGE, PAGE);
    RecordedEvent request =
        Recorded.of(directory, () -> DirectIo.read(file, IoVector.of(pages), 0), REQUEST)
            .only(REQUEST);
    assertSpentIn(request, "assembly");
    assertEquals(2, request.getInt("bios"));
  }

  /** A write that meets blocks which another has allocated waits for them in the middle of it. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void waitingForTheBlocksOfAnotherWriteIsAdmissionAndNotWhatIsDoneThen(boolean waits)
      throws Exception {
    HoldDevice holding = new HoldDevice(disk);
    SlowLimits device = new SlowLimits(holding);
    BlockMapper unwritten =
        (query, mapping) -> mapping.unwritten(device, query.firstBlock() * 512, query.blocks());
    BlockFile file = BlockFile.builder(device, unwritten).blockSize(512).size(disk()).build();
    try (Arena others = Arena.ofShared()) {
      IoVector mayBeClosed = IoVector.of(others.allocate(PAGE, PAGE));
      Recorded recorded =
          Recorded.of(
              directory,
              () -> {
                Thread first = writer(file, mayBeClosed, 0, false);
                first.join();
                Thread second = writer(file, IoVector.of(page.asSlice(0, 512)), 512, waits);
                while (waits && second.getState() != Thread.State.WAITING) {
                  Thread.onSpinWait();
                }
                if (!waits) {
                  second.join();
                }
                spend(MILLISECOND);
                device.slow = true;
                while (second.isAlive() || file.requestsInFlight() > 0) {
                  holding.completeAll();
                }
              },
              REQUEST);
      RecordedEvent second =
          recorded.named(REQUEST).stream()
              .filter(event -> event.getLong("position") == 512)
              .findAny()
              .orElseThrow();
      assertSpentIn(second, "admission", "assembly");
    }
  }

  /** A thread that writes and waits for it, or only submits it. */
  private static Thread writer(BlockFile file, IoVector memory, long position, boolean waits) {
    IoFlags flags = waits ? IoFlags.of(IoFlag.FORCE_WAIT) : IoFlags.NONE;
    return Thread.ofPlatform()
        .name("writer")
        .start(
            () -> {
              try {
                DirectIo.submit(
                    DirectIo.newRequest(),
                    Direction.WRITE,
                    file,
                    memory,
                    position,
                    flags,
                    (request, bytes, error) -> {});
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  @Test
  void phasesOfManyBiosAddUp() throws Exception {
    BlockMapper scattered =
        (query, mapping) -> mapping.mapped(disk, query.firstBlock() * 2 * PAGE, 1);
    BlockFile file =
        BlockFile.builder(disk, scattered)
            .blockSize(PAGE)
            .size(64 * PAGE)
            .maxOutstandingBios(4)
            .build();
    MemorySegment pages = Arena.ofAuto().allocate(64 * PAGE, PAGE);
    RecordedEvent request =
        Recorded.of(directory, () -> DirectIo.read(file, IoVector.of(pages), 0), REQUEST)
            .only(REQUEST);
    assertSpentIn(request);
    assertEquals(64, request.getInt("bios"));
  }
}
