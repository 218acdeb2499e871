package io.penstock.linux.abi;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

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
  private static final SharedCall UNAME = SharedCall.returningInt("uname");

  /** Asks the kernel. */
  public static Uname current() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment names = arena.allocate(390);
      long result = UNAME.call(SharedCall.address(names));
      assert result == 0 : "uname fails for a bad pointer only";
      return new Uname(names.getString(0), names.getString(130), names.getString(260));
    }
  }
}
