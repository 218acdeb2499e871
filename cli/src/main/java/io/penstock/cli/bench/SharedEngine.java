package io.penstock.cli.bench;

import io.penstock.core.memory.IoVector;
import io.penstock.file.Engines;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * Requests with handlers on a device that all threads share: each worker begins as many as the
 * depth says, their completions begin the next.
 */
final class SharedEngine extends LoopEngine {
  private final ProviderChoice choice;

  SharedEngine(String name, String provider) {
    super(name);
    choice = new ProviderChoice(provider);
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return choice.unavailabilityCause();
  }

  @Override
  protected Loop open(Round round) throws IOException {
    Workload workload = round.workload();
    int outstanding = workload.outstanding();
    OpenTarget target =
        OpenTarget.of(Engines.open(workload.file(), choice.name(), workload.openMode(outstanding)));
    round.inUse(target.device().provider());
    return new Shared(target, ThreadLocal.withInitial(round::newLane));
  }

  /**
   * @param lanes handlers run on the device's few threads, each with a lane of its own
   */
  private record Shared(OpenTarget target, ThreadLocal<Lane> lanes) implements Loop {
    @Override
    public void run(Round round) throws InterruptedException {
      Workload workload = round.workload();
      int depth = workload.depth();
      CountDownLatch busy = new CountDownLatch(depth);
      try (Buffers buffers = new Buffers(workload, depth)) {
        RequestSlot[] slots = new RequestSlot[depth];
        for (int i = 0; i < depth; i++) {
          IoVector memory = IoVector.of(buffers.segment(i));
          slots[i] = new RequestSlot(target.file(), memory, lanes::get, busy::countDown);
        }
        round.arrive();
        for (RequestSlot each : slots) {
          each.start();
        }
        busy.await();
      }
    }

    @Override
    public void close() throws IOException {
      target.close();
    }
  }
}
