package io.penstock.cli.bench;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One operation in flight, again and again: its completion begins the next. Told to {@code done}
 * once when the round is over and nothing of it is in flight.
 */
final class RequestSlot implements IoHandler {
  private final IoRequest request = DirectIo.newRequest();
  private final BlockFile file;
  private final IoVector memory;
  private final Supplier<Lane> lanes;
  private final Runnable done;
  private long begun;

  RequestSlot(BlockFile file, IoVector memory, Supplier<Lane> lanes, Runnable done) {
    this.file = file;
    this.memory = memory;
    this.lanes = lanes;
    this.done = done;
  }

  /** Begins the first operation. */
  void start() {
    next(lanes.get(), System.nanoTime());
  }

  @Override
  public void completed(IoRequest same, long bytes, @Nullable IOException error) {
    long now = System.nanoTime();
    Lane lane = lanes.get();
    if (error == null) {
      lane.completed(begun, now, bytes);
    } else {
      lane.failed(error);
    }
    next(lane, now);
  }

  private void next(Lane lane, long now) {
    if (lane.isOver()) {
      done.run();
      return;
    }
    begun = now;
    long position = lane.nextPosition();
    Direction direction = lane.writes() ? Direction.WRITE : Direction.READ;
    try {
      DirectIo.submit(request, direction, file, memory, position, IoFlags.NONE, this);
    } catch (IOException e) {
      lane.failed(e);
      done.run();
    }
  }
}
