package io.penstock.cli.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The JDK's own {@link FileChannel}, one operation at a time per thread, one channel for all:
 * through the page cache, or past it; on platform threads or on virtual ones, as many as there are
 * to be operations in flight.
 */
final class ChannelEngine extends LoopEngine {
  private final boolean direct;
  private final boolean virtual;

  ChannelEngine(String name, boolean direct, boolean virtual) {
    super(name);
    this.direct = direct;
    this.virtual = virtual;
  }

  /** How the JDK's channels open the file. */
  static Set<OpenOption> options(Workload workload, boolean direct) {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.READ);
    if (workload.pattern().writes()) {
      options.add(StandardOpenOption.WRITE);
    }
    if (direct) {
      options.add(DirectOption.value().orElseThrow());
    }
    return options;
  }

  @Override
  public Optional<String> unavailabilityCause(Workload workload) {
    return direct ? DirectOption.unavailabilityCause() : Optional.empty();
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
    FileChannel channel = FileChannel.open(workload.file(), options(workload, direct));
    round.inUse(direct ? "FileChannel, direct" : "FileChannel, page cache");
    return new Channel(channel, virtual, workload.pattern().writes());
  }

  private record Channel(FileChannel channel, boolean virtual, boolean written) implements Loop {
    @Override
    public void run(Round round) throws InterruptedException {
      Lane lane = virtual ? round.newSmallLane() : round.newLane();
      try (Buffers buffers = new Buffers(round.workload(), 1)) {
        ByteBuffer buffer = buffers.buffer(0);
        round.arrive();
        transfer(buffer, lane);
      }
    }

    private void transfer(ByteBuffer buffer, Lane lane) {
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

    /** What a buffered round left dirty must not be written back during the next engine's. */
    @Override
    public void close() throws IOException {
      try (channel) {
        if (written) {
          channel.force(true);
        }
      }
    }
  }
}
