package io.penstock.engine.file;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.NullDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.testkit.Garbage;
import org.junit.jupiter.api.Test;

/** What it costs to be ready to wait for other requests of a file when there are none. */
class LoneRequestAllocationTest {
  private static final int REQUESTS = 2_000;
  private static final int BLOCK = 4096;

  @Test
  void durableWritesAllocateNothing() throws Exception {
    check(LayoutTraits.DEFAULT, Direction.WRITE, IoFlags.of(IoFlag.DATA_SYNC));
  }

  @Test
  void readsUnderTheLockOfTheFileAllocateNothing() throws Exception {
    check(LayoutTraits.DEFAULT.withLocking(true), Direction.READ, IoFlags.NONE);
  }

  private static void check(LayoutTraits traits, Direction direction, IoFlags flags)
      throws Exception {
    try (NullDevice device = new NullDevice();
        IoArena arena = IoArena.ofShared();
        BlockFile file =
            BlockFile.builder(device, straight(device, traits))
                .blockSize(BLOCK)
                .size(1 << 20)
                .build()) {
      IoVector page = IoVector.of(arena.allocate(BLOCK, BLOCK));
      long bytes =
          Garbage.ofThisThread(
              REQUESTS,
              count -> {
                for (int i = 0; i < count; i++) {
                  long position = (i & 127) * (long) BLOCK;
                  if (direction == Direction.WRITE) {
                    DirectIo.write(file, page, position, flags);
                  } else {
                    DirectIo.read(file, page, position, flags);
                  }
                }
              });
      // one object per request would be 32000 bytes and more
      assertTrue(bytes < REQUESTS, bytes + " bytes in " + REQUESTS + " requests");
    }
  }

  private static BlockMapper straight(NullDevice device, LayoutTraits traits) {
    return new BlockMapper() {
      @Override
      public void map(MapQuery query, Mapping mapping) {
        mapping.mapped(device, query.firstBlock() * BLOCK, query.blocks());
      }

      @Override
      public LayoutTraits traits() {
        return traits;
      }
    };
  }
}
