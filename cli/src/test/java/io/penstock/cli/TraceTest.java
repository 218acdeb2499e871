package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.event.FlightRecording;
import io.penstock.core.event.Incidents;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest {
  private static final int PAGE = 4096;

  @TempDir Path directory;

  /** A recording of 8 writes of two blocks that lie apart, and 20 reads of one. */
  private Path record() throws Exception {
    MemoryDevice disk = MemoryDevice.of(1 << 20);
    BlockFile file =
        BlockFile.builder(
                disk, (query, mapping) -> mapping.mapped(disk, query.firstBlock() * 2 * PAGE, 1))
            .name("<b>&\u001b[2J")
            .blockSize(PAGE)
            .size(16 * PAGE)
            .build();
    IoVector two = IoVector.of(Arena.ofAuto().allocate(2 * PAGE, PAGE));
    IoVector one = IoVector.of(Arena.ofAuto().allocate(PAGE, PAGE));
    Path recorded = directory.resolve("app.jfr");
    try (var settings = new InputStreamReader(FlightRecording.settings(), StandardCharsets.UTF_8);
        Recording recording = new Recording(Configuration.create(settings))) {
      recording.start();
      for (int i = 0; i < 8; i++) {
        DirectIo.write(file, two, i * 2L * PAGE);
      }
      for (int i = 0; i < 20; i++) {
        DirectIo.read(file, one, i % 16 * (long) PAGE);
      }
      Incidents.fallback("ring", "positional calls", "the kernel has none");
      recording.stop();
      recording.dump(recorded);
    }
    return recorded;
  }

  @Test
  void theSummaryTellsWhatWasRecorded() throws Exception {
    Outcome outcome = Outcome.of("trace", record()).succeeds();
    assertTrue(outcome.out().contains("28 requests, 36 device operations"), outcome.out());
    assertTrue(outcome.out().contains("36 mappings became 36 operations"), outcome.out());
    assertTrue(outcome.out().contains("fallback: ring: positional calls"), outcome.out());
    assertTrue(outcome.out().contains("<b>&?[2J"), "a name must not command the terminal");
    assertTrue(
        outcome.out().lines().allMatch(line -> line.length() <= 100),
        "it fits on a terminal: " + outcome.out());
  }

  @Test
  void theSameForMachinesHasTheSums() throws Exception {
    Outcome outcome = Outcome.of("trace", record(), "--json").succeeds();
    assertTrue(
        outcome.out().contains("\"requests\":{\"count\":28,\"bytes\":147456,"), outcome.out());
    assertTrue(outcome.out().contains("\"bios\":{\"count\":36,\"bytes\":147456,"), outcome.out());
    assertEquals(36, outcome.number("needed_by_requests"));
    assertEquals(65536, outcome.number("written_bytes"));
    assertEquals(81920, outcome.number("read_bytes"));
  }

  @Test
  void thePageNeedsNothingFromElsewhereAndEscapesNames() throws Exception {
    Path page = directory.resolve("trace.html");
    Outcome.of("trace", record(), "--html", page).succeeds();
    String text = Files.readString(page);
    for (String id : new String[] {"throughput", "depth", "heat", "phases", "sizes", "seeks"}) {
      assertTrue(text.contains("<svg id=\"" + id + '"'), id);
    }
    assertTrue(text.contains("&lt;b&gt;&amp;"));
    assertFalse(text.contains("<b>"));
    assertFalse(text.matches("(?s).*(src|href|url)[=(].*"), "it asks for something");
  }

  @Test
  void theSettingsArePrintedAsTheyAre() throws IOException {
    String settings;
    try (var in = FlightRecording.settings()) {
      settings = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    assertEquals(settings.stripTrailing(), Outcome.of("trace", "--settings").succeeds().out());
  }

  @Test
  void whatIsNoRecordingOrHoldsNothingOfOursIsRefusedWithTheReason() throws Exception {
    Path text = Files.writeString(directory.resolve("text"), "this is no recording");
    Outcome none = Outcome.of("trace", text);
    assertEquals(1, none.status());
    assertTrue(none.err().contains("cannot be read as a recording"), none.err());
    Path empty = directory.resolve("empty.jfr");
    try (Recording recording = new Recording()) {
      recording.start();
      recording.stop();
      recording.dump(empty);
    }
    Outcome nothing = Outcome.of("trace", empty);
    assertEquals(1, nothing.status());
    assertTrue(nothing.err().contains("penstock trace --settings"), nothing.err());
    assertEquals(1, Outcome.of("trace", directory.resolve("missing")).status());
  }

  @Test
  void oneSourceIsNeeded() {
    assertEquals(2, Outcome.of("trace").status());
    assertEquals(2, Outcome.of("trace", "app.jfr", "--attach", 1).status());
    assertEquals(2, Outcome.of("trace", "--attach", 1, "--runtime", 0).status());
  }

  @Test
  void aProcessThatIsNoneIsRefusedWithARemedy() {
    Outcome outcome = Outcome.of("top", Integer.MAX_VALUE, "--count", 1);
    assertEquals(1, outcome.status());
    assertTrue(outcome.err().contains("cannot attach"), outcome.err());
    assertTrue(outcome.err().contains("jcmd"), outcome.err());
    assertEquals(2, Outcome.of("top", 1, "--interval", 0).status());
  }
}
