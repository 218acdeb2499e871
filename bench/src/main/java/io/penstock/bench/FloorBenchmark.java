package io.penstock.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** What the machine costs: figures of the engine say little without those of the same run. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FloorBenchmark {
  private static final int PAGE_BYTES = 4096;
  private static final int BATCH = 64;

  private final MemorySegment from = Arena.ofAuto().allocate(PAGE_BYTES, PAGE_BYTES);
  private final MemorySegment to = Arena.ofAuto().allocate(PAGE_BYTES, PAGE_BYTES);

  private final AtomicLong count = new AtomicLong();

  /** An addition that other processors must see whole. */
  @Benchmark
  @OperationsPerInvocation(BATCH)
  public long addAtomically() {
    long last = 0;
    for (int i = 0; i < BATCH; i++) {
      last = count.addAndGet(i);
    }
    return last;
  }

  /** Copies one page inside memory: nothing that goes to a device can be faster. */
  @Benchmark
  public MemorySegment copyPage() {
    return to.copyFrom(from);
  }
}
