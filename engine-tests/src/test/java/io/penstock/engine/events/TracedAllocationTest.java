package io.penstock.engine.events;

import static io.penstock.engine.events.Recorded.BIO;
import static io.penstock.engine.events.Recorded.MAPPING;
import static io.penstock.engine.events.Recorded.REQUEST;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.device.NullDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.testkit.Garbage;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;

class TracedAllocationTest {
  private static final int REQUESTS = 2_000;

  @Test
  void requestsAllocateNothingBeforeWhileAndAfterTheyAreRecorded() throws Exception {
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
      assertNone("before", least(file, page));
      try (Recording recording = new Recording()) {
        recording.enable(REQUEST);
        recording.enable(BIO);
        recording.enable(MAPPING);
        recording.start();
        assertNone("while it records", least(file, page));
      }
      assertNone("after", least(file, page));
    }
  }

  private static void assertNone(String when, long bytes) {
    // one object per request would be 32000 bytes and more
    assertTrue(bytes < REQUESTS, when + " " + bytes + " bytes in " + REQUESTS + " requests");
  }

  private static long least(BlockFile file, IoVector page) throws Exception {
    return Garbage.ofThisThread(
        REQUESTS,
        count -> {
          for (int i = 0; i < count; i++) {
            DirectIo.read(file, page, (i & 127) * 4096L);
          }
        });
  }
}
