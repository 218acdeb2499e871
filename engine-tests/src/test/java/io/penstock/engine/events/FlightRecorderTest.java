package io.penstock.engine.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.testkit.layout.SimpleLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the flight recorder is told of requests and bios. */
class FlightRecorderTest {
  @TempDir Path directory;

  private final MemoryDevice disk = MemoryDevice.of(1 << 20);
  private final ErrorDevice device = new ErrorDevice(disk);
  private final BlockFile file = SimpleLayout.create(device, 4096);
  private final MemorySegment memory = Arena.ofAuto().allocate(8192, 4096);

  /** A write that succeeds and a read that fails. */
  private void work() throws IOException {
    DirectIo.write(file, IoVector.of(memory), 0);
    device.add(Fault.of(Errno.EIO).times(1));
    assertThrows(
        IOException.class, () -> DirectIo.read(file, IoVector.of(memory.asSlice(0, 4096)), 4096));
  }

  private List<RecordedEvent> recorded(String... enabled) throws IOException {
    Path dump = directory.resolve("events.jfr");
    try (Recording recording = new Recording()) {
      for (String each : enabled) {
        recording.enable(each);
      }
      recording.start();
      work();
      recording.stop();
      recording.dump(dump);
    }
    List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(dump));
    events.removeIf(event -> !event.getEventType().getName().startsWith("io.penstock."));
    return events;
  }

  private List<RecordedEvent> named(String name, List<RecordedEvent> events) {
    return events.stream().filter(event -> event.getEventType().getName().equals(name)).toList();
  }

  @Test
  void requestsAndBiosAreRecordedWithWhatBecameOfThem() throws IOException {
    List<RecordedEvent> events = recorded("io.penstock.Request", "io.penstock.Bio");
    List<RecordedEvent> requests = named("io.penstock.Request", events);
    assertEquals(2, requests.size(), events.toString());
    RecordedEvent write = requests.get(0);
    assertEquals(file.name(), write.getString("file"));
    assertEquals("write", write.getString("direction"));
    assertEquals(0, write.getLong("position"));
    assertEquals(8192, write.getLong("requested"));
    assertEquals(8192, write.getLong("bytes"));
    assertNull(write.getString("error"));
    assertTrue(write.getDuration("latency").toNanos() > 0);
    RecordedEvent read = requests.get(1);
    assertEquals("read", read.getString("direction"));
    assertEquals(4096, read.getLong("position"));
    assertEquals(0, read.getLong("bytes"));
    assertTrue(read.getString("error").contains("EIO"), read.toString());

    List<RecordedEvent> bios = named("io.penstock.Bio", events);
    assertEquals(2, bios.size(), events.toString());
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
  void nothingIsRecordedUnlessAskedFor() throws IOException {
    assertEquals(List.of(), recorded());
  }
}
