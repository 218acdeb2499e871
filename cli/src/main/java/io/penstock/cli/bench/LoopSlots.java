package io.penstock.cli.bench;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.io.IOException;

/**
 * As many operations in flight on a loop as the workload's depth says, driven by the thread that
 * has the loop.
 */
final class LoopSlots implements Runnable {
  private int busy;

  private LoopSlots(int busy) {
    this.busy = busy;
  }

  /** Begins when all workers have arrived, and returns when the round is over. */
  static void run(Round round, ConfinedLoop loop, BlockFile file, Buffers buffers)
      throws IOException, InterruptedException {
    Lane lane = round.newLane();
    LoopSlots all = new LoopSlots(round.workload().depth());
    RequestSlot[] slots = new RequestSlot[all.busy];
    for (int i = 0; i < slots.length; i++) {
      IoVector memory = IoVector.of(buffers.segment(i));
      slots[i] = new RequestSlot(file, memory, () -> lane, all);
    }
    round.arrive();
    for (RequestSlot each : slots) {
      each.start();
    }
    while (all.busy > 0) {
      loop.await();
    }
  }

  /** A slot has ended; in the loop's own thread. */
  @Override
  public void run() {
    busy--;
  }
}
