package io.penstock.cli;

import io.penstock.cli.soak.FileWorkload;
import io.penstock.testkit.Figures;
import io.penstock.testkit.simulation.FaultKind;
import io.penstock.testkit.soak.ModelWorkload;
import io.penstock.testkit.soak.SectorWorkload;
import io.penstock.testkit.soak.Soak;
import io.penstock.testkit.soak.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code penstock soak}. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    description =
        "Runs the engine, layouts and files on a simulated machine, with faults and losses of"
            + " power, and compares what they do with what they must. All of it is made by one"
            + " seed. Stops at the first difference, with the smallest case that shows it.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:all was as it must be",
      "1:something was not, or a check was never reached",
      "2:wrong usage"
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  penstock soak                              everything, for a minute",
      "  penstock soak --layout file --runtime 600  files, for ten minutes",
      "  penstock soak --faults power-cut,lost-cache,torn-write",
      "  penstock soak --layout raw --seed 7 --operations 300   one run, as a failure named it"
    })
final class SoakCommand implements Callable<Integer> {
  /** Operations of each workload from which on every cell must have been reached. */
  private static final long ENOUGH = 20_000;

  @Spec private CommandSpec spec;

  @Option(
      names = "--layout",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "all",
      description =
          "what to run, in turn: raw (a device), simple (a layout), file (files of a host), model"
              + " (random layouts against the model of the engine), all (default:"
              + " ${DEFAULT-VALUE})")
  private List<String> layouts;

  @Option(
      names = "--faults",
      split = ",",
      paramLabel = "KIND",
      defaultValue = "all",
      description =
          "what goes wrong: all, none, latency, reorder, full-queue, short-transfer,"
              + " transient-error, sticky-error, torn-write, flush-error, power-cut, lost-cache"
              + " (default: ${DEFAULT-VALUE})")
  private List<String> faults;

  @Option(names = "--seed", paramLabel = "N", description = "first seed (default: a random one)")
  private @Nullable Long seed;

  @Option(
      names = "--runtime",
      paramLabel = "SECONDS",
      description = "begin no run after so long (default: 60, without --operations)")
  private @Nullable Integer runtime;

  @Option(
      names = "--operations",
      paramLabel = "N",
      description = "end after so many operations; few are one run of the seed itself")
  private @Nullable Long operations;

  @Option(
      names = "--figures",
      paramLabel = "FILE",
      description = "write what was counted, as lines name=value")
  private @Nullable Path figures;

  /** For picocli, which fills it. */
  @SuppressWarnings("NullAway.Init")
  SoakCommand() {}

  @Override
  public Integer call() throws IOException {
    long first = seed != null ? seed : new SplittableRandom().nextLong(1_000_000_000_000L);
    Soak soak = new Soak(workloads(), kinds(), first);
    PrintWriter out = spec.commandLine().getOut();
    out.println("seed " + first);
    long start = System.nanoTime();
    long end = start + seconds() * 1_000_000_000L;
    long most = operations != null ? operations : Long.MAX_VALUE;
    boolean good = soak.run(most, () -> System.nanoTime() - end < 0);
    double took = Math.max(1e-3, (System.nanoTime() - start) / 1e9);
    SoakReport report = new SoakReport(soak, kinds(), ENOUGH);
    report.print(out, took);
    Path file = figures;
    if (file != null) {
      Figures all = new Figures().put("soak.seed", first);
      report.fill(all, took);
      all.write(file);
    }
    return good && report.isComplete() ? 0 : spec.exitCodeOnExecutionException();
  }

  private long seconds() {
    Integer given = runtime;
    if (given != null) {
      return given;
    }
    return operations == null ? 60 : 1_000_000;
  }

  private List<Workload> workloads() {
    List<Workload> all = new ArrayList<>();
    for (String each : layouts) {
      switch (each) {
        case "raw" -> all.add(SectorWorkload.raw());
        case "simple" -> all.add(SectorWorkload.simple());
        case "file" -> all.add(new FileWorkload());
        case "model" -> all.add(new ModelWorkload());
        case "all" -> {
          all.add(SectorWorkload.raw());
          all.add(SectorWorkload.simple());
          all.add(new FileWorkload());
          all.add(new ModelWorkload());
        }
        default ->
            throw new ParameterException(
                spec.commandLine(),
                "no layout is called '" + each + "'; use raw, simple, file, model or all");
      }
    }
    return all;
  }

  private Set<FaultKind> kinds() {
    Set<FaultKind> kinds = EnumSet.noneOf(FaultKind.class);
    for (String each : faults) {
      switch (each) {
        case "all" -> kinds.addAll(EnumSet.allOf(FaultKind.class));
        case "none" -> {}
        default -> {
          try {
            kinds.add(FaultKind.of(each));
          } catch (IllegalArgumentException unknown) {
            throw new ParameterException(spec.commandLine(), unknown.getMessage(), unknown);
          }
        }
      }
    }
    return kinds;
  }
}
