package io.penstock.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.contract.BlockDeviceContract;
import io.penstock.core.device.BlockDevice;
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

/** The device on everything it is for; what cannot be had here is skipped, with the reason. */
class PreadDeviceContractTest {

  @Nested
  class OnADisk extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      HostDevice device = TestFiles.create(directory.resolve("file"));
      assertTrue(device.isDirect());
      return device;
    }
  }

  @Nested
  class OnADiskInOneThread extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      return new PreadProvider().open(directory.resolve("file"), OpenMode.CREATE_NEW.withDepth(1));
    }
  }

  @Nested
  class OnMemory extends BlockDeviceContract {
    @TempDir(factory = TestFiles.OnTmpfs.class)
    Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      return TestFiles.create(directory.resolve("file"));
    }
  }

  @Nested
  class ThroughThePageCache extends BlockDeviceContract {
    @TempDir Path directory;

    @Override
    protected BlockDevice open(long size) throws IOException {
      HostFile file = TestFiles.openBuffered(directory.resolve("file"));
      return new PreadDevice(file, new DescriptorCalls(file.descriptor().fd()), 8);
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

  private static HostDevice openLoop(LoopDevice loop, int block) throws IOException {
    HostDevice device = new PreadProvider().open(loop.path(), OpenMode.READ_WRITE);
    assertEquals(block, device.limits().logicalBlock());
    assertTrue(device.isBlockDevice());
    assertEquals(Files.size(loop.backing()), device.length());
    return device;
  }
}
