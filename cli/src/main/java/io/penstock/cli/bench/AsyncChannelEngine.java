package io.penstock.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** The JDK's {@link AsynchronousFileChannel} past the page cache, with its own threads. */
final class AsyncChannelEngine extends LoopEngine {
  AsyncChannelEngine(String name) {
    super(name);
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return DirectOption.unavailabilityCause();
  }

  @Override
  protected Loop open(Round round) throws IOException {
    Workload workload = round.workload();
    AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(workload.file(), ChannelEngine.options(workload, true), null);
    round.inUse("AsynchronousFileChannel, direct");
    return new Channel(channel, ThreadLocal.withInitial(round::newLane));
  }

  private record Channel(AsynchronousFileChannel channel, ThreadLocal<Lane> lanes) implements Loop {
    @Override
    public void run(Round round) throws InterruptedException {
      int depth = round.workload().depth();
      CountDownLatch busy = new CountDownLatch(depth);
      try (Buffers buffers = new Buffers(round.workload(), depth)) {
        Slot[] slots = new Slot[depth];
        for (int i = 0; i < depth; i++) {
          slots[i] = new Slot(channel, buffers.buffer(i), lanes, busy);
        }
        round.arrive();
        for (Slot each : slots) {
          each.next(lanes.get(), System.nanoTime());
        }
        busy.await();
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** One operation in flight, again and again. */
  private static final class Slot implements CompletionHandler<Integer, Slot> {
    private final AsynchronousFileChannel channel;
    private final ByteBuffer buffer;
    private final ThreadLocal<Lane> lanes;
    private final CountDownLatch busy;
    private long begun;

    Slot(
        AsynchronousFileChannel channel,
        ByteBuffer buffer,
        ThreadLocal<Lane> lanes,
        CountDownLatch busy) {
      this.channel = channel;
      this.buffer = buffer;
      this.lanes = lanes;
      this.busy = busy;
    }

    void next(Lane lane, long now) {
      if (lane.isOver()) {
        busy.countDown();
        return;
      }
      begun = now;
      long position = lane.nextPosition();
      buffer.clear();
      if (lane.writes()) {
        channel.write(buffer, position, this, this);
      } else {
        channel.read(buffer, position, this, this);
      }
    }

    @Override
    public void completed(Integer bytes, Slot same) {
      long now = System.nanoTime();
      Lane lane = lanes.get();
      lane.completed(begun, now, bytes);
      next(lane, now);
    }

    @Override
    public void failed(Throwable error, Slot same) {
      Lane lane = lanes.get();
      lane.failed(error);
      next(lane, System.nanoTime());
    }
  }
}
