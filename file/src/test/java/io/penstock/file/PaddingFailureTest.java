package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A host that cannot cut what a write has padded: a full disk that needs space to shorten. */
class PaddingFailureTest {
  private static final int BLOCK = MemoryHost.BLOCK;

  private final MemoryHost host = MemoryHost.of(0, device -> device);

  @Test
  @Rule("FILE-3")
  @Rule("CMP-2")
  void paddingThatCannotBeCutFailsTheWriteWithItsPlaceAndTheWayOut() throws IOException {
    try (DirectFile file = host.open(DirectFileOptions.DEFAULT)) {
      file.write(ByteBuffer.allocate(1000), 0);
      host.failSetLength(new BlockIoException(Errno.ENOSPC, "ftruncate", "host", "no space"));
      BlockIoException full =
          assertThrows(BlockIoException.class, () -> file.write(ByteBuffer.allocate(BLOCK), 1000));
      assertEquals("write", full.operation());
      assertEquals("in-memory", full.subject());
      assertTrue(full.is(Errno.ENOSPC), full.getMessage());
      assertEquals(1000, full.position());
      assertEquals(BLOCK, full.length());
      assertTrue(
          full.getMessage().contains("zeros from 5096 to 5120")
              && full.getMessage().contains("truncate it to 5096"),
          full.getMessage());

      host.failSetLength(null);
      file.truncate(1000);
      assertEquals(1000, file.append(ByteBuffer.allocate(BLOCK)));
      assertEquals(1000 + BLOCK, file.size());
      assertEquals(1000 + BLOCK, host.length());
    }
  }
}
