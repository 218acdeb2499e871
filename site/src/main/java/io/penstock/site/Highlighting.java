package io.penstock.site;

import java.util.Set;

/**
 * Java as HTML: escaped, with words of the language, strings and comments in elements of theirs.
 */
final class Highlighting {
  private static final Set<String> KEYWORDS =
      Set.of(
          "abstract",
          "assert",
          "boolean",
          "break",
          "byte",
          "case",
          "catch",
          "char",
          "class",
          "continue",
          "default",
          "do",
          "double",
          "else",
          "enum",
          "extends",
          "false",
          "final",
          "finally",
          "float",
          "for",
          "if",
          "implements",
          "import",
          "instanceof",
          "int",
          "interface",
          "long",
          "native",
          "new",
          "null",
          "package",
          "private",
          "protected",
          "public",
          "record",
          "return",
          "sealed",
          "short",
          "static",
          "super",
          "switch",
          "synchronized",
          "this",
          "throw",
          "throws",
          "transient",
          "true",
          "try",
          "var",
          "void",
          "volatile",
          "while",
          "yield");

  private Highlighting() {}

  static String java(String source) {
    StringBuilder html = new StringBuilder();
    JavaScanner.scan(
        source,
        (kind, text) -> {
          switch (kind) {
            case COMMENT -> element(html, "i", text);
            case STRING -> element(html, "s", text);
            case WORD -> {
              if (KEYWORDS.contains(text)) {
                element(html, "b", text);
              } else {
                html.append(text);
              }
            }
            case OTHER -> html.append(escape(text));
          }
        });
    return html.toString();
  }

  private static void element(StringBuilder html, String name, String text) {
    html.append('<').append(name).append('>').append(escape(text));
    html.append("</").append(name).append('>');
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
