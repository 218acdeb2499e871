package io.penstock.bench.peer;

import io.penstock.cli.bench.Lane;
import io.penstock.cli.bench.Round;
import io.penstock.cli.bench.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioContext;
import org.apache.activemq.artemis.nativo.jlibaio.LibaioFile;
import org.apache.activemq.artemis.nativo.jlibaio.SubmitInfo;

/** ActiveMQ Artemis's binding of libaio: one thread submits and polls. */
public final class ArtemisAio extends Peer {
  private static final int ALIGNMENT = 4096;

  /** For {@link java.util.ServiceLoader}. */
  public ArtemisAio() {
    super("artemis-aio");
  }

  @Override
  void load() throws Exception {
    if (!LibaioContext.isLoaded()) {
      throw new UnsupportedOperationException(
          "its native library cannot be loaded; is libaio1 installed?");
    }
  }

  @Override
  void work(Round round) throws IOException, InterruptedException {
    Workload workload = round.workload();
    int depth = workload.depth();
    try (LibaioContext<Slot> context = new LibaioContext<>(depth, true, false);
        LibaioFile<Slot> file = context.openFile(workload.file().toFile(), true)) {
      Slot[] slots = new Slot[depth];
      for (int i = 0; i < depth; i++) {
        slots[i] = new Slot(file, workload.blockSize());
      }
      try {
        Lane lane = round.newLane();
        round.arrive();
        turn(context, slots, lane);
      } finally {
        for (Slot each : slots) {
          each.free();
        }
      }
    }
  }

  private static void turn(LibaioContext<Slot> context, Slot[] slots, Lane lane)
      throws IOException {
    int inFlight = 0;
    for (Slot each : slots) {
      inFlight += each.next(lane, System.nanoTime());
    }
    Slot[] completed = new Slot[slots.length];
    while (inFlight > 0) {
      int count = context.poll(completed, 1, completed.length);
      for (int i = 0; i < count; i++) {
        long now = System.nanoTime();
        completed[i].ended(lane, now);
        inFlight += completed[i].next(lane, now) - 1;
      }
    }
  }

  /** One operation in flight, again and again. */
  private static final class Slot implements SubmitInfo {
    private final LibaioFile<Slot> file;
    private final ByteBuffer buffer;
    private final int length;
    private long begun;
    private int error;

    Slot(LibaioFile<Slot> file, int length) {
      this.file = file;
      this.length = length;
      buffer = LibaioContext.newAlignedBuffer(length, ALIGNMENT);
    }

    int next(Lane lane, long now) throws IOException {
      if (lane.isOver()) {
        return 0;
      }
      begun = now;
      long position = lane.nextPosition();
      if (lane.writes()) {
        file.write(position, length, buffer, this);
      } else {
        file.read(position, length, buffer, this);
      }
      return 1;
    }

    void ended(Lane lane, long now) {
      if (error == 0) {
        lane.completed(begun, now, length);
      } else {
        lane.failed(new IOException("libaio error " + error));
        error = 0;
      }
    }

    void free() {
      LibaioContext.freeBuffer(buffer);
    }

    @Override
    public void onError(int number, String message) {
      error = number;
    }

    @Override
    public void done() {}
  }
}
