package io.penstock.testkit.explain;

import io.penstock.core.device.QueueLimits;
import io.penstock.core.request.IoFlags;

/** An explanation as text for a terminal: two lines of what was asked, then the steps, numbered. */
final class ExplanationText {
  private static final int WIDTH = 100;
  private static final String INDENT = "    ";
  private static final String DETAIL = "      ";

  private final Explanation of;
  private final StringBuilder text = new StringBuilder();

  ExplanationText(Explanation of) {
    this.of = of;
    head();
    int number = 1;
    for (Step step : of.steps()) {
      StepText words = of.text(step);
      wrap(String.format(java.util.Locale.ROOT, "%2d. ", number), INDENT, words.line());
      for (String detail : words.details()) {
        wrap(DETAIL, DETAIL + "  ", detail);
      }
      number++;
    }
  }

  private void head() {
    wrap("", INDENT, headline(of.asked(), of.subject()));
    wrap("", INDENT, fileLine(of.subject()));
    text.append('\n');
  }

  /** The file and its device in one line. */
  static String fileLine(Subject subject) {
    QueueLimits limits = subject.limits();
    StringBuilder file = new StringBuilder("File of ").append(Words.bytes(subject.size()));
    file.append(", blocks of ").append(subject.blockSize()).append(" (F), mapped by ");
    file.append(subject.mapper()).append("; ").append(subject.device());
    file.append(" with logical blocks of ").append(limits.logicalBlock()).append(" (L), memory ");
    file.append("aligned to ").append(limits.memoryAlignment()).append(", at most ");
    file.append(Words.count(limits.maxSegments(), "piece")).append(" and ");
    file.append(Words.bytes(limits.maxBytes())).append(" in a bio");
    return file.append(limits.forcedUnitAccess() ? ", forced unit access." : ".").toString();
  }

  /** The request in one line. */
  static String headline(Asked asked, Subject subject) {
    String flags = asked.flags() == IoFlags.NONE ? "" : ", " + asked.flags();
    return (asked.isWrite() ? "Write " : "Read ")
        + Words.range(asked.position(), asked.end())
        + " of "
        + subject.name()
        + ": "
        + Words.bytes(asked.length())
        + " in "
        + Words.count(asked.segments().size(), "segment")
        + flags
        + (subject.dataSync() ? ", the file is data-sync" : "")
        + '.';
  }

  /** Breaks at spaces; what has none stays whole. */
  private void wrap(String first, String others, String words) {
    String rest = words.replaceAll("\\s*\\R\\s*", " ");
    String indent = first;
    while (indent.length() + rest.length() > WIDTH) {
      int cut = rest.lastIndexOf(' ', WIDTH - indent.length());
      if (cut <= 0) {
        cut = rest.indexOf(' ');
      }
      if (cut < 0) {
        break;
      }
      text.append(indent).append(rest, 0, cut).append('\n');
      rest = rest.substring(cut + 1);
      indent = others;
    }
    text.append(indent).append(rest).append('\n');
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
