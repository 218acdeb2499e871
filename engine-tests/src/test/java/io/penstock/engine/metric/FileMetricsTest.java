package io.penstock.engine.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.device.HoldDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.NullDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
import io.penstock.core.metric.DeviceMetrics;
import io.penstock.core.metric.FileMetrics;
import io.penstock.core.metric.IoMetrics;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Garbage;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What is measured of a file and its devices without the flight recorder. */
class FileMetricsTest {
  private static final int PAGE = 4096;

  private final IoMetrics metrics = new IoMetrics();
  private final MemoryDevice disk = MemoryDevice.of(1 << 20);
  private final ErrorDevice device = new ErrorDevice(disk);
  private final IoVector page = IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE));
  private final IoVector pages = IoVector.of(Arena.ofAuto().allocate(2 * PAGE, PAGE));

  private static BlockFile open(FileMetrics measured, BlockMapper mapper, MemoryDevice on) {
    return BlockFile.builder(on, mapper)
        .blockSize(PAGE)
        .size(16 * PAGE)
        .metrics(measured)
        .onClosed(measured::close)
        .build();
  }

  private static BlockFile openStraight(FileMetrics measured, BlockDevice on) {
    return BlockFile.builder(
            on, (query, mapping) -> mapping.mapped(on, query.firstBlock() * PAGE, query.blocks()))
        .blockSize(PAGE)
        .size(16 * PAGE)
        .metrics(measured)
        .build();
  }

  @Test
  void requestsAndTheirDeviceOperationsAreCountedWithBytesAndErrors() throws IOException {
    FileMetrics measured = metrics.open("data", device);
    BlockMapper scattered =
        (query, mapping) -> mapping.mapped(device, query.firstBlock() * 2 * PAGE, 1);
    BlockFile file =
        BlockFile.builder(device, scattered)
            .blockSize(PAGE)
            .size(16 * PAGE)
            .metrics(measured)
            .build();
    DirectIo.read(file, pages, 0);
    DirectIo.read(file, page, 0);
    device.add(Fault.of(Errno.EIO).times(1));
    assertThrows(IOException.class, () -> DirectIo.write(file, page, 0));
    assertThrows(IOException.class, () -> DirectIo.write(file, page, 17));

    assertEquals(2, measured.reads().latency().count());
    assertEquals(3 * PAGE, measured.reads().bytes());
    assertEquals(0, measured.reads().errors());
    assertEquals(2, measured.writes().latency().count());
    assertEquals(0, measured.writes().bytes());
    assertEquals(2, measured.writes().errors(), "one refused, one failed");
    DeviceMetrics below = measured.on(device);
    assertEquals(3, below.reads().latency().count());
    assertEquals(3 * PAGE, below.reads().bytes());
    assertEquals(1, below.writes().latency().count());
    assertEquals(1, below.writes().errors());
    assertEquals(0, below.inFlight());
    assertEquals(4, below.queued().count());
    assertTrue(
        measured.reads().latency().mostNanos() >= below.reads().latency().mostNanos(),
        "a request is no shorter than what it waits for");
  }

  @Test
  void whatTheDeviceHasIsInFlight() throws IOException {
    HoldDevice holding = new HoldDevice(disk);
    FileMetrics measured = metrics.open("held", holding);
    BlockFile file = openStraight(measured, holding);
    for (int i = 0; i < 3; i++) {
      DirectIo.submit(
          DirectIo.newRequest(),
          Direction.READ,
          file,
          IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE)),
          i * (long) PAGE,
          IoFlags.NONE,
          (request, bytes, error) -> {});
    }
    assertEquals(3, measured.on(holding).inFlight());
    assertEquals(0, measured.reads().latency().count());
    holding.completeAll();
    assertEquals(0, measured.on(holding).inFlight());
    assertEquals(3, measured.reads().latency().count());
  }

  @Test
  void anOperationThatADeviceThrewAtIsNotInFlightAnyMore() {
    ForwardingDevice throwing =
        new ForwardingDevice(disk) {
          @Override
          public void submit(Bio bio) {
            throw new IllegalStateException("no door");
          }
        };
    FileMetrics measured = metrics.open("data", throwing);
    BlockFile file = openStraight(measured, throwing);
    assertThrows(IOException.class, () -> DirectIo.read(file, page, 0));
    assertEquals(0, measured.on(throwing).inFlight());
    assertEquals(1, measured.reads().errors());
  }

  @Test
  void everyDeviceThatMappingsNameIsMeasuredUntilNoFileUsesIt() throws IOException {
    MemoryDevice other = MemoryDevice.of(1 << 20);
    BlockMapper onTwo =
        (query, mapping) ->
            mapping.mapped(
                query.firstBlock() % 2 == 0 ? disk : other, query.firstBlock() * PAGE, 1);
    List<String> told = new ArrayList<>();
    metrics.add(
        new IoMetrics.Listener() {
          @Override
          public void opened(DeviceMetrics opened) {
            told.add("opened");
          }

          @Override
          public void closed(DeviceMetrics closed) {
            told.add("closed");
          }
        });
    FileMetrics one = metrics.open("one", disk);
    FileMetrics two = metrics.open("two", disk);
    BlockFile first = open(one, onTwo, disk);
    BlockFile second = open(two, onTwo, disk);
    DirectIo.read(first, pages, 0);
    DirectIo.read(second, pages, 0);
    assertEquals(List.of("opened", "opened"), told);
    assertEquals(2, one.on(disk).reads().latency().count());
    assertEquals(2, two.on(other).reads().latency().count());
    assertEquals(0, two.on(other).inFlight(), "each is told of its own operations");
    assertEquals(List.of(one, two), metrics.files());
    first.close();
    assertEquals(List.of("opened", "opened"), told);
    assertEquals(List.of(two), metrics.files());
    second.close();
    assertEquals(List.of("opened", "opened", "closed", "closed"), told);
    assertEquals(List.of(), metrics.devices());
  }

  @Test
  void listenersAreToldWhatIsOpenAlreadyThenWhatComesAndGoes() {
    FileMetrics early = metrics.open("early", disk);
    List<String> told = new ArrayList<>();
    IoMetrics.Listener listener =
        new IoMetrics.Listener() {
          @Override
          public void opened(FileMetrics opened) {
            told.add("opened " + opened.name());
          }

          @Override
          public void closed(FileMetrics closed) {
            told.add("closed " + closed.name());
          }

          @Override
          public void opened(DeviceMetrics opened) {
            told.add("opened " + opened.name());
          }

          @Override
          public void closed(DeviceMetrics closed) {
            told.add("closed " + closed.name());
          }
        };
    metrics.add(listener);
    assertEquals(List.of("opened memory", "opened early"), told);
    assertEquals(List.of(early.on(disk)), metrics.devices());
    assertEquals("metrics of early", early.toString());
    told.clear();
    FileMetrics late = metrics.open("late", disk);
    late.close();
    late.close();
    early.close();
    assertEquals(List.of("opened late", "closed late", "closed early", "closed memory"), told);
    metrics.remove(listener);
    metrics.open("unheard of", disk);
    assertEquals(4, told.size());
  }

  @Test
  void deviceWhoseNameThrowsIsMeasuredByTheNameOfItsClass() {
    BlockDevice broken =
        new ForwardingDevice(disk) {
          @Override
          public String name() {
            throw new IllegalStateException("broken");
          }
        };
    assertEquals(broken.getClass().getName(), metrics.open("data", broken).on(broken).name());
  }

  @Test
  void devicesWithTheSameHashAreMeasuredApart() {
    Map<Integer, BlockDevice> made = new HashMap<>();
    BlockDevice one = null;
    BlockDevice two = disk;
    while (one == null) { // the hash has 31 bits: 60000 tries or so
      two = new ForwardingDevice(disk) {};
      one = made.put(System.identityHashCode(two), two);
    }
    DeviceMetrics first = metrics.open("first", one).on(one);
    DeviceMetrics second = metrics.open("second", two).on(two);
    assertNotSame(first, second);
    assertEquals(2, metrics.devices().size());
  }

  @Test
  void requestThatWasMeasuredIsNotTimedWhenNobodyWantsToKnowAnyMore() throws IOException {
    List<Boolean> timed = new ArrayList<>();
    BlockDevice looking =
        new ForwardingDevice(disk) {
          @Override
          public void submit(Bio bio) {
            timed.add(bio.ownerTime() != 0);
            delegate().submit(bio);
          }
        };
    BlockMapper mapper = (query, mapping) -> mapping.mapped(looking, 0, 1);
    BlockFile.Builder file = BlockFile.builder(looking, mapper).blockSize(PAGE).size(PAGE);
    BlockFile plain = file.build();
    BlockFile watched = file.metrics(metrics.open("watched", looking)).build();
    int uses = 100; // of one request, this thread's; it has a few bios that take turns
    for (int i = 0; i < uses; i++) {
      DirectIo.read(watched, page, 0);
    }
    assertEquals(Collections.nCopies(uses, true), timed);
    timed.clear();
    for (int i = 0; i < uses; i++) {
      DirectIo.read(plain, page, 0);
    }
    assertEquals(Collections.nCopies(uses, false), timed);
  }

  @Test
  void measuringAllocatesNothing() throws Exception {
    NullDevice nothing = new NullDevice();
    FileMetrics measured = metrics.open("null", nothing);
    try (BlockFile file =
        BlockFile.builder(
                nothing,
                (query, mapping) ->
                    mapping.mapped(nothing, query.firstBlock() * PAGE, query.blocks()))
            .blockSize(PAGE)
            .size(1 << 20)
            .metrics(measured)
            .onClosed(measured::close)
            .build()) {
      AtomicLong reads = new AtomicLong();
      long bytes =
          Garbage.ofThisThread(
              2_000,
              count -> {
                for (int i = 0; i < count; i++) {
                  DirectIo.read(file, page, (i & 127) * (long) PAGE);
                }
                reads.addAndGet(count);
              });
      // one object per request would be 32000 bytes and more
      assertTrue(bytes < 2_000, bytes + " bytes in 2000 requests");
      assertEquals(reads.get(), measured.reads().latency().count());
    }
  }
}
