package io.penstock.cli;

import io.penstock.testkit.explain.Answer;
import io.penstock.testkit.explain.Asked;
import io.penstock.testkit.explain.Explanation;
import io.penstock.testkit.explain.Piece;
import io.penstock.testkit.explain.SentBio;
import io.penstock.testkit.explain.Step;
import io.penstock.testkit.explain.StepText;
import io.penstock.testkit.explain.Subject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** An explanation for machines: each step with its numbers and its words. */
final class ExplainJson {
  private ExplainJson() {}

  static Json of(ExplainTarget.Explained explained) {
    Explanation of = explained.explanation();
    List<Json> steps = new ArrayList<>();
    for (Step step : of.steps()) {
      StepText text = of.text(step);
      steps.add(step(step).put("text", text.line()).put("details", text.details()));
    }
    Step.Result result = of.result();
    return new Json()
        .put("request", request(of.asked()))
        .put("file", file(of.subject()))
        .put("steps", steps)
        .put("bytes", result.bytes())
        .put("error", result.error())
        .put("notes", explained.notes());
  }

  private static Json request(Asked asked) {
    return new Json()
        .put("direction", asked.direction().word())
        .put("position", asked.position())
        .put("length", asked.length())
        .put("segments", asked.segments())
        .put("flags", asked.flags());
  }

  private static Json file(Subject subject) {
    return new Json()
        .put("name", subject.name())
        .put("mapper", subject.mapper())
        .put("device", subject.device())
        .put("size", subject.size())
        .put("blockSize", subject.blockSize())
        .put("logicalBlock", subject.limits().logicalBlock())
        .put("memoryAlignment", subject.limits().memoryAlignment())
        .put("maxBytes", subject.limits().maxBytes())
        .put("maxSegments", subject.limits().maxSegments())
        .put("forcedUnitAccess", subject.limits().forcedUnitAccess())
        .put("dataSync", subject.dataSync())
        .put("hosted", subject.hosted());
  }

  private static Json step(Step step) {
    return switch (step) {
      case Step.Unit unit -> new Json().put("step", "unit").put("bytes", unit.bytes());
      case Step.EngineRequest request ->
          new Json()
              .put("step", "request")
              .put("number", request.number())
              .put("direction", request.direction().word())
              .put("position", request.position())
              .put("length", request.length());
      case Step.Ask ask -> ask(ask);
      case Step.Fill fill ->
          new Json()
              .put("step", "fill")
              .put("from", fill.from())
              .put("to", fill.to())
              .put("pastEnd", fill.pastEnd());
      case Step.DropAliases drop ->
          new Json()
              .put("step", "dropAliases")
              .put("device", drop.device())
              .put("deviceOffset", drop.offset())
              .put("length", drop.length());
      case Step.Send send -> bio(send.bio());
      case Step.SetLength cut -> new Json().put("step", "setLength").put("length", cut.length());
      case Step.Durability durability ->
          new Json().put("step", "durability").put("flushes", durability.flushes());
      case Step.Flush flush -> new Json().put("step", "flush").put("device", flush.device());
      case Step.EndOfIo end ->
          new Json()
              .put("step", "endOfIo")
              .put("bytes", end.bytes())
              .put("cookie", end.cookie())
              .put("uninitialised", end.uninitialised())
              .put("newSize", end.newSize());
      case Step.Result result -> new Json().put("step", "result").put("bytes", result.bytes());
    };
  }

  private static Json ask(Step.Ask ask) {
    Json json =
        new Json()
            .put("step", "ask")
            .put("mapper", ask.mapper())
            .put("firstBlock", ask.firstBlock())
            .put("blocks", ask.blocks())
            .put("intent", ask.intent())
            .put("noWait", ask.noWait())
            .put("claimed", ask.claimed());
    Answer answer = ask.answer();
    if (answer == null) {
      return json.put("failure", ask.failure());
    }
    return json.put(
        "answer",
        new Json()
            .put("kind", answer.kind())
            .put("device", answer.device())
            .put("deviceOffset", answer.device() == null ? null : answer.deviceOffset())
            .put("blocks", answer.blocks())
            .put("boundary", answer.boundary())
            .put("defer", answer.defer())
            .put("dirty", answer.dirty())
            .put("cookie", answer.cookie())
            .put("imagined", answer.imagined()));
  }

  private static Json bio(SentBio bio) {
    List<Json> pieces = new ArrayList<>();
    for (Piece piece : bio.pieces()) {
      pieces.add(
          new Json()
              .put("source", piece.source().name().toLowerCase(Locale.ROOT))
              .put("fileOffset", piece.fileOffset())
              .put("length", piece.length())
              .put("segment", piece.segment() < 0 ? null : piece.segment())
              .put("segmentOffset", piece.segment() < 0 ? null : piece.segmentOffset()));
    }
    return new Json()
        .put("step", "bio")
        .put("number", bio.number())
        .put("request", bio.request())
        .put("batch", bio.batch())
        .put("batchSize", bio.batchSize())
        .put("direction", bio.direction().word())
        .put("device", bio.device())
        .put("deviceOffset", bio.deviceOffset())
        .put("fileOffset", bio.fileOffset())
        .put("length", bio.length())
        .put("pieces", pieces)
        .put("forcedUnitAccess", bio.forcedUnitAccess())
        .put("noWait", bio.noWait())
        .put("atomic", bio.atomic())
        .put("end", bio.end().name().toLowerCase(Locale.ROOT));
  }
}
