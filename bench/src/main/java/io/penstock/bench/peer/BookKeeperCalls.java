package io.penstock.bench.peer;

import io.penstock.cli.bench.Buffers;
import io.penstock.cli.bench.Lane;
import io.penstock.cli.bench.Round;
import io.penstock.cli.bench.Workload;
import java.io.IOException;
import org.apache.bookkeeper.common.util.nativeio.NativeIO;
import org.apache.bookkeeper.common.util.nativeio.NativeIOImpl;

/** Apache BookKeeper's native pread and pwrite: one operation at a time per thread. */
public final class BookKeeperCalls extends Peer {
  /** For {@link java.util.ServiceLoader}. */
  public BookKeeperCalls() {
    super("bookkeeper-native");
  }

  @Override
  void load() throws Exception {
    NativeIO calls = new NativeIOImpl();
    calls.close(calls.open("/dev/null", NativeIO.O_RDONLY, 0));
  }

  @Override
  void work(Round round) throws IOException, InterruptedException {
    NativeIO calls = new NativeIOImpl();
    Workload workload = round.workload();
    // It has no mode for both.
    int reader = open(calls, workload, NativeIO.O_RDONLY);
    try (Buffers buffers = new Buffers(workload, 1)) {
      int writer = workload.pattern().writes() ? open(calls, workload, NativeIO.O_WRONLY) : reader;
      try {
        long address = buffers.segment(0).address();
        Lane lane = round.newLane();
        round.arrive();
        turn(calls, reader, writer, address, workload.blockSize(), lane);
      } finally {
        if (writer != reader) {
          calls.close(writer);
        }
      }
    } finally {
      calls.close(reader);
    }
  }

  private static int open(NativeIO calls, Workload workload, int mode) throws IOException {
    return calls.open(workload.file().toString(), mode | NativeIO.O_DIRECT, 0);
  }

  private static void turn(
      NativeIO calls, int reader, int writer, long address, int length, Lane lane) {
    long begun = System.nanoTime();
    while (!lane.isOver()) {
      long position = lane.nextPosition();
      long now;
      try {
        long bytes =
            lane.writes()
                ? calls.pwrite(writer, address, length, position)
                : calls.pread(reader, address, length, position);
        now = System.nanoTime();
        lane.completed(begun, now, bytes);
      } catch (IOException e) {
        lane.failed(e);
        now = System.nanoTime();
      }
      begun = now;
    }
  }
}
