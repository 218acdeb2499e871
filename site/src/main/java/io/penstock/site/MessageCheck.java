package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the messages that a page explains are messages of the code. A page quotes one in a
 * heading, in backticks, with an ellipsis where the code puts a value in.
 */
final class MessageCheck {
  /** Of a quoted message, what is shorter says nothing: "at" is in every source. */
  private static final int LEAST_LETTERS = 10;

  private final List<String> literals = new ArrayList<>();

  /** The messages of these sources. */
  MessageCheck(List<String> sources) {
    for (String source : sources) {
      collect(source);
    }
  }

  /** The messages of all main sources of the tree. */
  static MessageCheck ofTree(Path root) throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path file : Tree.files(root, ".java")) {
      if (file.toString().contains("/src/main/")) {
        sources.add(Files.readString(file, UTF_8));
      }
    }
    return new MessageCheck(sources);
  }

  /** Literals that are added to each other without a value in between are one. */
  private void collect(String source) {
    StringBuilder joined = new StringBuilder();
    JavaScanner.scan(
        source,
        (kind, text) -> {
          if (kind == JavaScanner.Kind.STRING && !text.startsWith("\"\"\"")) {
            joined.append(text, 1, text.length() - 1);
          } else if (kind == JavaScanner.Kind.WORD
              || kind == JavaScanner.Kind.OTHER && !text.isBlank() && !text.equals("+")) {
            if (!joined.isEmpty()) {
              literals.add(joined.toString().replace("\\\"", "\""));
            }
            joined.setLength(0);
          }
        });
  }

  /** What is wrong with a page, one line each. */
  List<String> complaints(Page page) {
    List<String> complaints = new ArrayList<>();
    for (Page.Section section : page.sections()) {
      for (String message : section.quoted()) {
        if (!isMessage(message)) {
          complaints.add(page.file() + ": no source says \"" + message + "\"");
        }
      }
    }
    return complaints;
  }

  private boolean isMessage(String message) {
    boolean any = false;
    for (String part : message.split("…", -1)) {
      String words = part.strip();
      if (words.length() >= LEAST_LETTERS) {
        any = true;
        if (literals.stream().noneMatch(literal -> literal.contains(words))) {
          return false;
        }
      }
    }
    return any;
  }
}
