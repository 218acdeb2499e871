package io.penstock.failures;

import io.penstock.failures.host.ChildJvm;
import java.util.List;

/**
 * A process that has no descriptors left: to open fails with EMFILE and says what to do, what is
 * open goes on working, and nothing is left open by what failed.
 */
final class DescriptorsScenario implements Scenario {
  @Override
  public String name() {
    return "descriptors";
  }

  @Override
  public String does() {
    return "a process whose file descriptors are exhausted";
  }

  @Override
  public int weight() {
    return 4;
  }

  @Override
  public void run(Trial trial) throws Exception {
    int round = 0;
    while (round == 0 || trial.goesOn()) {
      for (String engine : Trial.engines()) {
        int limit = 40 + trial.dice(round++).below(60);
        String[] arguments = {engine, trial.directory().toString(), Long.toString(trial.seed())};
        try (ChildJvm child =
            ChildJvm.start(
                trial.directory(),
                "ulimit -n " + limit,
                List.of(),
                DescriptorsMain.class,
                arguments)) {
          String said = child.rest().strip();
          int status = child.await(60);
          Check.that(
              status == 0 && said.startsWith("exhausted "),
              () -> engine + ", ulimit -n " + limit + ": " + said + errorsOf(child));
          trial.count("exhausted", Long.parseLong(said.substring("exhausted ".length())));
          child.requireNoCrash();
        }
        trial.count("processes");
      }
    }
  }

  private static String errorsOf(ChildJvm child) {
    try {
      return child.errors();
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }
}
