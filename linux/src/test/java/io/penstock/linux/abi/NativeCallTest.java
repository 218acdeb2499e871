package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;
import org.junit.jupiter.api.Test;

class NativeCallTest {
  @Test
  void functionThatTheLibraryLacksFailsWithEnosys() throws Throwable {
    MethodHandle call =
        NativeCall.of("penstock_no_such_call", NativeCall.INT, NativeCall.INT, NativeCall.POINTER);
    try (Arena arena = Arena.ofConfined()) {
      ErrnoCapture capture = ErrnoCapture.unpooled(arena);
      long returned = (long) call.invokeExact(capture.segment(), 1, arena.allocate(8));
      assertEquals(-Errno.ENOSYS, capture.result(returned));
    }
  }
}
