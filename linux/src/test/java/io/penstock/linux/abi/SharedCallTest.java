package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SharedCallTest {
  private static final int AT_FDCWD = -100;

  @Test
  void functionThatTheLibraryLacksFailsWithEnosys() {
    assertEquals(-Errno.ENOSYS, SharedCall.returningInt("penstock_no_such_call").call(1));
  }

  @Test
  void systemCallStandsInForAFunctionThatTheLibraryLacks() {
    SharedCall call = SharedCall.orSyscall("penstock_no_such_statx", Abi.NATIVE.callStatx());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stat = StatX.allocate(arena).fill((byte) 0);
      long root = SharedCall.address(arena.allocateFrom("/"));
      long result = call.call(AT_FDCWD, root, 0, StatX.STATX_BASIC_STATS, SharedCall.address(stat));
      assertEquals(0, result);
      assertTrue(StatX.decode(stat).isDirectory());
    }
  }

  @Test
  void errorOfAFunctionThatReturnsAnIntIsToldAsItsNumber() {
    assertEquals(-Errno.EBADF, SharedCall.returningInt("close").call(-1));
  }

  @Test
  void resultOf64BitsIsWhole() {
    SharedCall mmap = SharedCall.returningLong("mmap");
    SharedCall munmap = SharedCall.returningInt("munmap");
    int privateAnonymous = 0x22;
    long address = mmap.call(0, 4096, 1, privateAnonymous, -1, 0);
    assertTrue(address >>> 32 != 0, () -> "above 4 GiB: " + Long.toHexString(address));
    assertEquals(0, munmap.call(address, 4096));
  }

  @Test
  void memoryOnTheHeapIsRefused() {
    MemorySegment heap = MemorySegment.ofArray(new byte[8]);
    assertThrows(IllegalArgumentException.class, () -> SharedCall.address(heap));
  }
}
