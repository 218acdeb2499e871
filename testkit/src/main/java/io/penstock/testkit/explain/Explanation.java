package io.penstock.testkit.explain;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request, step by step, as the engine's own walk made it. Nothing was written:
 * the devices were recordings. Immutable; {@link #toString()} is the whole story as text.
 */
public final class Explanation {
  private final Asked asked;
  private final Subject subject;
  private final List<Step> steps;

  Explanation(Asked asked, Subject subject, List<Step> steps) {
    this.asked = asked;
    this.subject = subject;
    this.steps = List.copyOf(steps);
  }

  /** What was asked. */
  public Asked asked() {
    return asked;
  }

  /** The file it was asked of. */
  public Subject subject() {
    return subject;
  }

  /** Everything that happened, in order; the last is a {@link Step.Result}. */
  public List<Step> steps() {
    return steps;
  }

  /** The device operations, in the order in which they were sent. */
  public List<SentBio> bios() {
    List<SentBio> bios = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Send send) {
        bios.add(send.bio());
      }
    }
    return bios;
  }

  /** The questions to the mapper, in order. */
  public List<Step.Ask> questions() {
    List<Step.Ask> questions = new ArrayList<>();
    for (Step step : steps) {
      if (step instanceof Step.Ask ask) {
        questions.add(ask);
      }
    }
    return questions;
  }

  /** What the caller got. */
  public Step.Result result() {
    return (Step.Result) steps.getLast();
  }

  /** The answer that covers a file block, the last one given, or null. */
  @Nullable Answer answerAt(long block) {
    Answer found = null;
    for (Step.Ask ask : questions()) {
      Answer answer = ask.answer();
      if (answer != null
          && block >= ask.firstBlock()
          && block - ask.firstBlock() < answer.blocks()) {
        found = answer;
      }
    }
    return found;
  }

  /** What was asked, in one line. */
  public String headline() {
    return ExplanationText.headline(asked, subject);
  }

  /** The file and its device, in one line. */
  public String fileLine() {
    return ExplanationText.fileLine(subject);
  }

  /** A piece of a device operation in words. */
  public String text(Piece piece) {
    return StepText.piece(this, piece);
  }

  /** One step in words. */
  public StepText text(Step step) {
    return StepText.of(this, step);
  }

  /** All of it in words. */
  @Override
  public String toString() {
    return new ExplanationText(this).toString();
  }
}
