package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.ErrorDevice;
import io.penstock.core.device.Fault;
import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the device fails a commit nothing more is written, and what was synced before is there. */
class FailedCommitTest {
  private static final int LENGTH = 50_000;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"write 0", "write 1", "flush"})
  @Rule("CMP-6")
  void afterAFailedCommitNothingMoreIsWritten(String failing) throws Exception {
    byte[] data = new byte[LENGTH];
    Arrays.fill(data, (byte) 7);
    try (Image image = Image.blank(directory, 32L << 20).format("-t", "ext4", "-b", "1024")) {
      try (HostDevice host = image.writableDevice()) {
        ErrorDevice device = new ErrorDevice(host);
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File file = volume.create(volume.root(), Name.of("file"), 0600).open();
        file.write(MemorySegment.ofArray(data), 0);
        file.syncAll();
        file.write(MemorySegment.ofArray(data), LENGTH);
        if (failing.equals("flush")) {
          device.failFlushes(Errno.EIO, 1);
        } else {
          device.add(
              Fault.of(Errno.EIO)
                  .on(Direction.WRITE)
                  .skip(Integer.parseInt(failing.substring(6)))
                  .times(1));
        }
        BlockIoException first = assertThrows(BlockIoException.class, file::sync);
        assertEquals(Errno.EIO.number(), first.errno());
        device.heal();
        assertThrows(BlockIoException.class, file::sync);
        BlockIoException later =
            assertThrows(
                BlockIoException.class, () -> volume.create(volume.root(), Name.of("other"), 0600));
        assertEquals(Errno.EROFS.number(), later.errno());
        assertThrows(IOException.class, volume::close);
      }
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          Ext4File file = volume.resolve("file").open()) {
        assertTrue(file.size() >= LENGTH, file::toString);
        byte[] found = new byte[LENGTH];
        assertEquals(LENGTH, file.read(MemorySegment.ofArray(found), 0));
        assertArrayEquals(data, found);
      }
      image.assertWhole();
    }
  }
}
