package io.penstock.ext4.nio;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Patterns of {@link java.nio.file.FileSystem#getPathMatcher}: {@code *} and {@code ?} stop at a
 * slash, {@code **} does not; {@code [a-c]}, {@code [!a-c]}, {@code {a,b}} and {@code \} as there.
 */
final class Glob {
  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int at;
  private boolean inGroup;

  private Glob(String glob) {
    this.glob = glob;
  }

  /**
   * The regular expression that matches the same.
   *
   * @throws PatternSyntaxException when it is no such pattern
   */
  static Pattern compile(String glob) {
    Glob translation = new Glob(glob);
    translation.run();
    return Pattern.compile(translation.regex.toString(), Pattern.DOTALL);
  }

  private PatternSyntaxException wrong(String why) {
    return new PatternSyntaxException(why, glob, at - 1);
  }

  private void run() {
    while (at < glob.length()) {
      char each = glob.charAt(at++);
      switch (each) {
        case '*' -> star();
        case '?' -> regex.append("[^/]");
        case '[' -> characters();
        case '{' -> group();
        case '}' -> regex.append(inGroup ? endGroup() : "\\}");
        case ',' -> regex.append(inGroup ? ")|(?:" : ",");
        case '\\' -> escaped();
        default -> literal(each);
      }
    }
    if (inGroup) {
      throw wrong("a group is not closed");
    }
  }

  private void literal(char each) {
    if (".^$+|()]\\{[*?".indexOf(each) >= 0) {
      regex.append('\\');
    }
    regex.append(each);
  }

  private void star() {
    if (at < glob.length() && glob.charAt(at) == '*') {
      at++;
      regex.append(".*");
    } else {
      regex.append("[^/]*");
    }
  }

  private void escaped() {
    if (at == glob.length()) {
      throw wrong("nothing is escaped");
    }
    char each = glob.charAt(at++);
    if (Character.isLetterOrDigit(each)) {
      regex.append(each);
    } else {
      regex.append('\\').append(each);
    }
  }

  private void group() {
    if (inGroup) {
      throw wrong("groups cannot be in groups");
    }
    inGroup = true;
    regex.append("(?:(?:");
  }

  private String endGroup() {
    inGroup = false;
    return "))";
  }

  private void characters() {
    int end = glob.indexOf(']', at + 1);
    if (end < 0) {
      throw wrong("']' is missing");
    }
    boolean negated = glob.charAt(at) == '!';
    regex.append("[[^/]&&[").append(negated ? "^" : "");
    for (int i = negated ? at + 1 : at; i < end; i++) {
      char each = glob.charAt(i);
      if (each == '/') {
        throw wrong("a slash cannot be one of the characters");
      }
      boolean range = each == '-' && i > at && i < end - 1;
      if (!range && "[]&-^\\".indexOf(each) >= 0) {
        regex.append('\\');
      }
      regex.append(each);
    }
    regex.append("]]");
    at = end + 1;
  }
}
