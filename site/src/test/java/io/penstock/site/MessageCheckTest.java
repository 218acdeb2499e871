package io.penstock.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class MessageCheckTest {
  private static final String SOURCE =
      """
      throw new X("block size " + size + " must be a power of two, and"
          + " not a \\"word\\"", "operation");
      // "a comment is no message"
      """;

  @Test
  void messagesAcrossLinesAndAroundValuesAreFound() {
    assertEquals(List.of(), complaints("block size … must be a power of two, and not a \"word\""));
  }

  @Test
  void whatNoSourceSaysIsAComplaint() {
    assertEquals(
        List.of("t.md: no source says \"must be a power of three\""),
        complaints("must be a power of three"));
    assertEquals(1, complaints("block size … must be larger").size());
    assertEquals(1, complaints("a comment is no message").size());
  }

  /** Nothing to look for is nothing found. */
  @Test
  void aMessageOfPlaceholdersIsAComplaint() {
    assertEquals(1, complaints("… at …").size());
  }

  private static List<String> complaints(String message) {
    return new MessageCheck(List.of(SOURCE))
        .complaints(Page.parse(Path.of("t.md"), "### `" + message + "`\n"));
  }
}
