package io.penstock.fuzz;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.SubmitHook;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.EndOfIoHook;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.file.WarningListener;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/** Everything a layout can hang on a file, behaving as the script says. */
final class HostileHooks
    implements EndOfIoHook, CacheHook, SyncHook, SubmitHook, WarningListener, Executor {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final ExecutorService COMPLETIONS =
      Executors.newFixedThreadPool(
          2,
          task ->
              Thread.ofPlatform()
                  .daemon()
                  .name("fuzz-completion-" + NUMBER.incrementAndGet())
                  .unstarted(task));

  private final Script script;
  private final Abandoned abandoned = new Abandoned();
  private final AtomicInteger ends = new AtomicInteger();

  HostileHooks(Script script) {
    this.script = script;
  }

  void hangOn(BlockFile.Builder builder) {
    builder.endOfIo(this).warnings(this).sync(this);
    if (script.oneIn(2)) {
      builder.cache(this);
    }
    if (script.has(Vice.SUBMIT_HOOK)) {
      builder.submit(this);
    }
    builder.completions(new CompletionExecutor("hostile", this::executor));
    builder.onClosed(
        () -> {
          if (script.indulges(Vice.HOOKS_THROW)) {
            script.throwSomething("what runs on close");
          }
        });
  }

  /** Completes what the submit hook has thrown at. */
  void giveBack() {
    abandoned.giveBack();
  }

  /** How many requests have ended. */
  int ends() {
    return ends.get();
  }

  @SuppressWarnings("NullAway") // on purpose
  private Executor executor() {
    if (script.indulges(Vice.EXECUTOR)) {
      if (script.oneIn(2)) {
        script.throwSomething("the factory of the executor");
      }
      return null;
    }
    return this;
  }

  @Override
  public void execute(Runnable task) {
    if (script.indulges(Vice.EXECUTOR)) {
      if (script.oneIn(2)) {
        throw new RejectedExecutionException("the executor is full");
      }
      script.throwSomething("the executor");
    }
    COMPLETIONS.execute(task);
  }

  private void act(String who) throws IOException {
    if (script.indulges(Vice.HOOKS_THROW)) {
      if (script.oneIn(2)) {
        throw new IOException(who + " failed");
      }
      script.throwSomething(who);
    }
  }

  @Override
  public void endOfIo(EndOfIo end) throws IOException {
    ends.incrementAndGet();
    end.file().extendTo(Math.min(1 << 20, end.position() + end.bytes()));
    act("the end-of-I/O hook");
  }

  @Override
  public boolean hasDirty(BlockFile file, long from, long to) {
    if (script.indulges(Vice.HOOKS_THROW)) {
      script.throwSomething("the cache");
    }
    return script.oneIn(4);
  }

  @Override
  public void writeBack(BlockFile file, long from, long to) throws IOException {
    act("the write-back");
  }

  @Override
  public boolean writeBackAndDrop(BlockFile file, long from, long to) throws IOException {
    act("the write-back");
    return !script.oneIn(4);
  }

  @Override
  public void invalidate(BlockFile file, long from, long to) throws IOException {
    act("the invalidation");
  }

  @Override
  public void sync(BlockFile file, SyncScope scope) throws IOException {
    file.flushDevices();
    act("the sync hook");
  }

  @Override
  public void submit(Bio bio, BlockDevice device) {
    boolean indulges = script.indulges(Vice.SUBMIT_HOOK);
    if (indulges && script.oneIn(2)) {
      abandoned.add(bio);
      script.throwSomething("the submit hook");
    }
    if (indulges && script.oneIn(2)) {
      bio.complete(new IOException("the submit hook does not want it"));
      return;
    }
    device.submit(bio);
    if (indulges) {
      script.throwSomething("the submit hook, too late");
    }
  }

  @Override
  public void warn(String subject, String what, Throwable cause) {
    if (script.indulges(Vice.WARNINGS_THROW)) {
      script.throwSomething("the listener");
    }
  }
}
