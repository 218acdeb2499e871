package io.penstock.cli.bench;

import io.penstock.core.DirectIo;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.file.Engines;
import java.io.IOException;
import java.util.Optional;

/**
 * Calls that wait, one operation at a time per thread, on a device that all threads share. Platform
 * threads, as many as asked for; or virtual ones, as many as there are to be operations in flight.
 */
final class BlockingEngine extends LoopEngine {
  private final ProviderChoice choice;
  private final boolean virtual;

  BlockingEngine(String name, String provider, boolean virtual) {
    super(name);
    choice = new ProviderChoice(provider);
    this.virtual = virtual;
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return choice.unavailabilityCause();
  }

  @Override
  protected int workers(Workload workload) {
    return virtual ? workload.outstanding() : workload.threads();
  }

  @Override
  protected Thread newWorker(String threadName, Runnable work) {
    return virtual
        ? Thread.ofVirtual().name(threadName).unstarted(work)
        : super.newWorker(threadName, work);
  }

  @Override
  protected Loop open(Round round) throws IOException {
    Workload workload = round.workload();
    OpenTarget target =
        OpenTarget.of(
            Engines.open(workload.file(), choice.name(), workload.openMode(workers(workload))));
    round.inUse(target.device().provider());
    return new Blocking(target, virtual);
  }

  private record Blocking(OpenTarget target, boolean virtual) implements Loop {
    @Override
    public void run(Round round) throws InterruptedException {
      Lane lane = virtual ? round.newSmallLane() : round.newLane();
      try (Buffers buffers = new Buffers(round.workload(), 1)) {
        IoVector memory = IoVector.of(buffers.segment(0));
        round.arrive();
        transfer(target.file(), memory, lane);
      }
    }

    private static void transfer(BlockFile file, IoVector memory, Lane lane) {
      long begun = System.nanoTime();
      while (!lane.isOver()) {
        long position = lane.nextPosition();
        long now;
        try {
          long bytes =
              lane.writes()
                  ? DirectIo.write(file, memory, position)
                  : DirectIo.read(file, memory, position);
          now = System.nanoTime();
          lane.completed(begun, now, bytes);
        } catch (IOException e) {
          lane.failed(e);
          now = System.nanoTime();
        }
        begun = now;
      }
    }

    @Override
    public void close() throws IOException {
      target.close();
    }
  }
}
