package io.penstock.bench.peer;

import io.penstock.cli.bench.Lane;
import io.penstock.cli.bench.Round;
import io.penstock.cli.bench.Workload;
import java.io.IOException;
import net.smacke.jaydio.DirectIoLib;
import net.smacke.jaydio.buffer.AlignedDirectByteBuffer;
import net.smacke.jaydio.channel.DirectIoByteChannel;

/** jaydio's channel, by JNA: one operation at a time per thread. */
public final class JaydioChannel extends Peer {
  /** For {@link java.util.ServiceLoader}. */
  public JaydioChannel() {
    super("jaydio");
  }

  @Override
  void load() throws Exception {
    if (DirectIoLib.getLibForPath("/") == null) {
      throw new UnsupportedOperationException("jaydio finds no C library here");
    }
  }

  @Override
  void work(Round round) throws IOException, InterruptedException {
    Workload workload = round.workload();
    DirectIoLib library = DirectIoLib.getLibForPath(workload.file().toString());
    boolean readOnly = !workload.pattern().writes();
    DirectIoByteChannel channel =
        DirectIoByteChannel.getChannel(library, workload.file().toFile(), readOnly);
    AlignedDirectByteBuffer buffer =
        AlignedDirectByteBuffer.allocate(library, workload.blockSize());
    try {
      Lane lane = round.newLane();
      round.arrive();
      turn(channel, buffer, lane);
    } finally {
      buffer.close();
      channel.close();
    }
  }

  private static void turn(DirectIoByteChannel channel, AlignedDirectByteBuffer buffer, Lane lane) {
    long begun = System.nanoTime();
    while (!lane.isOver()) {
      long position = lane.nextPosition();
      buffer.clear();
      long now;
      try {
        long bytes =
            lane.writes() ? channel.write(buffer, position) : channel.read(buffer, position);
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
