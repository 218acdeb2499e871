package io.penstock.testkit.explain;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Files whose requests are explained. */
class HostRecordingTest {
  @Test
  void filesAreOpenedForReadingOnlyWhateverIsAsked() {
    List<OpenMode> modes = new ArrayList<>();
    DeviceProvider way =
        new DeviceProvider() {
          @Override
          public String name() {
            return "test";
          }

          @Override
          public Optional<String> unavailabilityCause() {
            return Optional.empty();
          }

          @Override
          public HostDevice open(Path path, OpenMode mode) throws IOException {
            modes.add(mode);
            throw new IOException("not there");
          }
        };
    HostRecording recording = new HostRecording(way, 0);
    for (OpenMode mode : List.of(OpenMode.READ, OpenMode.READ_WRITE, OpenMode.CREATE_NEW)) {
      assertThrows(IOException.class, () -> recording.open(Path.of("file"), mode));
    }
    assertEquals(3, modes.size());
    for (OpenMode mode : modes) {
      assertEquals(false, mode.writes(), mode::toString);
      assertEquals(OpenMode.Creation.NEVER, mode.creation());
    }
  }
}
