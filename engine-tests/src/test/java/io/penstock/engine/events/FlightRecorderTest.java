package io.penstock.engine.events;

import static io.penstock.engine.events.Recorded.BIO;
import static io.penstock.engine.events.Recorded.BOUNCE;
import static io.penstock.engine.events.Recorded.FALLBACK;
import static io.penstock.engine.events.Recorded.MAPPING;
import static io.penstock.engine.events.Recorded.REQUEST;
import static io.penstock.engine.events.Recorded.WARNING;
import static io.penstock.engine.events.Recorded.nanos;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.event.FlightRecording;
import io.penstock.core.event.Incidents;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.layout.SimpleLayout;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.Configuration;
import jdk.jfr.EventType;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of requests, mappings, bios and what goes wrong. */
class FlightRecorderTest {
  private static final int PAGE = 4096;

  @TempDir Path directory;

  private final MemoryDevice disk = MemoryDevice.of(1 << 20);
  private final ErrorDevice device = new ErrorDevice(disk);
  private final BlockFile file = SimpleLayout.create(device, PAGE);
  private final MemorySegment memory = Arena.ofAuto().allocate(2 * PAGE, PAGE);
  private final IoVector page = IoVector.of(memory.asSlice(0, PAGE));

  /** A file whose every block lies apart from the one before. */
  private BlockFile scattered(int blocks) {
    BlockMapper apart = (query, mapping) -> mapping.mapped(disk, query.firstBlock() * 2 * PAGE, 1);
    return BlockFile.builder(disk, apart).name("apart").blockSize(PAGE).size(blocks * PAGE).build();
  }

  /** A write that succeeds and a read that fails. */
  private void work() throws IOException {
    DirectIo.write(file, IoVector.of(memory), 0);
    device.add(Fault.of(Errno.EIO).times(1));
    assertThrows(IOException.class, () -> DirectIo.read(file, page, PAGE));
  }

  @Test
  void requestsAndBiosAreRecordedWithWhatBecameOfThem() throws Exception {
    Recorded recorded = Recorded.of(directory, this::work, REQUEST, BIO);
    List<RecordedEvent> requests = recorded.named(REQUEST);
    assertEquals(2, requests.size(), requests.toString());
    RecordedEvent write = requests.get(0);
    assertEquals(file.name(), write.getString("file"));
    assertEquals("write", write.getString("direction"));
    assertEquals(0, write.getLong("position"));
    assertEquals(8192, write.getLong("requested"));
    assertEquals(8192, write.getLong("bytes"));
    assertEquals(1, write.getInt("bios"));
    assertNull(write.getString("error"));
    assertTrue(nanos(write, "latency") > 0);
    assertTrue(write.getDuration().toNanos() > 0, "it has a length in a timeline");
    RecordedEvent read = requests.get(1);
    assertEquals("read", read.getString("direction"));
    assertEquals(4096, read.getLong("position"));
    assertEquals(4096, read.getLong("requested"));
    assertEquals(0, read.getLong("bytes"));
    assertTrue(read.getString("error").contains("EIO"), read.toString());

    List<RecordedEvent> bios = recorded.named(BIO);
    assertEquals(2, bios.size(), bios.toString());
    RecordedEvent sent = bios.get(0);
    assertEquals(device.name(), sent.getString("device"));
    assertEquals("write", sent.getString("direction"));
    assertEquals(8192, sent.getLong("bytes"));
    assertEquals(0, sent.getLong("deviceOffset"));
    assertEquals(1, sent.getInt("pieces"));
    assertNull(sent.getString("error"));
    assertTrue(bios.get(1).getString("error").contains("EIO"));
  }

  @Test
  void aKnownNumberOfRequestsGivesThatNumberOfEvents() throws Exception {
    BlockFile apart = scattered(40);
    MemorySegment pages = Arena.ofAuto().allocate(8 * PAGE, PAGE);
    IoRequest request = DirectIo.newRequest();
    Recorded recorded =
        Recorded.of(
            directory,
            () -> {
              for (int i = 0; i < 5; i++) {
                DirectIo.write(apart, IoVector.of(pages), i * 8L * PAGE);
              }
              for (int i = 0; i < 300; i++) {
                DirectIo.submit(
                    request,
                    Direction.READ,
                    apart,
                    page,
                    (i % 40) * (long) PAGE,
                    IoFlags.NONE,
                    (told, bytes, error) -> assertEquals(PAGE, bytes));
              }
            },
            REQUEST,
            BIO,
            MAPPING);
    assertEquals(305, recorded.named(REQUEST).size());
    assertEquals(5 * 8 + 300, recorded.named(BIO).size());
    assertEquals(5 * 8 + 300, recorded.named(MAPPING).size());
    assertEquals(5 * 8 + 300, recorded.sum(REQUEST, "bios"));
    long bytes = (5 * 8 + 300) * (long) PAGE;
    assertEquals(bytes, recorded.sum(REQUEST, "bytes"));
    assertEquals(bytes, recorded.sum(BIO, "bytes"));
    assertEquals(bytes, recorded.sum(MAPPING, "answered"));
    assertEquals(305 + 2 * 340, recorded.all().size(), "and nothing else");
  }

  @Test
  void aMappingIsRecordedWithQuestionAndAnswer() throws Exception {
    RecordedEvent mapping =
        Recorded.of(directory, () -> DirectIo.read(scattered(3), page, 2 * PAGE), MAPPING)
            .only(MAPPING);
    assertEquals("apart", mapping.getString("file"));
    assertEquals("LOOK_UP", mapping.getString("intent"));
    assertEquals("MAPPED", mapping.getString("kind"));
    assertEquals(2 * PAGE, mapping.getLong("position"));
    assertEquals(PAGE, mapping.getLong("asked"));
    assertEquals(PAGE, mapping.getLong("answered"));
    assertEquals(4 * PAGE, mapping.getLong("deviceOffset"));
    assertNull(mapping.getString("error"));
  }

  @Test
  void aMapperThatFailsIsRecordedWithItsErrorAndSoIsItsRequest() throws Exception {
    BlockMapper broken =
        (query, mapping) -> {
          throw new IOException("the table is torn");
        };
    BlockFile torn = BlockFile.builder(disk, broken).blockSize(PAGE).size(PAGE).build();
    Recorded recorded =
        Recorded.of(
            directory,
            () -> assertThrows(IOException.class, () -> DirectIo.read(torn, page, 0)),
            REQUEST,
            MAPPING);
    assertEquals("the table is torn", recorded.only(MAPPING).getString("error"));
    assertNull(recorded.only(MAPPING).getString("kind"));
    assertEquals("the table is torn", recorded.only(REQUEST).getString("error"));
  }

  @Test
  void aRefusedRequestIsRecordedWithTheReason() throws Exception {
    RecordedEvent refused =
        Recorded.of(
                directory,
                () -> assertThrows(IOException.class, () -> DirectIo.read(scattered(3), page, 17)),
                REQUEST)
            .only(REQUEST);
    assertEquals(17, refused.getLong("position"));
    assertEquals(PAGE, refused.getLong("requested"));
    assertTrue(refused.getString("error").contains("17"), refused.toString());
    assertEquals(nanos(refused, "latency"), nanos(refused, "admission"), refused.toString());
  }

  @Test
  void aWriteThatIsRefusedForWantOfAnExecutorIsRecordedToo() throws Exception {
    BlockFile durable =
        BlockFile.builder(disk, (query, mapping) -> mapping.mapped(disk, 0, 1))
            .blockSize(PAGE)
            .size(PAGE)
            .dataSync(true)
            .completions(
                new CompletionExecutor(
                    "none",
                    () -> {
                      throw new IllegalStateException("no threads left");
                    }))
            .build();
    RecordedEvent refused =
        Recorded.of(
                directory,
                () ->
                    assertThrows(
                        IOException.class,
                        () ->
                            DirectIo.submit(
                                DirectIo.newRequest(),
                                Direction.WRITE,
                                durable,
                                page,
                                0,
                                IoFlags.NONE,
                                (request, bytes, error) -> {})),
                REQUEST)
            .only(REQUEST);
    assertTrue(refused.getString("error").contains("ENOMEM"), refused.toString());
  }

  @Test
  void aReadAtEndOfFileIsARequestOfNoBytes() throws Exception {
    RecordedEvent end =
        Recorded.of(directory, () -> DirectIo.read(file, page, PAGE), REQUEST).only(REQUEST);
    assertEquals(0, end.getLong("bytes"));
    assertEquals(0, end.getInt("bios"));
    assertNull(end.getString("error"));
  }

  @Test
  void copiedMemoryIsRecorded() throws Exception {
    try (Arena closeable = Arena.ofShared()) {
      MemorySegment foreign = closeable.allocate(PAGE, PAGE);
      RecordedEvent bounce =
          Recorded.of(
                  directory,
                  () ->
                      DirectIo.submit(
                          DirectIo.newRequest(),
                          Direction.WRITE,
                          scattered(2),
                          IoVector.of(foreign),
                          PAGE,
                          IoFlags.NONE,
                          (request, bytes, error) -> assertEquals(PAGE, bytes)),
                  BOUNCE)
              .only(BOUNCE);
      assertEquals("apart", bounce.getString("file"));
      assertEquals("write", bounce.getString("direction"));
      assertEquals(PAGE, bounce.getLong("position"));
      assertEquals(PAGE, bounce.getLong("bytes"));
    }
  }

  @Test
  void warningsAndFallbacksAreRecordedWithTheirReasons() throws Exception {
    Recorded recorded =
        Recorded.of(
            directory,
            () -> {
              DirectIo.submit(
                  DirectIo.newRequest(),
                  Direction.READ,
                  BlockFile.builder(disk, (query, mapping) -> mapping.hole(query.blocks()))
                      .name("quiet")
                      .warnings((subject, what, cause) -> {})
                      .size(PAGE)
                      .build(),
                  page,
                  0,
                  IoFlags.NONE,
                  (request, bytes, error) -> {
                    throw new IllegalStateException("a bug of its user");
                  });
              Incidents.fallback("ring", "positional calls", "the kernel has none");
            },
            WARNING,
            FALLBACK);
    RecordedEvent warning = recorded.only(WARNING);
    assertEquals("quiet", warning.getString("subject"));
    assertTrue(warning.getString("cause").contains("a bug of its user"), warning.toString());
    RecordedEvent fallback = recorded.only(FALLBACK);
    assertEquals("ring", fallback.getString("subject"));
    assertEquals("positional calls", fallback.getString("instead"));
    assertEquals("the kernel has none", fallback.getString("reason"));
  }

  @Test
  void nothingIsRecordedUnlessAskedFor() throws Exception {
    assertEquals(List.of(), Recorded.of(directory, this::work).all());
  }

  @Test
  void requestsThatAreFasterThanTheThresholdAreNotRecorded() throws Exception {
    try (Recording recording = new Recording()) {
      recording.enable(REQUEST).withThreshold(Duration.ofHours(1));
      assertEquals(List.of(), Recorded.of(directory, this::work, recording).all());
    }
  }

  @Test
  void theSettingsNameEveryEventAndRecordIt() throws Exception {
    Configuration settings;
    try (var in = new InputStreamReader(FlightRecording.settings(), StandardCharsets.UTF_8)) {
      settings = Configuration.create(in);
    }
    try (Recording recording = new Recording(settings)) {
      Recorded recorded = Recorded.of(directory, this::work, recording);
      assertEquals(2, recorded.named(REQUEST).size());
      assertEquals(2, recorded.named(BIO).size());
      assertFalse(recorded.named(MAPPING).isEmpty());
    }
    Incidents.fallback("", "", "");
    Incidents.warning("", "", null);
    copiedMemoryIsRecorded();
    Set<String> named = new TreeSet<>();
    settings.getSettings().keySet().forEach(key -> named.add(key.substring(0, key.indexOf('#'))));
    Set<String> registered = new TreeSet<>();
    for (EventType each : FlightRecorder.getFlightRecorder().getEventTypes()) {
      if (each.getName().startsWith("io.penstock.")) {
        registered.add(each.getName());
        assertIsDescribed(each);
      }
    }
    assertEquals(registered, named);
  }

  private static void assertIsDescribed(EventType type) {
    assertEquals(List.of("Penstock", "I/O"), type.getCategoryNames());
    assertFalse(type.getDescription().isBlank(), type.getName());
    Set<String> labels = new HashSet<>();
    for (ValueDescriptor field : type.getFields()) {
      assertTrue(labels.add(field.getLabel()), type.getName() + " has two " + field.getLabel());
      boolean isUnit = field.getTypeName().equals("long");
      assertEquals(isUnit, field.getContentType() != null, type.getName() + '.' + field.getName());
    }
  }
}
