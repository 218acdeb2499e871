package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The executor of files that are given none of their own. */
class SharedExecutorTest {
  @Test
  void tasksRunOnNamedDaemonThreads() throws Exception {
    FutureTask<Thread> task = new FutureTask<>(Thread::currentThread);
    CompletionExecutor.shared().require().execute(task);
    Thread thread = task.get(30, TimeUnit.SECONDS);
    assertTrue(thread.isDaemon());
    assertTrue(thread.getName().matches("penstock-completion-\\d+"), thread.getName());
  }

  @Test
  void threadsAreFewAndEndWhenIdle() throws IOException {
    Executor executor = CompletionExecutor.shared().require();
    assertSame(executor, CompletionExecutor.shared().require());
    ThreadPoolExecutor pool = assertInstanceOf(ThreadPoolExecutor.class, executor);
    assertEquals(8, pool.getMaximumPoolSize());
    assertTrue(pool.allowsCoreThreadTimeOut());
  }
}
