package io.penstock.bench.peer;

import io.penstock.cli.bench.Buffers;
import io.penstock.cli.bench.Lane;
import io.penstock.cli.bench.Round;
import io.penstock.cli.bench.Workload;
import io.questdb.cairo.CairoConfiguration;
import io.questdb.std.Files;
import io.questdb.std.IOURing;
import io.questdb.std.IOURingFacadeImpl;
import io.questdb.std.str.Path;
import java.io.IOException;
import java.util.Optional;

/** QuestDB's {@code IOURing}: one thread with a ring of its own, reads only. */
public final class QuestRing extends Peer {
  /** For {@link java.util.ServiceLoader}. */
  public QuestRing() {
    super("questdb-uring");
  }

  @Override
  void load() throws Exception {
    if (!IOURingFacadeImpl.INSTANCE.isAvailable()) {
      throw new UnsupportedOperationException("QuestDB says that io_uring is not available");
    }
  }

  @Override
  Optional<String> missing(Workload workload) {
    return workload.pattern().writes()
        ? Optional.of("its IOURing of version 9.1.0 only reads")
        : Optional.empty();
  }

  @Override
  void work(Round round) throws IOException, InterruptedException {
    Workload workload = round.workload();
    try (Path path = new Path()) {
      String name = workload.file().toString();
      long file = Files.openRW(path.of(name).$(), CairoConfiguration.O_DIRECT);
      if (file < 0) {
        throw new IOException("QuestDB cannot open " + name + " for direct I/O");
      }
      try {
        turn(round, file);
      } finally {
        Files.close(file);
      }
    }
  }

  private static void turn(Round round, long file) throws InterruptedException {
    int depth = round.workload().depth();
    int capacity = Integer.highestOneBit(Math.max(2, depth * 2 - 1));
    try (Buffers buffers = new Buffers(round.workload(), depth);
        IOURing ring = IOURingFacadeImpl.INSTANCE.newInstance(capacity)) {
      Flight flight = new Flight(ring, file, buffers, round.workload(), capacity);
      Lane lane = round.newLane();
      round.arrive();
      flight.run(lane);
    }
  }

  /** What is in flight; ids are counted up, so that a table of a power of two finds their slots. */
  private static final class Flight {
    private final IOURing ring;
    private final long file;
    private final long[] addresses;
    private final long[] begun;
    private final int[] slotOfId;
    private final int length;
    private int inFlight;

    Flight(IOURing ring, long file, Buffers buffers, Workload workload, int capacity) {
      this.ring = ring;
      this.file = file;
      int depth = workload.depth();
      addresses = new long[depth];
      begun = new long[depth];
      slotOfId = new int[capacity * 64];
      length = workload.blockSize();
      for (int i = 0; i < depth; i++) {
        addresses[i] = buffers.segment(i).address();
      }
    }

    void run(Lane lane) {
      for (int slot = 0; slot < addresses.length; slot++) {
        next(slot, lane, System.nanoTime());
      }
      while (inFlight > 0) {
        ring.submitAndWait();
        while (ring.nextCqe()) {
          inFlight--;
          int slot = slotOfId[index(ring.getCqeId())];
          long now = System.nanoTime();
          lane.completed(begun[slot], now, ring.getCqeRes());
          next(slot, lane, now);
        }
      }
    }

    private void next(int slot, Lane lane, long now) {
      if (lane.isOver()) {
        return;
      }
      begun[slot] = now;
      long id = ring.enqueueRead(file, lane.nextPosition(), addresses[slot], length);
      if (id < 0) {
        throw new IllegalStateException("QuestDB's ring is full");
      }
      slotOfId[index(id)] = slot;
      inFlight++;
    }

    private int index(long id) {
      return (int) (id & (slotOfId.length - 1));
    }
  }
}
