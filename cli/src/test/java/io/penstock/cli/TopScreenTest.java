package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.cli.trace.LiveWindow;
import io.penstock.cli.trace.SeenBio;
import io.penstock.cli.trace.SeenRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class TopScreenTest {
  private final StringWriter text = new StringWriter();

  private static LiveWindow.Sample sample() {
    LiveWindow window = new LiveWindow();
    window.flushed(0);
    for (int i = 0; i < 300; i++) {
      window.request(
          new SeenRequest(
              "data", false, 4096, 4096, 1, 0, 50_000, Collections.nCopies(7, 0L), null));
      window.bio(new SeenBio("disk", false, 0, 4096, 1, 0, 40_000, 0, null));
    }
    window.flushed(2_000_000_000);
    return window.take();
  }

  @Test
  void elsewhereEachIntervalIsALineBelowOneHeading() {
    TopScreen screen = new TopScreen(new PrintWriter(text), false);
    for (int i = 0; i < 3; i++) {
      screen.show(sample());
    }
    String[] lines = text.toString().split("\\R");
    assertEquals(4, lines.length, text.toString());
    assertTrue(lines[0].startsWith("requests/s"));
    assertEquals("150", lines[1].strip().split(" +")[0]);
    assertFalse(text.toString().contains("\u001b"), "nothing that only a terminal understands");
  }

  @Test
  void onATerminalTheLastFiguresAreReplaced() {
    TopScreen screen = new TopScreen(new PrintWriter(text), true);
    screen.show(sample());
    long lines = text.toString().lines().count();
    assertFalse(text.toString().contains("\u001b"));
    assertTrue(text.toString().contains("data"), text.toString());
    screen.show(sample());
    assertTrue(text.toString().contains("\u001b[" + lines + "A\u001b[J"), text.toString());
  }
}
