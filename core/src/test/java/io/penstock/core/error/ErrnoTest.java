package io.penstock.core.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Error numbers and what errors say. */
@Rule("CMP-2")
class ErrnoTest {
  @Test
  void everyNumberFindsItsName() {
    for (Errno errno : Errno.values()) {
      assertSame(errno, Errno.of(errno.number()));
      assertFalse(errno.meaning().isBlank());
    }
    assertSame(Errno.EPERM, Errno.of(1), "the smallest");
    assertEquals("EIO (input/output error)", Errno.describe(5));
  }

  @Test
  void numbersWithoutNameAreDescribedAsNumbers() {
    for (int number : new int[] {Integer.MIN_VALUE, -1, 0, 77, 133, 134, Integer.MAX_VALUE}) {
      assertNull(Errno.of(number));
      assertEquals("errno " + number, Errno.describe(number));
    }
  }

  @Test
  void errorTellsWhatWasTriedWhereAndWhy() {
    IOException cause = new IOException("cable");
    BlockIoException error =
        new BlockIoException(5, "read", "disk", 4096, 512, "check the cable", cause);
    assertEquals(
        "read disk at 4096 length 512: EIO (input/output error): check the cable",
        error.getMessage());
    assertEquals(5, error.errno());
    assertEquals("read", error.operation());
    assertEquals("disk", error.subject());
    assertEquals(4096, error.position());
    assertEquals(512, error.length());
    assertSame(cause, error.getCause());
    assertTrue(error.is(Errno.EIO));
    assertFalse(error.is(Errno.ENXIO));
  }

  @Test
  void errorWithoutPlaceLeavesItOut() {
    BlockIoException error = new BlockIoException(Errno.EBUSY, "open", "disk", "");
    assertEquals("open disk: EBUSY (device or resource busy)", error.getMessage());
    assertEquals(BlockIoException.NONE, error.position());
    assertEquals(BlockIoException.NONE, error.length());
  }
}
