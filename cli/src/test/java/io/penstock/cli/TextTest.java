package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

/** Numbers and JSON as they are read and written. */
class TextTest {
  @ParameterizedTest
  @CsvSource({"512,512", "4k,4096", "1m,1048576", "1M,1048576", "64KiB,65536", "1g,1073741824"})
  void readsBlockSizes(String text, int bytes) {
    assertEquals(bytes, new BlockSize().convert(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "0", "-512", "1000", "2g", "1x", "9999999999999999999", "8e"})
  void refusesOtherBlockSizes(String text) {
    assertThrows(TypeConversionException.class, () -> new BlockSize().convert(text));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0 bytes",
    "1023,1023 bytes",
    "1024,1.00 KiB",
    "15000,14.6 KiB",
    "1073741824,1.00 GiB"
  })
  void writesSizes(long bytes, String text) {
    assertEquals(text, ByteSize.show(bytes));
  }

  @Test
  void writesJson() {
    Json json =
        new Json()
            .put("text", "a\"b\\c\n\u00fc")
            .put("number", 1.5)
            .put("nothing", null)
            .put("no", Double.NaN)
            .put("list", List.of(true, new Json().put("x", 1L)));
    assertEquals(
        "{\"text\":\"a\\\"b\\\\c\\u000a\u00fc\",\"number\":1.5,\"nothing\":null,\"no\":null,"
            + "\"list\":[true,{\"x\":1}]}",
        json.toString());
  }

  @Test
  void showsExamplesInEveryHelp() {
    for (String command : List.of("copy", "doctor", "map")) {
      String help = Outcome.of(command, "--help").succeeds().out();
      assertEquals(true, help.contains("Examples:"), command);
    }
    assertEquals(true, Outcome.of("--help").succeeds().out().contains("Examples:"));
  }

  @Test
  void noCharacterOfAFailureCommandsTheTerminal() {
    assertEquals(
        "a?[31m b?31m c?", FailureLine.oneLine(new IOException("a\u001b[31m b\u009b31m c\u007f")));
  }
}
