package io.penstock.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Tells the processor time per operation, nanoseconds, of the threads that run a benchmark. Unlike
 * the time on the clock it does not grow when other programs want the processor too.
 */
public final class CpuTimeProfiler implements InternalProfiler {
  /** The name of the result. */
  public static final String RESULT = "cpu.time.norm";

  /** The same of the whole process: compiler, collector and recorder included. */
  public static final String PROCESS_RESULT = "cpu.process.norm";

  private static final String WORKERS = "-jmh-worker-";

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final OperatingSystemMXBean process =
      ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
  private long before;
  private long processBefore;

  /** For JMH. */
  public CpuTimeProfiler() {}

  @Override
  public String getDescription() {
    return "Processor time of the benchmark's threads";
  }

  @Override
  public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
    before = nanos();
    processBefore = process.getProcessCpuTime();
  }

  @Override
  public Collection<ScalarResult> afterIteration(
      BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
    long spent = nanos() - before;
    long spentByProcess = process.getProcessCpuTime() - processBefore;
    long operations = result.getMetadata().getAllOps();
    return List.of(
        perOperation(RESULT, spent, operations),
        perOperation(PROCESS_RESULT, spentByProcess, operations));
  }

  private static ScalarResult perOperation(String name, long nanos, long operations) {
    return new ScalarResult(
        name,
        operations == 0 ? Double.NaN : (double) nanos / operations,
        "ns/op",
        AggregationPolicy.AVG);
  }

  private long nanos() {
    long sum = 0;
    for (long id : threads.getAllThreadIds()) {
      var thread = threads.getThreadInfo(id);
      if (thread != null && thread.getThreadName().contains(WORKERS)) {
        sum += Math.max(0, threads.getThreadCpuTime(id));
      }
    }
    return sum;
  }
}
