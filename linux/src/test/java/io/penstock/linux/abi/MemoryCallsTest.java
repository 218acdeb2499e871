package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.linux.abi.MemoryCalls.Limit;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryCallsTest {
  @Test
  void pageIsAPowerOfTwo() {
    assertEquals(1, Integer.bitCount(MemoryCalls.pageSize()));
  }

  @Test
  void limitsAgreeWithProc() throws IOException {
    Limit files = MemoryCalls.limit(MemoryCalls.RLIMIT_NOFILE);
    String shown =
        Files.readAllLines(Path.of("/proc/self/limits")).stream()
            .filter(line -> line.startsWith("Max open files"))
            .findFirst()
            .orElseThrow();
    assertTrue(shown.contains(" " + files.soft() + " "), () -> shown + " and " + files);
    assertThrows(IllegalArgumentException.class, () -> MemoryCalls.limit(999));
  }

  @Test
  void memoryIsLockedWithinTheLimit() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment page = arena.allocate(MemoryCalls.pageSize(), MemoryCalls.pageSize());
      long result = MemoryCalls.lock(page);
      assertTrue(result == 0 || MemoryCalls.limit(MemoryCalls.RLIMIT_MEMLOCK).soft() >= 0);
      if (result == 0) {
        succeeds(MemoryCalls.unlock(page));
      }
    }
  }

  @Test
  void kernelNamesItself() throws IOException {
    Uname kernel = Uname.current();
    assertEquals("Linux", kernel.system());
    assertEquals(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip(), kernel.release());
    assertEquals(Abi.NATIVE.equals(Abi.X86_64) ? "x86_64" : "aarch64", kernel.machine());
  }
}
