package io.penstock.testkit.oracle;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.WarningListener;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is going on in a run at this moment, and the first thing that went wrong. */
final class Course implements WarningListener {
  final RunShape shape;
  final Dice dice;
  final StepExecutor executor;
  final CompletionExecutor completions;
  final Accounts accounts = new Accounts();
  private final List<String> trace = new ArrayList<>();
  private final boolean tracing;
  private @Nullable BlockTable table;
  private @Nullable BlockFile file;

  /** Requests in flight. */
  final List<Flight> active = new ArrayList<>();

  /** Bios in flight. */
  final List<Bios.Sent> held = new ArrayList<>();

  /** Requests in flight whose end-of-I/O hook was called. */
  final List<Flight> hooked = new ArrayList<>();

  /** Whose call or completion the engine is carrying out, as far as that is known. */
  @Nullable Flight current;

  /** Somebody waits: bios are done before their submission returns. */
  boolean inlineAll;

  /** What happens now belongs to no request. */
  boolean maintenance;

  /** The sync failure that every later one repeats (CMP-6). */
  @Nullable IOException stickySync;

  /** Of the file's size, what a crash would leave. */
  long durableSize;

  int truncations;
  int expectedWarnings;
  final List<String> warnings = new ArrayList<>();
  private @Nullable Divergence divergence;

  Course(
      RunShape shape,
      Dice dice,
      StepExecutor executor,
      CompletionExecutor completions,
      boolean tracing) {
    this.shape = shape;
    this.dice = dice;
    this.executor = executor;
    this.completions = completions;
    this.tracing = tracing;
  }

  /** Tells of the things that need this one to be made. */
  void attach(BlockTable blocks, BlockFile made) {
    table = blocks;
    file = made;
    durableSize = made.size();
  }

  BlockFile file() {
    return Objects.requireNonNull(file);
  }

  BlockTable table() {
    return Objects.requireNonNull(table);
  }

  /** A sync has succeeded that found this size. */
  void synced(long size) {
    durableSize = Math.max(durableSize, size);
    table().synced();
  }

  // --- divergences ---

  /** Remembers the first divergence, whatever the engine makes of the exception. */
  Divergence diverged(String message) {
    Divergence made = new Divergence(message);
    if (divergence == null) {
      divergence = made;
    }
    return made;
  }

  void throwDivergence() {
    if (divergence != null) {
      throw divergence;
    }
  }

  boolean hasDiverged() {
    return divergence != null;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
  void note(String format, @Nullable Object... arguments) {
    if (tracing) {
      trace.add(String.format(format, arguments));
      if (trace.size() > 4000) {
        trace.subList(0, 2000).clear();
      }
    }
  }

  List<String> trace() {
    return Collections.unmodifiableList(trace);
  }

  String activeForPeople() {
    StringBuilder text = new StringBuilder();
    for (Flight each : active) {
      text.append("\n  ").append(each).append("; next bio ").append(each.walk.next());
    }
    return text.toString();
  }

  @Override
  public void warn(String subject, String what, Throwable cause) {
    note("  warning %s: %s: %s", subject, what, cause);
    warnings.add(subject + ": " + what + ": " + cause);
    if (cause instanceof Divergence diverged) {
      diverged(String.valueOf(diverged.getMessage()));
    }
  }

  void forget(Flight flight) {
    active.remove(flight);
    hooked.remove(flight);
  }
}
