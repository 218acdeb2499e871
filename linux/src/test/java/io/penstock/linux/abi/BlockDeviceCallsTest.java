package io.penstock.linux.abi;

import static io.penstock.linux.abi.TempFile.succeeds;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlockDeviceCallsTest {
  private static final int MIB = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void deviceTellsItsGeometry(int sector) throws IOException {
    try (LoopDevice loop = LoopDevice.attach(sector, 8 * MIB);
        TempFile device = TempFile.open(loop.path(), 0)) {
      assertEquals(sector, BlockDeviceCalls.logicalBlockSize(device.fd()));
      assertTrue(BlockDeviceCalls.physicalBlockSize(device.fd()) >= sector);
      assertEquals(8 * MIB, BlockDeviceCalls.sizeBytes(device.fd()));
      assertEquals(0, BlockDeviceCalls.isReadOnly(device.fd()));
      assertTrue(StatX.of(device.fd(), "loop").isBlockDevice());
    }
  }

  @Test
  void zeroedRangeReadsAsZerosAndItsNeighboursDoNot() throws IOException {
    try (LoopDevice loop = LoopDevice.attach(512, 8 * MIB);
        TempFile device = TempFile.open(loop.path(), OpenFlags.O_DIRECT);
        Arena arena = Arena.ofConfined()) {
      device.fill(0, MIB, 'x');
      succeeds(BlockDeviceCalls.zero(device.fd(), 4096, 4096));
      MemorySegment back = arena.allocate(3 * 4096, 4096);
      assertEquals(3 * 4096, TransferCalls.pread(device.fd(), back, 0));
      assertEquals('x', back.get(ValueLayout.JAVA_BYTE, 4095));
      assertEquals(0, back.get(ValueLayout.JAVA_BYTE, 4096));
      assertEquals(0, back.get(ValueLayout.JAVA_BYTE, 8191));
      assertEquals('x', back.get(ValueLayout.JAVA_BYTE, 8192));
    }
  }

  @Test
  void rangesAreDiscardedAndBuffersFlushed() throws IOException {
    try (LoopDevice loop = LoopDevice.attach(512, 8 * MIB);
        TempFile device = TempFile.open(loop.path(), 0)) {
      device.fill(0, MIB, 'x');
      succeeds(FileCalls.fsync(device.fd()));
      succeeds(BlockDeviceCalls.flushBuffers(device.fd()));
      long discarded = BlockDeviceCalls.discard(device.fd(), 0, MIB);
      assertTrue(discarded == 0 || discarded == -Errno.EOPNOTSUPP);
      assertEquals(-Errno.EINVAL, BlockDeviceCalls.zero(device.fd(), 1, 512));
    }
  }

  @Test
  void regularFileIsNoBlockDevice(@TempDir Path directory) {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0)) {
      assertEquals(-Errno.ENOTTY, BlockDeviceCalls.logicalBlockSize(file.fd()));
      assertEquals(-Errno.ENOTTY, BlockDeviceCalls.sizeBytes(file.fd()));
    }
  }
}
