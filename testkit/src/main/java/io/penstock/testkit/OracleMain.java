package io.penstock.testkit;

import java.io.PrintStream;
import java.util.SplittableRandom;

/**
 * Compares the engine with the model until told to stop: {@code --seed N} the first seed, {@code
 * --runs N} (or {@code --layouts N}) how many seeds in a row, {@code --requests N} how many
 * requests of each, {@code --seconds N} how long, {@code --trace} to print every event. Exit code 1
 * when something differs.
 */
public final class OracleMain {
  private long seed = new SplittableRandom().nextLong(1_000_000_000_000L);
  private long runs = Long.MAX_VALUE;
  private int requests = Simulation.DEFAULT_REQUESTS;
  private long seconds = 60;
  private boolean trace;
  private boolean keepGoing;
  private boolean threads;

  private OracleMain(String[] arguments) {
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--seed" -> seed = Long.parseLong(arguments[++i]);
        case "--runs", "--layouts" -> {
          runs = Long.parseLong(arguments[++i]);
          seconds = Math.max(seconds, 86_400);
        }
        case "--requests" -> requests = Integer.parseInt(arguments[++i]);
        case "--seconds" -> seconds = Long.parseLong(arguments[++i]);
        case "--trace" -> trace = true;
        case "--threads" -> threads = true;
        case "--keep-going" -> keepGoing = true;
        default -> throw new IllegalArgumentException("unknown argument " + arguments[i]);
      }
    }
  }

  /** Runs; see the class. */
  public static void main(String[] arguments) {
    System.exit(new OracleMain(arguments).run(System.out) ? 0 : 1);
  }

  private boolean run(PrintStream out) {
    long start = System.nanoTime();
    long until = start + seconds * 1_000_000_000L;
    out.println("first seed " + seed + ", " + requests + " requests each");
    long done = 0;
    long sum = 0;
    boolean good = true;
    for (; done < runs && System.nanoTime() < until; done++) {
      try {
        sum += one(seed + done);
      } catch (Divergence divergence) {
        good = false;
        tell(out, divergence, seed + done);
        if (!keepGoing) {
          return false;
        }
      }
    }
    double took = (System.nanoTime() - start) / 1e9;
    out.printf("%d runs, %d requests in %.1f s%n", done, sum, took);
    return good;
  }

  private int one(long each) {
    if (threads) {
      ThreadedSimulation.run(each, requests);
      return requests;
    }
    return Simulation.run(each, requests, true, trace).requests();
  }

  private void tell(PrintStream out, Divergence divergence, long failed) {
    if (keepGoing) {
      String text = String.valueOf(divergence.getMessage());
      out.println(
          text.substring(0, Math.min(text.length(), 900)).replaceAll("\nrun: [\\s\\S]*", ""));
      return;
    }
    Divergence told = divergence;
    try {
      if (!threads) {
        Simulation.run(failed, requests, true, true);
      }
    } catch (Divergence again) {
      told = again;
    }
    out.println(told.getMessage());
    if (told.getCause() != null) {
      told.getCause().printStackTrace(out);
    }
    out.println(
        "repeat with: build/oracle --seed "
            + failed
            + " --runs 1 --requests "
            + requests
            + " --trace");
  }
}
