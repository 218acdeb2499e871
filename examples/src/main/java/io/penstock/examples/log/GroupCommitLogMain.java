package io.penstock.examples.log;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** {@code group-commit-log FILE [THREADS [RECORDS]]}: threads append, then the log is replayed. */
public final class GroupCommitLogMain {
  private GroupCommitLogMain() {}

  /** See the class. */
  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    int threads = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 64;
    int records = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 20;
    run(path, threads, records, System.out);
  }

  static void run(Path path, int threads, int records, PrintStream out)
      throws IOException, InterruptedException, ExecutionException {
    AtomicLong before = new AtomicLong();
    try (GroupCommitLog log = GroupCommitLog.open(path, _ -> before.incrementAndGet())) {
      out.println("opened: " + before + " records");
      appendFromThreads(log, threads, records);
      long appended = (long) threads * records;
      out.println(threads + " threads appended " + appended + " records, all of them durable");
      out.println("the disk was asked " + log.commits() + " times");
    }
    AtomicLong after = new AtomicLong();
    GroupCommitLog.open(path, _ -> after.incrementAndGet()).close();
    out.println("opened again: " + after + " records");
  }

  private static void appendFromThreads(GroupCommitLog log, int threads, int records)
      throws InterruptedException, ExecutionException {
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService writers =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("writer-", 0).factory())) {
      for (int thread = 0; thread < threads; thread++) {
        String name = "thread " + thread;
        running.add(
            writers.submit(
                () -> {
                  for (int i = 0; i < records; i++) {
                    log.append((name + " record " + i).getBytes(StandardCharsets.UTF_8));
                  }
                  return null;
                }));
      }
    }
    for (Future<?> each : running) {
      each.get();
    }
  }
}
