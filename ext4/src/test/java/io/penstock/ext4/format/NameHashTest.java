package io.penstock.ext4.format;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Hashes of names are those that {@code debugfs -R "dx_hash -h HASH -s SEED NAME"} prints. */
class NameHashTest {
  private static final String LONG = "a-much-longer-name-that-exceeds-thirty-two-bytes-for-sure";

  @ParameterizedTest
  @CsvSource({
    "LEGACY, a, e74b53e2",
    "LEGACY, hello, 32252546",
    "LEGACY, " + LONG + ", e8f49746",
    "LEGACY, hex:e4fffe, 536942c8",
    "HALF_MD4, a, 8d08ec4c",
    "HALF_MD4, hello, e2ddf968",
    "HALF_MD4, " + LONG + ", c213de46",
    "HALF_MD4, hex:e4fffe, 8b879ba4",
    "TEA, a, f53528f0",
    "TEA, hello, 1a5692b6",
    "TEA, " + LONG + ", 82264d1a",
    "TEA, hex:e4fffe, 3a80d5aa",
  })
  void isThatOfDebugfsWithASeed(NameHash hash, String name, String expected) {
    // the UUID 01020304-0506-0708-090a-0b0c0d0e0f10, as words of the disk
    int[] seed = {0x04030201, 0x08070605, 0x0c0b0a09, 0x100f0e0d};
    assertEquals(expected, Integer.toHexString(hash.of(bytes(name), seed, false)));
  }

  @ParameterizedTest
  @CsvSource({"TEA, foo, 901b3376"})
  void isThatOfDebugfsWithoutASeed(NameHash hash, String name, String expected) {
    assertEquals(expected, Integer.toHexString(hash.of(bytes(name), new int[4], false)));
  }

  private static byte[] bytes(String name) {
    return name.startsWith("hex:")
        ? HexFormat.of().parseHex(name.substring(4))
        : name.getBytes(StandardCharsets.UTF_8);
  }
}
