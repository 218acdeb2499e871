package io.penstock.engine.file;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.NullDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Garbage;
import org.junit.jupiter.api.Test;

/** What it costs to take a turn when nobody else syncs the file. */
class DurableWriteAllocationTest {
  private static final int WRITES = 2_000;
  private static final IoFlags DURABLE = IoFlags.of(IoFlag.DATA_SYNC);

  @Test
  void durableWritesOfOneThreadAllocateNothing() throws Exception {
    try (NullDevice device = new NullDevice();
        IoArena arena = IoArena.ofShared();
        BlockFile file =
            BlockFile.builder(
                    device,
                    (query, mapping) ->
                        mapping.mapped(device, query.firstBlock() * 4096, query.blocks()))
                .blockSize(4096)
                .size(1 << 20)
                .build()) {
      IoVector page = IoVector.of(arena.allocate(4096, 4096));
      long bytes =
          Garbage.ofThisThread(
              WRITES,
              count -> {
                for (int i = 0; i < count; i++) {
                  DirectIo.write(file, page, (i & 127) * 4096L, DURABLE);
                }
              });
      // one object per write would be 32000 bytes and more
      assertTrue(bytes < WRITES, bytes + " bytes in " + WRITES + " writes");
    }
  }
}
