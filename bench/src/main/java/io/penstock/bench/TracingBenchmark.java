package io.penstock.bench;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.NullDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import jdk.jfr.Recording;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What it costs to be able to be recorded, and to be recorded; run by {@link TracingTable}. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class TracingBenchmark implements IoHandler {
  private static final int PAGE_BYTES = 4096;
  private static final int BATCH = 64;
  private static final long RECORDING_BYTES = 64 << 20;

  /** What the flight recorder does. */
  public enum Recorder {
    /** Has never recorded. */
    OFF,
    /** The same once more: what lies between the two is the noise of the measurement. */
    OFF_AGAIN,
    /** Has recorded, and does not any more: every event is looked at and not wanted. */
    STOPPED,
    /** Records requests. */
    REQUESTS,
    /** Records requests and device operations. */
    BIOS,
    /** Records everything. */
    ALL
  }

  /** Which. */
  @Param public Recorder recorder = Recorder.OFF;

  private final IoArena arena = IoArena.ofShared();
  private final NullDevice device = new NullDevice();
  private final BlockFile file =
      BlockFile.builder(
              device,
              (query, mapping) ->
                  mapping.mapped(device, query.firstBlock() * PAGE_BYTES, query.blocks()))
          .name("/data/a-file-with-a-name-of-usual-length")
          .blockSize(PAGE_BYTES)
          .size(1L << 30)
          .build();
  private final IoVector page = IoVector.of(arena.allocate(PAGE_BYTES, PAGE_BYTES));
  private final IoRequest request = DirectIo.newRequest();
  private @Nullable Recording recording;
  private long completed;

  /** Starts to record, or does not. */
  @Setup
  public void record() throws IOException {
    if (recorder != Recorder.OFF && recorder != Recorder.OFF_AGAIN) {
      Recording started = new Recording();
      started.enable("io.penstock.Request");
      if (recorder != Recorder.REQUESTS) {
        started.enable("io.penstock.Bio");
      }
      if (recorder != Recorder.REQUESTS && recorder != Recorder.BIOS) {
        started.enable("io.penstock.Mapping");
      }
      started.setMaxSize(RECORDING_BYTES);
      started.start();
      readPage();
      submitPage();
      if (recorder == Recorder.STOPPED) {
        started.close();
      } else {
        recording = started;
      }
    }
    System.gc();
  }

  /** Throws the recording away. */
  @TearDown
  public void close() {
    if (recording != null) {
      recording.close();
    }
    file.close();
    arena.close();
  }

  /** 4 KiB of one extent, synchronously. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long readPage() throws IOException {
    long bytes = 0;
    for (int i = 0; i < BATCH; i++) {
      bytes += DirectIo.read(file, page, (long) i * PAGE_BYTES);
    }
    return bytes;
  }

  /** 4 KiB of one extent, asynchronously, its handler included. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long submitPage() throws IOException {
    for (int i = 0; i < BATCH; i++) {
      long position = (long) i * PAGE_BYTES;
      DirectIo.submit(request, Direction.READ, file, page, position, IoFlags.NONE, this);
    }
    return completed;
  }

  @Override
  public void completed(IoRequest told, long bytes, @Nullable IOException error) {
    completed += bytes;
  }
}
