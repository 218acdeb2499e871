package io.penstock.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What moving one 4096-byte page inside memory costs: nothing that goes to a device can be faster.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FloorBenchmark {
  private static final int PAGE_BYTES = 4096;

  private final MemorySegment from = Arena.ofAuto().allocate(PAGE_BYTES, PAGE_BYTES);
  private final MemorySegment to = Arena.ofAuto().allocate(PAGE_BYTES, PAGE_BYTES);

  /** Copies one page. */
  @Benchmark
  public MemorySegment copyPage() {
    return to.copyFrom(from);
  }
}
