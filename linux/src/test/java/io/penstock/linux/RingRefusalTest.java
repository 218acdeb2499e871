package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.linux.abi.NoRing;
import io.penstock.rules.Rule;
import org.junit.jupiter.api.Test;

/** What is told when the kernel makes no ring. */
class RingRefusalTest {
  @Test
  @Rule("CMP-2")
  void theNumberIsKeptAndTheRemedyNamed() {
    BlockIoException refused = SharedLoops.failure(NoRing.because(Errno.EMFILE.number()));
    assertEquals(Errno.EMFILE.number(), refused.errno());
    String message = String.valueOf(refused.getMessage());
    assertTrue(message.contains("ulimit -n"), message);
    assertTrue(message.contains("use the pread engine"), message);
  }
}
