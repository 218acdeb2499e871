package io.penstock.cli.bench;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.HostDevice;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import java.io.IOException;
import java.util.Optional;

/**
 * A file on a volume of ext2, ext3 or ext4 that is not mounted: the workload's file is the volume.
 * The one thread drives a loop of its own, with so many requests in flight as the depth says.
 */
public final class VolumeEngine extends LoopEngine {
  private static final String NAME = "ext4";

  private final ProviderChoice choice = new ProviderChoice("uring");
  private final String path;

  /**
   * For a file of the workload's volume.
   *
   * @param path from the root of the volume
   */
  public VolumeEngine(String path) {
    super(NAME);
    this.path = path;
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return workload.threads() > 1
        ? Optional.of("one thread at a time works on a volume; use --threads 1")
        : choice.unavailabilityCause();
  }

  @Override
  protected Loop open(Round round) throws IOException {
    return new Worker();
  }

  private static Ext4Options options(Workload workload) {
    return workload.pattern().writes() ? Ext4Options.WRITE : Ext4Options.READ;
  }

  private final class Worker implements Loop {
    @Override
    public void run(Round round) throws IOException, InterruptedException {
      Workload workload = round.workload();
      int depth = workload.depth();
      try (Buffers buffers = new Buffers(workload, depth);
          ConfinedLoop loop = choice.provider().newLoop(depth);
          HostDevice device = loop.open(workload.file(), workload.openMode(depth));
          Ext4Volume volume = Ext4Volume.open(device, options(workload));
          Ext4File file = volume.resolve(path).open()) {
        round.inUse(device.provider());
        LoopSlots.run(round, loop, file.blockFile(), buffers);
      }
    }

    @Override
    public void close() {}
  }
}
