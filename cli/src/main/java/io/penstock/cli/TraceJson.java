package io.penstock.cli;

import io.penstock.cli.trace.FileShare;
import io.penstock.cli.trace.HeatMap;
import io.penstock.cli.trace.SeenRequest;
import io.penstock.cli.trace.SizeCounts;
import io.penstock.cli.trace.Trace;
import io.penstock.core.metric.LatencyHistogram;
import java.util.ArrayList;
import java.util.List;

/** A trace for machines: all that the page and the table show. */
final class TraceJson {
  private static final double MICROS = 1e3;
  private static final int FILES = 1000;

  private TraceJson() {}

  static Json of(Trace trace, String source) {
    return new Json()
        .put("source", source)
        .put("seconds", trace.seconds())
        .put("requests", sizes(trace.requestSizes()).put("errors", trace.requestErrors()))
        .put("mappings", sizes(trace.mappingSizes()))
        .put(
            "bios",
            sizes(trace.bioSizes())
                .put("pieces", trace.pieces())
                .put("errors", trace.bioErrors())
                .put("needed_by_requests", trace.neededBios()))
        .put("bounces", sizes(trace.bounces()))
        .put("seeks", sizes(trace.seeks()))
        .put("request_latency", latency(trace.requestLatency()))
        .put("bio_latency", latency(trace.bioLatency()))
        .put("bio_queued", latency(trace.queued()))
        .put("phases_ns", phases(trace))
        .put("over_time", overTime(trace))
        .put("files", trace.topFiles(FILES).stream().map(TraceJson::file).toList())
        .put("incidents", trace.incidentCount())
        .put("incident_lines", trace.incidents());
  }

  private static Json sizes(SizeCounts sizes) {
    List<Json> classes =
        sizes.classes().stream()
            .map(each -> new Json().put("up_to", each.upTo()).put("count", each.count()))
            .toList();
    return new Json()
        .put("count", sizes.count())
        .put("bytes", sizes.bytes())
        .put("mean", sizes.mean())
        .put("classes", classes);
  }

  private static Json latency(LatencyHistogram.Snapshot of) {
    return new Json()
        .put("count", of.count())
        .put("p50_us", of.at(50) / MICROS)
        .put("p99_us", of.at(99) / MICROS)
        .put("p999_us", of.at(99.9) / MICROS)
        .put("max_us", of.mostNanos() / MICROS);
  }

  private static Json phases(Trace trace) {
    Json phases = new Json();
    for (int i = 0; i < SeenRequest.PHASES.size(); i++) {
      phases.put(SeenRequest.PHASES.get(i), trace.phases()[i]);
    }
    return phases;
  }

  private static List<Json> overTime(Trace trace) {
    List<Json> slots = new ArrayList<>();
    for (int i = 0; i < Trace.SLOTS; i++) {
      slots.add(
          new Json()
              .put("at_s", trace.requests().secondsAt(i))
              .put("requests_s", trace.requests().perSecond(i))
              .put("bios_s", trace.bios().perSecond(i))
              .put("read_bytes_s", trace.readBytes().perSecond(i))
              .put("written_bytes_s", trace.writtenBytes().perSecond(i))
              .put("depth", trace.depth().perNano(i))
              .put("latency", heat(trace.heat(), i)));
    }
    return slots;
  }

  private static List<Json> heat(HeatMap heat, int slot) {
    List<Json> cells = new ArrayList<>();
    for (int row = heat.lowest(); row <= heat.highest(); row++) {
      if (heat.count(row, slot) > 0) {
        cells.add(
            new Json().put("from_us", HeatMap.fromMicros(row)).put("count", heat.count(row, slot)));
      }
    }
    return cells;
  }

  private static Json file(FileShare file) {
    return new Json()
        .put("name", file.name())
        .put("reads", file.reads())
        .put("writes", file.writes())
        .put("read_bytes", file.readBytes())
        .put("written_bytes", file.writtenBytes())
        .put("errors", file.errors())
        .put("latency", latency(file.latency()));
  }
}
