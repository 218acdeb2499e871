package io.penstock.cli.bench;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.DeviceProvider;
import java.io.IOException;
import java.util.Optional;

/** Each thread drives a loop of its own, with so many requests in flight as the depth says. */
final class ConfinedEngine extends LoopEngine {
  private final ProviderChoice choice;

  ConfinedEngine(String name, String provider) {
    super(name);
    choice = new ProviderChoice(provider);
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return choice.unavailabilityCause();
  }

  @Override
  protected Loop open(Round round) throws IOException {
    return new Worker(choice.provider());
  }

  private record Worker(DeviceProvider provider) implements Loop {
    @Override
    public void run(Round round) throws IOException, InterruptedException {
      Workload workload = round.workload();
      int depth = workload.depth();
      try (Buffers buffers = new Buffers(workload, depth);
          ConfinedLoop loop = provider.newLoop(depth);
          OpenTarget target = OpenTarget.of(loop.open(workload.file(), workload.openMode(depth)))) {
        round.inUse(target.device().provider());
        LoopSlots.run(round, loop, target.file(), buffers);
      }
    }

    @Override
    public void close() {}
  }
}
