package io.penstock.races;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE_INTERESTING;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import io.penstock.core.completion.CompletionExecutor;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IIL_Result;

/**
 * Two threads need the completion executor at the same time: one is made, and both have it
 * (ADM-13).
 */
@OfRule("ADM-13")
@JCStressTest
@Outcome(id = "1, 1, first", expect = ACCEPTABLE_INTERESTING, desc = "the first thread made it")
@Outcome(id = "1, 1, second", expect = ACCEPTABLE_INTERESTING, desc = "the second thread made it")
@Outcome(expect = FORBIDDEN, desc = "two were made")
@State
public class ExecutorMadeOnce {

  private static final ThreadLocal<String> ROLE = ThreadLocal.withInitial(() -> "");

  private record Numbered(int number) implements Executor {
    @Override
    public void execute(Runnable task) {
      task.run();
    }
  }

  private final AtomicInteger made = new AtomicInteger();
  private final CompletionExecutor executor = new CompletionExecutor("race", this::make);
  private volatile String maker;

  private Executor make() {
    maker = ROLE.get();
    return new Numbered(made.incrementAndGet());
  }

  @Actor
  public void first(IIL_Result r) {
    ROLE.set("first");
    r.r1 = number();
  }

  @Actor
  public void second(IIL_Result r) {
    ROLE.set("second");
    r.r2 = number();
  }

  private int number() {
    try {
      return ((Numbered) executor.require()).number();
    } catch (IOException failed) {
      return -1;
    }
  }

  @Arbiter
  public void whoMadeIt(IIL_Result r) {
    r.r3 = made.get() == 1 ? maker : "both";
  }
}
