package io.penstock.testkit.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The words, numbers and signs of a layout sketch, one after the other. */
final class SketchTokens {
  /**
   * A token.
   *
   * @param text lower case; empty for the end
   * @param column from 1
   */
  record Token(String text, int column) {
    boolean isNumber() {
      return !text.isEmpty() && Character.isDigit(text.charAt(0));
    }

    boolean is(String other) {
      return text.equals(other);
    }
  }

  private static final String UNITS = "kmgt";

  private final List<Token> tokens = new ArrayList<>();
  private int next;

  SketchTokens(String sketch) {
    String text = sketch.toLowerCase(Locale.ROOT);
    int at = 0;
    while (at < text.length()) {
      int end = end(text, at);
      if (!Character.isWhitespace(text.charAt(at))) {
        tokens.add(new Token(text.substring(at, end), at + 1));
      }
      at = end;
    }
    tokens.add(new Token("", text.length() + 1));
  }

  private static int end(String text, int start) {
    if (text.startsWith("..", start)) {
      return start + 2;
    }
    int end = start;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    return Math.max(end, start + 1);
  }

  private static boolean isWordPart(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  Token peek() {
    return tokens.get(next);
  }

  Token take() {
    Token token = peek();
    if (next < tokens.size() - 1) {
      next++;
    }
    return token;
  }

  boolean has(String text) {
    return tokens.stream().anyMatch(token -> token.is(text));
  }

  /** Takes the token if it is this one. */
  boolean takeIf(String text) {
    boolean is = peek().is(text);
    if (is) {
      take();
    }
    return is;
  }

  void require(String text, String expected) {
    if (!takeIf(text)) {
      throw wrong(expected);
    }
  }

  boolean atEnd() {
    return peek().text().isEmpty();
  }

  /** A number with or without a binary unit. */
  long number(String expected) {
    if (!peek().isNumber()) {
      throw wrong(expected);
    }
    String text = peek().text();
    int unit = UNITS.indexOf(text.charAt(text.length() - 1));
    try {
      long value = Long.parseLong(unit < 0 ? text : text.substring(0, text.length() - 1));
      for (int i = 0; i <= unit; i++) {
        value = Math.multiplyExact(value, 1024);
      }
      take();
      return value;
    } catch (ArithmeticException | NumberFormatException wrong) {
      throw wrong(expected);
    }
  }

  /** What is at the next token is not what is expected. */
  SketchSyntaxException wrong(String expected) {
    Token found = peek();
    return new SketchSyntaxException(
        found.column(), expected, atEnd() ? "the end" : "'" + found.text() + "'");
  }
}
