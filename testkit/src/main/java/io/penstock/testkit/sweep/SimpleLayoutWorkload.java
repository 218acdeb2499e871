package io.penstock.testkit.sweep;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.layout.SimpleLayout;
import java.util.List;

/** The testkit's own layout, swept as a user sweeps theirs. */
final class SimpleLayoutWorkload implements Workload {
  private static final int BLOCK = 4096;

  @Override
  public String name() {
    return "simple-layout";
  }

  @Override
  public BlockFile open(FaultSites sites) {
    MemoryDevice disk = MemoryDevice.of(256 << 10);
    disk.fill((byte) Pattern.POISON);
    BlockDevice device = sites.device(disk);
    SimpleLayout layout = SimpleLayout.on(device, BLOCK);
    return sites.file(device, layout, layout).blockSize(BLOCK).build();
  }

  @Override
  public List<Step> script() {
    return List.of(
        Step.write(0, BLOCK, BLOCK + 512),
        Step.write(512, 2 * BLOCK, 512),
        Step.sync(),
        Step.truncate(1000),
        Step.write(2 * BLOCK + 512, 1024),
        Step.read(0, BLOCK, 2 * BLOCK).giving(2 * BLOCK + 1536));
  }
}
