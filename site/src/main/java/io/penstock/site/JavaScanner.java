package io.penstock.site;

/** Cuts Java into pieces: enough to tell words, strings and comments apart. */
final class JavaScanner {
  /** What a piece is. */
  enum Kind {
    COMMENT,
    STRING,
    WORD,
    OTHER
  }

  /** Is given each piece, in order; together they are the source. */
  interface Sink {
    void piece(Kind kind, String text);
  }

  private final String source;
  private int at;

  private JavaScanner(String source) {
    this.source = source;
  }

  static void scan(String source, Sink sink) {
    JavaScanner scanner = new JavaScanner(source);
    while (scanner.at < source.length()) {
      int from = scanner.at;
      Kind kind = scanner.next();
      sink.piece(kind, source.substring(from, scanner.at));
    }
  }

  private Kind next() {
    char first = source.charAt(at);
    if (source.startsWith("//", at)) {
      at = orEnd(source.indexOf('\n', at));
      return Kind.COMMENT;
    }
    if (source.startsWith("/*", at)) {
      at = after(source.indexOf("*/", at + 2), 2);
      return Kind.COMMENT;
    }
    if (source.startsWith("\"\"\"", at)) {
      at = after(source.indexOf("\"\"\"", at + 3), 3);
      return Kind.STRING;
    }
    if (first == '"' || first == '\'') {
      at++;
      while (at < source.length() && source.charAt(at) != first) {
        at += source.charAt(at) == '\\' ? 2 : 1;
      }
      at = Math.min(at + 1, source.length());
      return first == '"' ? Kind.STRING : Kind.OTHER;
    }
    if (Character.isJavaIdentifierStart(first)) {
      while (at < source.length() && Character.isJavaIdentifierPart(source.charAt(at))) {
        at++;
      }
      return Kind.WORD;
    }
    at++;
    return Kind.OTHER;
  }

  private int orEnd(int found) {
    return found < 0 ? source.length() : found;
  }

  private int after(int found, int length) {
    return found < 0 ? source.length() : found + length;
  }
}
