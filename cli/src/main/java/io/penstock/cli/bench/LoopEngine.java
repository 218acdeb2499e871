package io.penstock.cli.bench;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * An engine that runs in this process. The harness is here: it starts the workers, lets them come
 * to speed, looks at clocks and counters at both ends of the measured time, and joins them. What is
 * done per operation is the subclass's {@link Loop}.
 */
public abstract class LoopEngine implements BenchEngine {

  /** What the workers of one round share. */
  public interface Loop extends AutoCloseable {

    /**
     * One worker: prepares, calls {@link Round#arrive()}, and runs operations until the round is
     * over. Nothing is in flight when it returns.
     */
    void run(Round round) throws IOException, InterruptedException;

    @Override
    void close() throws IOException;
  }

  private final String name;

  /** An engine of this name. */
  protected LoopEngine(String name) {
    this.name = name;
  }

  @Override
  public final String name() {
    return name;
  }

  /** Opens what the workers share. */
  protected abstract Loop open(Round round) throws IOException;

  /** How many workers there are. */
  protected int workers(Workload workload) {
    return workload.threads();
  }

  /** The kind of thread that workers are, without a name. */
  protected Thread newWorker(String threadName, Runnable work) {
    return Thread.ofPlatform().name(threadName).unstarted(work);
  }

  @Override
  public final Measurement measure(Workload workload, Timing timing) throws IOException {
    int count = workers(workload);
    Round round = new Round(workload, count);
    try (Loop loop = open(round)) {
      List<Thread> workers = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Thread worker = newWorker("bench-" + name + '-' + i, () -> work(loop, round));
        workers.add(worker);
        worker.start();
      }
      try {
        return measure(round, timing, workers);
      } finally {
        round.endNow();
        join(workers);
      }
    }
  }

  private static void work(Loop loop, Round round) {
    try {
      loop.run(round);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      round.fail(e);
    } catch (IOException | RuntimeException | Error e) {
      round.fail(e);
    }
  }

  private Measurement measure(Round round, Timing timing, List<Thread> workers) throws IOException {
    try {
      round.begin();
      Thread.sleep(timing.ramp());
      Usage begin = Usage.atBegin();
      round.measureFromNow();
      Thread.sleep(timing.runtime());
      Usage end = Usage.atEnd();
      round.endNow();
      join(workers);
      throwFailure(round);
      return seen(round, begin, end);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while measuring " + name);
    }
  }

  private static Measurement seen(Round round, Usage begin, Usage end) {
    Histogram latencies = round.latencies();
    long operations = latencies.getTotalCount();
    double rate = operations / end.secondsSince(begin);
    CpuTimes machine = end.machine().since(begin.machine());
    CpuTimes process = end.process().since(begin.process());
    return new Measurement(
        round.provider(),
        end.secondsSince(begin),
        operations,
        operations * round.workload().blockSize(),
        round.errors(),
        round.firstError(),
        Latencies.of(latencies),
        end.microsPerOperation(machine.user(), begin, rate),
        end.microsPerOperation(machine.system(), begin, rate),
        end.microsPerOperation(process.sum(), begin, rate),
        end.bytesPerOperation(begin, operations));
  }

  private void throwFailure(Round round) throws IOException {
    switch (round.failure()) {
      case null -> {}
      case IOException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IOException(name + " gave up: " + e, e);
    }
  }

  /** Workers end by themselves, soon: what is in flight must not outlive its memory. */
  private static void join(List<Thread> workers) {
    boolean interrupted = false;
    for (Thread worker : workers) {
      while (worker.isAlive()) {
        try {
          worker.join();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
