package io.penstock.cli.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** JSON that another program has spoilt: refused with the place, whatever it is. */
class JsonReaderTest {
  @Test
  void objectsInsideEachOtherWithoutEndAreRefused() {
    String deep = "{\"a\":".repeat(100_000);
    var failure = assertThrows(IllegalArgumentException.class, () -> JsonReader.object(deep));
    assertTrue(String.valueOf(failure.getMessage()).contains("at most 256"), failure.getMessage());
  }

  @Test
  void whatIsNotDeepIsRead() {
    String nested = "{\"a\":".repeat(200) + "1" + "}".repeat(200);
    assertEquals(1, JsonReader.object(nested).size());
    assertEquals(
        Map.of("a", "\u00e9", "b", 25.0), JsonReader.object("{\"a\":\"\\u00e9\",\"b\":2.5e1}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":\"\\u12", "{\"a\":\"\\u+123\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":1e}", "{\"a\":--}",
        "{\"a\"", "{", "", "[]", "{\"a\":\"\\"
      })
  void whatIsCutOrSpoiltIsRefusedWithItsPlace(String text) {
    var failure = assertThrows(IllegalArgumentException.class, () -> JsonReader.object(text));
    assertTrue(
        String.valueOf(failure.getMessage()).startsWith("JSON: expected "), failure.getMessage());
  }
}
