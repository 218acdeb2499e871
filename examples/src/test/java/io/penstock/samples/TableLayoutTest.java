package io.penstock.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.contract.BlockMapperContract;
import io.penstock.core.DirectIo;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.file.Engines;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableLayoutTest {
  @TempDir Path directory;

  // sample: layout-contract
  @Nested
  class KeepsThePromisesOfEveryBlockMap extends BlockMapperContract {
    @Override
    protected BlockFile create(BlockDevice device) {
      TableLayout layout = new TableLayout(device, 4096, 256);
      return BlockFile.builder(device, layout).blockSize(4096).endOfIo(layout).build();
    }
  }

  // end of sample

  @Test
  void holesAreZerosAndSectorsGoWhereTheyBelong() throws Exception {
    Path image = directory.resolve("image");
    Files.write(image, new byte[1 << 20]);
    assertEquals(16_384, useLayout(image));
  }

  // sample: layout-use
  static long useLayout(Path image) throws IOException {
    try (HostDevice device = Engines.open(image, Engines.AUTO, OpenMode.READ_WRITE);
        IoArena arena = IoArena.ofShared()) {
      TableLayout layout = new TableLayout(device, 4096, 256);
      BlockFile file = BlockFile.builder(device, layout).blockSize(4096).endOfIo(layout).build();

      MemorySegment sector = arena.allocate(512, 4096).fill((byte) 'p');
      DirectIo.write(file, IoVector.of(sector), 12_288 + 1536); // inside block 3; 0 to 2 are holes

      MemorySegment all = arena.allocate(16_384, 4096);
      long bytes = DirectIo.read(file, IoVector.of(all), 0); // 14,336: the file ends there
      assert all.get(ValueLayout.JAVA_BYTE, 12_288) == 0; // not what the device held before
      assert all.get(ValueLayout.JAVA_BYTE, 12_288 + 1536) == 'p';
      file.close();
      return Math.ceilDiv(bytes, 4096) * 4096;
    }
  }

  // end of sample

  @Test
  void aDeviceThatIsFullSaysSo() throws Exception {
    MemoryDevice device = MemoryDevice.of(8192);
    TableLayout layout = new TableLayout(device, 4096, 256);
    BlockFile file = BlockFile.builder(device, layout).blockSize(4096).endOfIo(layout).build();
    try (IoArena arena = IoArena.ofShared()) {
      IoVector three = IoVector.of(arena.allocate(3 * 4096, 4096));
      BlockIoException full =
          assertThrows(BlockIoException.class, () -> DirectIo.write(file, three, 0));
      assertTrue(full.is(Errno.ENOSPC), full::toString);
    }
  }

  @Test
  void whatWasCutOffIsZerosWhenTheFileGrowsAgain() throws Exception {
    MemoryDevice device = MemoryDevice.of(1 << 20);
    TableLayout layout = new TableLayout(device, 4096, 256);
    BlockFile file = BlockFile.builder(device, layout).blockSize(4096).endOfIo(layout).build();
    try (IoArena arena = IoArena.ofShared()) {
      IoVector two = IoVector.of(arena.allocate(8192, 4096).fill((byte) 1));
      DirectIo.write(file, two, 0);
      DirectIo.truncate(file, 4096);
      DirectIo.write(file, two, 8192);
      MemorySegment back = arena.allocate(16_384, 4096).fill((byte) 9);
      assertEquals(16_384, DirectIo.read(file, IoVector.of(back), 0));
      assertEquals(1, back.get(ValueLayout.JAVA_BYTE, 4095));
      assertEquals(0, back.get(ValueLayout.JAVA_BYTE, 4096));
      assertEquals(0, back.get(ValueLayout.JAVA_BYTE, 8191));
      assertEquals(1, back.get(ValueLayout.JAVA_BYTE, 8192));
    }
  }
}
