package io.penstock.testkit.crash;

import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import io.penstock.testkit.crash.CrashEvent.Acknowledged;
import io.penstock.testkit.crash.CrashEvent.Begun;
import io.penstock.testkit.crash.CrashEvent.Submitted;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Carries out a workload once, then makes every image that a crash could have left of it, within
 * bounds, and has each checked.
 *
 * <p>It crashes wherever something new can be found: when a write was submitted (then in all states
 * that have it) and when something was acknowledged (then in all states). What ends a write or a
 * flush only makes states impossible that were checked before.
 *
 * <pre>{@code
 * new CrashSweep("log", seed -> {
 *   MemoryDevice disk = MemoryDevice.of(1 << 20);
 *   CrashRecorder recorder = CrashRecorder.over(disk, true);
 *   recorder.begin("hello");
 *   DeviceIo.write(recorder, 0, hello);
 *   recorder.flush();
 *   recorder.acknowledge("hello");
 *   return recorder;
 * }, (image, crash) -> {
 *   if (crash.acknowledged().contains("hello") && !isHello(image.read(0, 512))) {
 *     throw new IOException("hello is lost");
 *   }
 * }).run(CrashOptions.DEFAULT);
 * }</pre>
 *
 * Not thread-safe; a sweep may be run any number of times.
 */
public final class CrashSweep {
  private final String name;
  private final CrashWorkload workload;
  private final CrashChecker checker;

  /** A sweep; the name is for messages. */
  public CrashSweep(String name, CrashWorkload workload, CrashChecker checker) {
    this.name = name;
    this.workload = workload;
    this.checker = checker;
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /**
   * Carries it all out.
   *
   * @throws Divergence at the first state that the checker refuses, with what is there and what is
   *     lost, made as small as it still fails
   */
  public CrashReport run(CrashOptions options) {
    CrashReport report = search(options);
    CrashFailure failure = report.failure();
    if (failure != null) {
      throw new Divergence(
          "sweep " + name + " seed " + options.seed() + ": " + failure, failure.cause());
    }
    return report;
  }

  /** As {@link #run}, but a failure is told in the report. */
  public CrashReport search(CrashOptions options) {
    CrashRecorder recorder;
    try {
      recorder = workload.record(options.seed());
    } catch (Exception | AssertionError broken) {
      throw new Divergence(
          "workload " + name + " seed " + options.seed() + " cannot be carried out: " + broken,
          broken);
    }
    return new Run(recorder, options).run();
  }

  @Override
  public String toString() {
    return "crash sweep " + name;
  }

  /** One way through one log. */
  private final class Run {
    private final CrashRecorder recorder;
    private final CrashOptions options;
    private final int logicalBlock;
    private final CrashWindow window;
    private final List<Object> begun = new ArrayList<>();
    private final Set<Object> acknowledged = new LinkedHashSet<>();
    private final long start = System.nanoTime();
    private int pointsLeft;
    private int number;
    private int crashPoints;
    private long states;
    private long tornStates;
    private int longestWindow;
    private boolean complete = true;

    Run(CrashRecorder recorder, CrashOptions options) {
      this.recorder = recorder;
      this.options = options;
      logicalBlock = recorder.limits().logicalBlock();
      window = new CrashWindow(recorder);
    }

    CrashReport run() {
      List<CrashEvent> events = recorder.events();
      pointsLeft = (int) events.stream().filter(Run::mayFindNews).count();
      int forced = 0;
      for (CrashEvent event : events) {
        number++;
        window.pass(event);
        LoggedWrite fresh = null;
        switch (event) {
          case Begun each -> begun.add(each.note());
          case Acknowledged each -> acknowledged.addAll(each.notes());
          case Submitted each -> {
            fresh = each.write();
            forced += fresh.isForcedUnitAccess() ? 1 : 0;
          }
          default -> {}
        }
        if (mayFindNews(event)) {
          CrashFailure failure = crash(fresh);
          if (failure != null) {
            return report(forced, failure);
          }
        }
      }
      return report(forced, null);
    }

    private static boolean mayFindNews(CrashEvent event) {
      return event instanceof Submitted || event instanceof Acknowledged;
    }

    private @Nullable CrashFailure crash(@Nullable LoggedWrite fresh) {
      crashPoints++;
      longestWindow = Math.max(longestWindow, window.uncertain());
      long share = share(options.maxStates() - states);
      long deadline = System.nanoTime() + share(nanosLeft());
      Dice dice = Dice.of(options.seed(), number);
      Iterator<CrashState> each =
          new CrashStates(window, fresh, logicalBlock, options, dice).iterator();
      pointsLeft--;
      for (long done = 0; each.hasNext(); done++) {
        if (done >= share || (done > 0 && System.nanoTime() > deadline)) {
          complete = false;
          return null;
        }
        CrashState state = each.next();
        states++;
        tornStates += state.isTorn() ? 1 : 0;
        Throwable wrong = wrongWith(state);
        if (wrong != null) {
          return smallest(state, wrong);
        }
      }
      return null;
    }

    private long share(long left) {
      return left <= 0 ? 0 : Math.max(1, left / Math.max(1, pointsLeft));
    }

    private long nanosLeft() {
      return options.budget().toNanos() - (System.nanoTime() - start);
    }

    private @Nullable Throwable wrongWith(CrashState state) {
      SparsePages pages = state.over(window.durable(), logicalBlock);
      CrashImage image =
          new CrashImage(
              name + " at crash point " + number, recorder.size(), recorder.limits(), pages);
      try {
        checker.check(image, new CrashPoint(number, begun, acknowledged));
        return null;
      } catch (Exception | AssertionError wrong) {
        return wrong;
      }
    }

    private CrashFailure smallest(CrashState found, Throwable first) {
      SmallestState smallest = new SmallestState(found, first);
      smallest.shrink(this::wrongWith);
      return new CrashFailure(
          number, states, smallest.state().describe(window.pending()), smallest.wrong());
    }

    private CrashReport report(int forced, @Nullable CrashFailure failure) {
      return new CrashReport(
          name,
          options.seed(),
          recorder.writes(),
          forced,
          recorder.flushes(),
          crashPoints,
          states,
          tornStates,
          longestWindow,
          complete && failure == null,
          failure);
    }
  }
}
