package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.LaterExecutor;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The executor of files that are given none of their own. */
class SharedExecutorTest {
  @Test
  void tasksRunOnNamedDaemonThreads() throws Exception {
    FutureTask<Thread> task = new FutureTask<>(Thread::currentThread);
    CompletionExecutor.threadPool().execute(task); // as the shared one, which may be in use by now
    Thread thread = task.get(30, TimeUnit.SECONDS);
    assertTrue(thread.isDaemon());
    assertTrue(thread.getName().matches("penstock-completion-\\d+"), thread.getName());
  }

  @Test
  void threadsAreFewAndEndWhenIdle() throws IOException {
    Executor executor = CompletionExecutor.shared().require();
    assertSame(executor, CompletionExecutor.shared().require());
    assertInstanceOf(ThreadPoolExecutor.class, executor);
    ThreadPoolExecutor pool =
        assertInstanceOf(ThreadPoolExecutor.class, CompletionExecutor.threadPool());
    assertEquals(8, pool.getMaximumPoolSize());
    assertTrue(pool.allowsCoreThreadTimeOut());
  }

  @Test
  @Rule("ADM-13")
  void simulatedMachineHasItsOwnInsteadOfTheSharedOneAlone() throws IOException {
    Executor simulated = new LaterExecutor();
    Threading machine = new OnlyCompletions(simulated);
    CompletionExecutor files = new CompletionExecutor("a file's", LaterExecutor::new);
    assertSame(simulated, Threading.within(machine, () -> required(CompletionExecutor.shared())));
    assertSame(files.require(), Threading.within(machine, () -> required(files)));
    assertNotSame(simulated, CompletionExecutor.shared().require());
  }

  private static Executor required(CompletionExecutor completions) {
    try {
      return completions.require();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The threading of a machine of which nothing but this is asked for. */
  private record OnlyCompletions(Executor completions) implements Threading {
    @Override
    public void park(Object blocker) {
      throw new AssertionError("nothing waits");
    }

    @Override
    public void unpark(@Nullable Thread thread) {
      throw new AssertionError("nothing waits");
    }

    @Override
    public void start(String name, Runnable task) {
      throw new AssertionError("nothing is started");
    }
  }
}
