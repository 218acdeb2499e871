package io.penstock.testkit.explain;

import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MappingKind;
import java.util.ArrayList;
import java.util.List;

/**
 * A step in words.
 *
 * @param line what happened, as one or more sentences
 * @param details further lines, one for each part of it
 */
public record StepText(String line, List<String> details) {
  /** Copies the list. */
  public StepText {
    details = List.copyOf(details);
  }

  static StepText of(Explanation of, Step step) {
    return switch (step) {
      case Step.Unit unit ->
          line("The unit U is " + Words.bytes(unit.bytes()) + ": " + unit.why() + " (ADM-3).");
      case Step.EngineRequest request -> line(request(of, request));
      case Step.Ask ask -> ask(of, ask);
      case Step.Fill fill -> line(fill(fill));
      case Step.DropAliases drop ->
          line(
              "Cached copies of "
                  + Words.range(drop.offset(), drop.offset() + drop.length())
                  + " of "
                  + drop.device()
                  + " are dropped: the blocks are new (MAP-6).");
      case Step.Send send -> send(of, send.bio());
      case Step.SetLength cut ->
          line(
              "The file's length is set to "
                  + Words.bytes(cut.length())
                  + ": the padding of its last block is cut off (FILE-3).");
      case Step.Durability durability ->
          line(
              (durability.flushes() ? "A sync is needed: " : "No sync is needed: ")
                  + durability.why()
                  + '.');
      case Step.Flush flush -> line(flush.device() + " is flushed.");
      case Step.EndOfIo end -> end(end);
      case Step.Result result -> line(result(of, result));
    };
  }

  private static StepText line(String text) {
    return new StepText(text, List.of());
  }

  private static String request(Explanation of, Step.EngineRequest request) {
    String range = Words.range(request.position(), request.position() + request.length());
    boolean edge = of.asked().isWrite() && request.direction().word().equals("read");
    return "The file layer has the engine "
        + request.direction().word()
        + ' '
        + range
        + (edge ? ": a block that is written in part is read first (FILE-3)." : ".");
  }

  private static StepText ask(Explanation of, Step.Ask ask) {
    StringBuilder text = new StringBuilder("The mapper is asked for ");
    text.append(Words.blocks(ask.firstBlock(), ask.blocks()));
    text.append(ask.intent() == MapIntent.ALLOCATE ? ", and may allocate" : "");
    text.append(ask.noWait() ? ", without waiting" : "").append(" (MAP-1)");
    boolean tellsClaim = ask.claimed() && ask == of.questions().getFirst();
    text.append(tellsClaim ? "; the request holds a claim on its blocks (ZERO-6). " : ". ");
    Answer answer = ask.answer();
    if (answer == null) {
      return line(text + "It fails: " + ask.failure());
    }
    text.append("It answers: ").append(answer(answer)).append('.');
    if (answer.imagined()) {
      text.append(
          " (It was only asked to look up, and answered a hole. A layout that writes would be asked"
              + " to allocate here; the new blocks are made up.)");
    }
    if (of.subject().hosted()) {
      text.append(" Where that is on the disk is the host's business.");
    }
    return line(text.toString());
  }

  private static String answer(Answer answer) {
    StringBuilder text = new StringBuilder(kind(answer.kind()));
    if (answer.kind() != MappingKind.WOULD_BLOCK) {
      text.append(", ").append(Words.count(answer.blocks(), "block"));
    }
    if (answer.device() != null) {
      text.append(" at ").append(answer.deviceOffset()).append(" of ").append(answer.device());
    }
    text.append(answer.boundary() ? ", boundary" : "");
    text.append(answer.defer() ? ", defer" : "");
    text.append(answer.dirty() ? ", dirty" : "");
    if (answer.cookie() != null) {
      text.append(", cookie ").append(answer.cookie());
    }
    return text.toString();
  }

  /** A kind as people write it. */
  public static String kind(MappingKind kind) {
    return switch (kind) {
      case HOLE -> "hole";
      case MAPPED -> "mapped";
      case NEW -> "new";
      case UNWRITTEN -> "unwritten";
      case WOULD_BLOCK -> "would block";
    };
  }

  private static String fill(Step.Fill fill) {
    String range = Words.range(fill.from(), fill.to());
    return fill.pastEnd()
        ? "Memory for "
            + range
            + ", behind the end of the file, is zeroed: what the disk holds there may be another"
            + " file's (WALK-5)."
        : "Memory for " + range + " is filled with zeros; no device is asked (WALK-3).";
  }

  private static StepText send(Explanation of, SentBio bio) {
    StringBuilder text = new StringBuilder("Bio ").append(bio.number());
    text.append(bio.direction().word().equals("write") ? " writes " : " reads ");
    text.append(Words.bytes(bio.length())).append(": ");
    text.append(Words.range(bio.deviceOffset(), bio.deviceEnd())).append(" of ");
    text.append(bio.device());
    if (!of.subject().hosted()) {
      text.append(", file ").append(Words.range(bio.fileOffset(), bio.fileEnd()));
    }
    if (bio.batchSize() > 1) {
      text.append(", one of ").append(bio.batchSize()).append(" in batch ").append(bio.batch());
    }
    text.append(bio.forcedUnitAccess() ? ", forced unit access" : "");
    text.append(bio.noWait() ? ", no-wait" : "").append(bio.atomic() ? ", atomic" : "");
    text.append(". It ends there: ").append(bio.end().words()).append('.');
    List<String> details = new ArrayList<>();
    for (Piece piece : bio.pieces()) {
      details.add(piece(of, piece));
    }
    return new StepText(text.toString(), details);
  }

  /** A piece in words. */
  static String piece(Explanation of, Piece piece) {
    String range = Words.range(piece.fileOffset(), piece.fileEnd());
    return switch (piece.source()) {
      case CALLER ->
          "data   " + range + ", segment " + piece.segment() + " from " + piece.segmentOffset();
      case ZEROS -> "zeros  " + range + ", " + new ZeroReason(of).of(piece);
      case POOLED -> "pooled " + range + ", copied (MEM-4, FILE-3)";
    };
  }

  private static StepText end(Step.EndOfIo end) {
    StringBuilder text = new StringBuilder("The end-of-I/O hook is told: ");
    text.append(Words.bytes(end.bytes()));
    if (end.cookie() != null) {
      text.append(", cookie ").append(end.cookie());
    }
    text.append(" (CMP-4). The file is ").append(Words.bytes(end.newSize())).append(" long.");
    List<String> details = new ArrayList<>();
    for (String range : end.uninitialised()) {
      details.add("not initialised: " + range + " (ZERO-3)");
    }
    return new StepText(text.toString(), details);
  }

  /** What the rules say of a failure that the mapper has caused. */
  private static String whyFailed(Explanation of, String error) {
    if (of.questions().isEmpty()) {
      return "";
    }
    Step.Ask last = of.questions().getLast();
    String sent = "what was assembled before is sent all the same (MAP-9)";
    if (error.equals(last.failure())) {
      return ". A mapper's error ends the walk; " + sent + '.';
    }
    return error.contains(" answered ")
        ? ". An answer that cannot be true is an error (MAP-2); " + sent + '.'
        : "";
  }

  private static String result(Explanation of, Step.Result result) {
    if (result.error() != null) {
      return "The request fails: " + result.error() + whyFailed(of, result.error());
    }
    if (result.bytes() < 0) {
      return "The request reports end of file (ADM-1).";
    }
    String text = "The request reports " + Words.bytes(result.bytes()) + '.';
    if (result.bytes() == of.asked().length()) {
      return text;
    }
    return text
        + (of.asked().isWrite()
            ? " The layout does not allocate there: a file layer writes the rest through the"
                + " buffered path (WALK-4)."
            : " The file ends there (CMP-3).");
  }
}
