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
import io.penstock.core.device.InterposingDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
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
        file(disk, deferring).completions(new CompletionExecutor("slow", () -> slow)).build();
    assertSpentIn(submit(file), "deferred");
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
