package io.penstock.cli.page;

import io.penstock.testkit.explain.Answer;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.SentBio;
import io.penstock.testkit.explain.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a byte of a device stands in a drawing: only runs that the request has to do with are
 * shown, in ascending order, device after device, with gaps between them.
 */
final class DeviceAxis {
  private static final double WIDEST_GAP = 20;
  private static final double SHARE_OF_GAPS = 0.3;

  /**
   * A run of a device that is shown.
   *
   * @param device its name
   * @param from first byte
   * @param to first byte behind it
   * @param x left edge
   * @param width of it
   */
  record Run(String device, long from, long to, double x, double width) {
    double x(long offset) {
      return x + width * (Math.clamp(offset, from, to) - from) / (to - from);
    }
  }

  private record Bytes(long from, long to) {}

  private final List<Run> runs = new ArrayList<>();

  DeviceAxis(Explanation of, double left, double width) {
    Map<String, List<Bytes>> touched = new LinkedHashMap<>();
    for (Step.Ask ask : of.questions()) {
      Answer answer = ask.answer();
      if (answer != null && answer.device() != null && answer.blocks() > 0) {
        long length = answer.blocks() * of.subject().blockSize();
        add(touched, answer.device(), answer.deviceOffset(), answer.deviceOffset() + length);
      }
    }
    for (SentBio bio : of.bios()) {
      add(touched, bio.device(), bio.deviceOffset(), bio.deviceEnd());
    }
    place(touched, left, width);
  }

  private static void add(Map<String, List<Bytes>> all, String device, long from, long to) {
    if (from >= 0 && to > from) {
      all.computeIfAbsent(device, each -> new ArrayList<>()).add(new Bytes(from, to));
    }
  }

  private static List<Bytes> merged(List<Bytes> some) {
    List<Bytes> merged = new ArrayList<>();
    for (Bytes each : some.stream().sorted(Comparator.comparingLong(Bytes::from)).toList()) {
      Bytes last = merged.isEmpty() ? null : merged.getLast();
      if (last != null && each.from() <= last.to()) {
        merged.set(merged.size() - 1, new Bytes(last.from(), Math.max(last.to(), each.to())));
      } else {
        merged.add(each);
      }
    }
    return merged;
  }

  private void place(Map<String, List<Bytes>> touched, double left, double width) {
    double bytes = 0;
    int count = 0;
    Map<String, List<Bytes>> all = new LinkedHashMap<>();
    for (Map.Entry<String, List<Bytes>> each : touched.entrySet()) {
      List<Bytes> merged = merged(each.getValue());
      all.put(each.getKey(), merged);
      count += merged.size();
      bytes += merged.stream().mapToDouble(one -> one.to() - one.from()).sum();
    }
    double gap = count < 2 ? 0 : Math.min(WIDEST_GAP, SHARE_OF_GAPS * width / (count - 1));
    double scale = (width - gap * Math.max(0, count - 1)) / bytes;
    double x = left;
    for (Map.Entry<String, List<Bytes>> each : all.entrySet()) {
      for (Bytes one : each.getValue()) {
        double wide = (one.to() - one.from()) * scale;
        runs.add(new Run(each.getKey(), one.from(), one.to(), x, wide));
        x += wide + gap;
      }
    }
  }

  /** All runs, from left to right. */
  List<Run> runs() {
    return runs;
  }

  /** The run that holds the bytes of a device operation. */
  Run of(SentBio bio) {
    for (Run run : runs) {
      if (run.device().equals(bio.device())
          && run.from() <= bio.deviceOffset()
          && bio.deviceEnd() <= run.to()) {
        return run;
      }
    }
    throw new AssertionError(bio + " is in no run");
  }
}
