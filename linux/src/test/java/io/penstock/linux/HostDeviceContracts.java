package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.linux.abi.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/**
 * A way to reach files of the host, on everything it is for; what cannot be had here is skipped,
 * with the reason.
 */
abstract class HostDeviceContracts {
  /** The way. */
  abstract DeviceProvider provider();

  /** A device of this way that is not direct. */
  abstract HostDevice takeOver(HostFile file) throws IOException;

  private HostDevice open(Path path, OpenMode mode) throws IOException {
    HostDevice device = provider().open(path, mode);
    assertEquals(provider().name(), device.provider());
    return device;
  }

  @Nested
  class OnADisk extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      HostDevice device =
          HostDeviceContracts.this.open(directory.resolve("file"), OpenMode.CREATE_NEW);
      assertTrue(device.isDirect());
      return device;
    }
  }

  @Nested
  class OnADiskInOneThread extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      return HostDeviceContracts.this.open(
          directory.resolve("file"), OpenMode.CREATE_NEW.withDepth(1));
    }
  }

  @Nested
  class OnMemory extends BlockDeviceContract {
    @TempDir(factory = TestFiles.OnTmpfs.class)
    Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      return HostDeviceContracts.this.open(directory.resolve("file"), OpenMode.CREATE_NEW);
    }
  }

  @Nested
  class ThroughThePageCache extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      return takeOver(TestFiles.openBuffered(directory.resolve("file")));
    }
  }

  @Nested
  class OnABlockDeviceOf512 extends BlockDeviceContract {
    private static LoopDevice loop;

    @BeforeAll
    static void attach() throws IOException {
      loop = TestFiles.attachLoop(512, 16L << 20);
    }

    @AfterAll
    static void detach() throws IOException {
      TestFiles.detach(loop);
    }

    @Override
    protected BlockDevice open(long size) throws IOException {
      return openLoop(loop, 512);
    }
  }

  @Nested
  class OnABlockDeviceOf4096 extends BlockDeviceContract {
    private static LoopDevice loop;

    @BeforeAll
    static void attach() throws IOException {
      loop = TestFiles.attachLoop(4096, 16L << 20);
    }

    @AfterAll
    static void detach() throws IOException {
      TestFiles.detach(loop);
    }

    @Override
    protected BlockDevice open(long size) throws IOException {
      return openLoop(loop, 4096);
    }
  }

  @Nested
  class OnABlockDeviceThatWritesThrough extends BlockDeviceContract {
    private static LoopDevice loop;

    @BeforeAll
    static void attach() throws IOException {
      loop = TestFiles.attachLoop(512, 16L << 20);
      loop.writeThrough();
    }

    @AfterAll
    static void detach() throws IOException {
      TestFiles.detach(loop);
    }

    @Override
    protected BlockDevice open(long size) throws IOException {
      BlockDevice device = openLoop(loop, 512);
      assertTrue(device.limits().forcedUnitAccess());
      return device;
    }
  }

  private HostDevice openLoop(LoopDevice loop, int block) throws IOException {
    HostDevice device = open(loop.path(), OpenMode.READ_WRITE);
    assertEquals(block, device.limits().logicalBlock());
    assertTrue(device.isBlockDevice());
    assertEquals(Files.size(loop.backing()), device.length());
    return device;
  }
}
