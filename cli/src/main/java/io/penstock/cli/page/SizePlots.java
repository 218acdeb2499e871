package io.penstock.cli.page;

import io.penstock.cli.trace.SizeCounts;
import io.penstock.cli.trace.Trace;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/** The charts of a trace whose axis is sizes or distances, in classes of powers of two. */
final class SizePlots {
  private static final double HEIGHT = 190;
  private static final int MOST_NAMES = 10;
  private static final String UNITS = "KMGTPE";
  private static final double HUNDRED = 100;

  private final Trace trace;

  SizePlots(Trace trace) {
    this.trace = trace;
  }

  /** Sizes before and after assembly. */
  String sizes() {
    return bars(
        new Plot(
            "sizes",
            HEIGHT,
            "Sizes of requests and of device operations",
            "For each class of sizes the share of requests and of device operations that are in"
                + " it."),
        "bytes, up to; upwards: % of all",
        List.of(trace.requestSizes(), trace.bioSizes()),
        List.of("requests", "device operations"));
  }

  /** Distances between operations. */
  String seeks() {
    return bars(
        new Plot(
            "seeks",
            HEIGHT,
            "Distance to the operation before",
            "For each class of distances the share of device operations that began so far from"
                + " where the one before on that device had ended."),
        "bytes, up to; 0 is in order; upwards: % of all",
        List.of(trace.seeks()),
        List.of("device operations"));
  }

  private static String bars(Plot plot, String unit, List<SizeCounts> all, List<String> names) {
    TreeSet<Long> classes = new TreeSet<>();
    all.forEach(each -> each.classes().forEach(one -> classes.add(one.upTo())));
    double most = 0;
    for (SizeCounts each : all) {
      for (long upTo : classes) {
        most = Math.max(most, percent(each, upTo));
      }
    }
    List<Double> ticks = Ticks.linear(most);
    double end = ticks.getLast();
    ticks.forEach(tick -> plot.across(tick / end, Numbers.tick(tick)));
    plot.unit(unit);
    int every = (classes.size() + MOST_NAMES - 1) / MOST_NAMES;
    double width = 1.0 / Math.max(1, classes.size());
    int index = 0;
    for (long upTo : classes) {
      double from = index * width;
      if (index % every == 0) {
        plot.below(from + width / 2, shortest(upTo));
      }
      double bar = width * 0.8 / all.size();
      for (int i = 0; i < all.size(); i++) {
        double left = from + width * 0.1 + i * bar;
        double height = percent(all.get(i), upTo) / end;
        plot.bar(left, left + bar, height, i == 0 ? "bar" : "bar control");
      }
      plot.part(List.of(from, from + width, 0.0, 1.0), index, 0, "column", says(all, names, upTo));
      index++;
    }
    return plot.end();
  }

  private static double percent(SizeCounts of, long upTo) {
    return of.count() == 0 ? 0 : HUNDRED * of.upTo(upTo) / of.count();
  }

  private static String says(List<SizeCounts> all, List<String> names, long upTo) {
    StringBuilder says = new StringBuilder();
    says.append(
        upTo <= 1
            ? upTo + " bytes"
            : String.format(Locale.ROOT, "%,d to %,d bytes", upTo / 2 + 1, upTo));
    for (int i = 0; i < all.size(); i++) {
      says.append(
          String.format(
              Locale.ROOT,
              "%s%,d %s (%.2f %%)",
              i == 0 ? ": " : ", ",
              all.get(i).upTo(upTo),
              names.get(i),
              percent(all.get(i), upTo)));
    }
    return says.toString();
  }

  /** A power of two as short as it can be: 512, 4K, 1M. */
  private static String shortest(long bytes) {
    long value = bytes;
    int unit = -1;
    while (value >= 1024 && unit < UNITS.length() - 1) {
      value /= 1024;
      unit++;
    }
    return unit < 0 ? Long.toString(value) : value + UNITS.substring(unit, unit + 1);
  }
}
