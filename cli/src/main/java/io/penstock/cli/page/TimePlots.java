package io.penstock.cli.page;

import io.penstock.cli.trace.HeatMap;
import io.penstock.cli.trace.Slots;
import io.penstock.cli.trace.Trace;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.DoubleStream;

/** The charts of a trace whose axis is time. */
final class TimePlots {
  private static final double HEIGHT = 190;
  private static final double HEAT_ROW = 13;
  private static final double MEGA = 1e6;
  private static final int SHADES = 7;

  private final Trace trace;
  private final double seconds;

  TimePlots(Trace trace) {
    this.trace = trace;
    seconds = trace.requests().secondsAt(Trace.SLOTS);
  }

  String throughput() {
    double[] read = perSecond(trace.readBytes(), MEGA);
    double[] written = perSecond(trace.writtenBytes(), MEGA);
    return plot(
        new Plot(
            "throughput",
            HEIGHT,
            "Throughput over time",
            "Megabytes read and written by requests, for each slot of time."),
        "seconds; upwards: MB/s",
        slot ->
            String.format(
                Locale.ROOT,
                "%,.2f MB/s read, %,.2f MB/s written; %,.0f requests/s, %,.0f device"
                    + " operations/s",
                read[slot],
                written[slot],
                trace.requests().perSecond(slot),
                trace.bios().perSecond(slot)),
        read,
        written);
  }

  String depth() {
    double[] depth = new double[Trace.SLOTS];
    for (int i = 0; i < depth.length; i++) {
      depth[i] = trace.depth().perNano(i);
    }
    return plot(
        new Plot(
            "depth",
            HEIGHT,
            "Queue depth over time",
            "Device operations at the same time, on average, for each slot of time."),
        "seconds; upwards: operations at the same time",
        slot -> String.format(Locale.ROOT, "%.2f operations at the same time", depth[slot]),
        depth);
  }

  private String plot(Plot plot, String unit, IntFunction<String> says, double[]... curves) {
    double most = 0;
    for (double[] each : curves) {
      most = Math.max(most, DoubleStream.of(each).max().orElse(0));
    }
    List<Double> ticks = Ticks.linear(most);
    double end = ticks.getLast();
    ticks.forEach(tick -> plot.across(tick / end, Numbers.tick(tick)));
    plot.seconds(seconds).unit(unit);
    for (int i = 0; i < curves.length; i++) {
      plot.curve(DoubleStream.of(curves[i]).map(each -> each / end).toArray(), "curve s" + i);
    }
    for (int slot = 0; slot < Trace.SLOTS; slot++) {
      plot.part(
          List.of(share(slot), share(slot + 1), 0.0, 1.0),
          slot,
          0,
          "column",
          when(slot) + says.apply(slot));
    }
    return plot.end();
  }

  private static double share(int slot) {
    return (double) slot / Trace.SLOTS;
  }

  private String when(int slot) {
    return String.format(
        Locale.ROOT,
        "%.4g to %.4g s: ",
        trace.requests().secondsAt(slot),
        trace.requests().secondsAt(slot + 1));
  }

  private static double[] perSecond(Slots slots, double unit) {
    double[] values = new double[slots.count()];
    for (int i = 0; i < values.length; i++) {
      values[i] = slots.perSecond(i) / unit;
    }
    return values;
  }

  /** Latency over time; each cell is as dark as the logarithm of its count. */
  String heat() {
    HeatMap heat = trace.heat();
    int lowest = heat.lowest() / HeatMap.ROWS_PER_DECADE * HeatMap.ROWS_PER_DECADE;
    int end = (heat.highest() / HeatMap.ROWS_PER_DECADE + 1) * HeatMap.ROWS_PER_DECADE;
    double rows = end - lowest;
    Plot plot =
        new Plot(
            "heat",
            Math.max(HEIGHT / 2, rows * HEAT_ROW),
            "Latency over time",
            "How many requests ended in each slot of time with which latency; darker is more.");
    for (int row = lowest; row <= end; row += HeatMap.ROWS_PER_DECADE) {
      plot.across((row - lowest) / rows, Numbers.tick(HeatMap.fromMicros(row)));
    }
    plot.seconds(seconds).unit("seconds; upwards: microseconds from submission to end");
    double most = Math.log1p((double) heat.most());
    for (int slot = 0; slot < Trace.SLOTS; slot++) {
      for (int row = heat.lowest(); row <= heat.highest(); row++) {
        long count = heat.count(row, slot);
        if (count > 0) {
          int shade =
              (int) Math.clamp(Math.ceil(Math.log1p((double) count) / most * SHADES), 1, SHADES);
          plot.part(
              List.of(
                  share(slot), share(slot + 1), (row - lowest) / rows, (row + 1 - lowest) / rows),
              slot,
              row,
              "cell h" + shade,
              String.format(
                  Locale.ROOT,
                  "%s%,d requests took %s to %s µs",
                  when(slot),
                  count,
                  Numbers.show(HeatMap.fromMicros(row)),
                  Numbers.show(HeatMap.fromMicros(row + 1))));
        }
      }
    }
    return plot.end();
  }
}
