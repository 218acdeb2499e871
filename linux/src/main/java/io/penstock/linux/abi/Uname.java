package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/**
 * The kernel that runs: uname(2).
 *
 * <p>Field map of {@code struct utsname}, from {@code linux/utsname.h}: six C strings of 65 bytes:
 * sysname at 0, nodename at 65, release at 130, version at 195, machine at 260, domainname at 325.
 *
 * @param system {@code Linux}
 * @param release such as {@code 6.12.9-amd64}
 * @param machine such as {@code x86_64}
 */
public record Uname(String system, String release, String machine) {
  private static final int FIELD_BYTES = 65;

  private static final SharedCall UNAME = SharedCall.returningInt("uname");

  /** Asks the kernel. */
  public static Uname current() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(390);
      long result = UNAME.call(SharedCall.address(names));
      assert result == 0 : "uname fails for a bad pointer only";
      return decode(names);
    }
  }

  /** Takes apart what uname(2) filled in. */
  static Uname decode(MemorySegment names) {
    return new Uname(field(names, 0), field(names, 130), field(names, 260));
  }

  /** Up to its zero byte, or all of it if it has none. */
  private static String field(MemorySegment names, long offset) {
    byte[] bytes = names.asSlice(offset, FIELD_BYTES).toArray(ValueLayout.JAVA_BYTE);
    int length = 0;
    while (length < FIELD_BYTES && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
