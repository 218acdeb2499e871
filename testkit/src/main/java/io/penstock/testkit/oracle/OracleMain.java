package io.penstock.testkit.oracle;

import io.penstock.testkit.Divergence;
import java.io.PrintStream;
import java.util.SplittableRandom;

/**
 * Compares the engine with the model until told to stop.
 *
 * <table>
 * <caption>Arguments</caption>
 * <tr><td>{@code --seed N}</td><td>the first seed; a random one if not said</td></tr>
 * <tr><td>{@code --runs N}</td><td>so many seeds in a row; {@code --layouts N} is the same</td></tr>
 * <tr><td>{@code --requests N}</td><td>requests of each run</td></tr>
 * <tr><td>{@code --seconds N}</td><td>no new run after so long; 60 if runs are not said either</td></tr>
 * <tr><td>{@code --threads}</td><td>all runs with real threads, rather than one in 16</td></tr>
 * <tr><td>{@code --keep-going}</td><td>tell of a divergence in short and go on</td></tr>
 * </table>
 *
 * The exit code is 1 when something differs, 2 when the arguments are wrong.
 */
public final class OracleMain {
  /** One seed in so many is run with real threads. */
  private static final int THREADED = 16;

  private static final int SHORT = 900;

  private final PrintStream out;
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private long runs = Long.MAX_VALUE;
  private int requests = Simulation.DEFAULT_REQUESTS;
  private long seconds = -1;
  private boolean allThreaded;
  private boolean keepGoing;

  private OracleMain(String[] arguments, PrintStream out) {
    this.out = out;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--threads" -> allThreaded = true;
        case "--keep-going" -> keepGoing = true;
        default -> number(arguments[i], ++i < arguments.length ? arguments[i] : "");
      }
    }
    if (seconds < 0) {
      seconds = runs == Long.MAX_VALUE ? 60 : Long.MAX_VALUE / 1_000_000_000L;
    }
  }

  private void number(String name, String value) {
    switch (name) {
      case "--seed" -> seed = Long.parseLong(value);
      case "--runs", "--layouts" -> runs = Long.parseLong(value);
      case "--requests" -> requests = Integer.parseInt(value);
      case "--seconds" -> seconds = Long.parseLong(value);
      default -> throw new IllegalArgumentException("unknown argument " + name);
    }
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) {
    OracleMain main;
    try {
      main = new OracleMain(arguments, System.out);
    } catch (IllegalArgumentException wrong) {
      System.out.println(wrong.getMessage());
      System.exit(2);
      return;
    }
    System.exit(main.run() ? 0 : 1);
  }

  private boolean run() {
    long start = System.nanoTime();
    out.println("first seed " + seed + ", " + requests + " requests each");
    long done = 0;
    boolean good = true;
    while (done < runs && (System.nanoTime() - start) / 1_000_000_000L < seconds) {
      boolean same = one(seed + done);
      good &= same;
      done++;
      if (!same && !keepGoing) {
        return false;
      }
    }
    double took = (System.nanoTime() - start) / 1e9;
    out.printf("%d runs of %d requests in %.1f s%n", done, requests, took);
    return good;
  }

  private boolean one(long each) {
    boolean threaded = allThreaded || each % THREADED == THREADED - 1;
    try {
      if (threaded) {
        ThreadedSimulation.run(each, requests);
      } else {
        Simulation.run(each, requests);
      }
      return true;
    } catch (Divergence divergence) {
      if (keepGoing) {
        String text = String.valueOf(divergence.getMessage()).replaceAll("\nrun: [\\s\\S]*", "");
        out.println(text.substring(0, Math.min(text.length(), SHORT)));
      } else {
        tell(divergence, each, threaded);
      }
      return false;
    }
  }

  /** Everything there is to say; a run that can be repeated is, to tell what led to it. */
  private void tell(Divergence divergence, long failed, boolean threaded) {
    Divergence told = divergence;
    if (!threaded) {
      try {
        Simulation.runTraced(failed, requests);
      } catch (Divergence again) {
        told = again;
      }
    }
    out.println(told.getMessage());
    for (Throwable each = told; each != null; each = each.getCause()) {
      for (StackTraceElement frame : each.getStackTrace()) {
        out.println("    at " + frame);
      }
    }
    out.println(
        "repeat with: java -ea -p core/target/classes:testkit/target/classes"
            + " -m io.penstock.testkit/io.penstock.testkit.oracle.OracleMain --runs 1"
            + (threaded ? " --threads" : "")
            + (" --seed " + failed + " --requests " + requests));
  }
}
