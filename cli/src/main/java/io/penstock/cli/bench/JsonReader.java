package io.penstock.cli.bench;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) as another program writes it: objects as {@link Map}, arrays as {@link
 * List}, numbers as {@link Double}, strings, booleans, null.
 */
final class JsonReader {
  /** Objects and arrays inside each other: fio has five; each takes a little of the stack. */
  private static final int DEEPEST = 256;

  private final String text;
  private int at;
  private int depth;

  private JsonReader(String text) {
    this.text = text;
  }

  /**
   * Reads an object.
   *
   * @throws IllegalArgumentException when there is none
   */
  @SuppressWarnings("unchecked")
  static Map<String, @Nullable Object> object(String text) {
    JsonReader reader = new JsonReader(text);
    Object value = reader.value();
    if (!(value instanceof Map<?, ?>)) {
      throw reader.unexpected("an object");
    }
    return (Map<String, @Nullable Object>) value;
  }

  private @Nullable Object value() {
    char c = peek();
    return switch (c) {
      case '{' -> nested(this::fields);
      case '[' -> nested(this::elements);
      case '"' -> string();
      case 't' -> word("true", true);
      case 'f' -> word("false", false);
      case 'n' -> word("null", null);
      default -> number();
    };
  }

  private Object nested(Supplier<Object> inside) {
    if (++depth > DEEPEST) {
      throw unexpected("at most " + DEEPEST + " objects and arrays inside each other");
    }
    Object read = inside.get();
    depth--;
    return read;
  }

  private Map<String, @Nullable Object> fields() {
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    take('{');
    while (peek() != '}') {
      String name = string();
      take(':');
      fields.put(name, value());
      skipComma('}');
    }
    take('}');
    return fields;
  }

  private List<@Nullable Object> elements() {
    List<@Nullable Object> elements = new ArrayList<>();
    take('[');
    while (peek() != ']') {
      elements.add(value());
      skipComma(']');
    }
    take(']');
    return elements;
  }

  private void skipComma(char end) {
    if (peek() != end) {
      take(',');
    }
  }

  private String string() {
    take('"');
    StringBuilder read = new StringBuilder();
    while (current() != '"') {
      char c = text.charAt(at++);
      read.append(c == '\\' ? escaped() : c);
    }
    at++;
    return read.toString();
  }

  private char escaped() {
    char c = current();
    at++;
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> {
        yield unicode();
      }
      default -> c;
    };
  }

  private char unicode() {
    int end = at + 4;
    if (end > text.length() || !HexFormat.isHexDigit(text.charAt(at))) {
      throw unexpected("four hexadecimal digits");
    }
    try {
      char read = (char) HexFormat.fromHexDigits(text, at, end);
      at = end;
      return read;
    } catch (NumberFormatException e) {
      throw unexpected("four hexadecimal digits");
    }
  }

  private Double number() {
    int from = at;
    while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    if (from == at) {
      throw unexpected("a value");
    }
    try {
      return Double.valueOf(text.substring(from, at));
    } catch (NumberFormatException e) {
      at = from;
      throw unexpected("a number");
    }
  }

  private @Nullable Object word(String word, @Nullable Object meaning) {
    if (!text.startsWith(word, at)) {
      throw unexpected(word);
    }
    at += word.length();
    return meaning;
  }

  private char peek() {
    while (Character.isWhitespace(current())) {
      at++;
    }
    return current();
  }

  private void take(char wanted) {
    if (peek() != wanted) {
      throw unexpected("'" + wanted + "'");
    }
    at++;
  }

  private char current() {
    if (at >= text.length()) {
      throw unexpected("more");
    }
    return text.charAt(at);
  }

  private IllegalArgumentException unexpected(String wanted) {
    return new IllegalArgumentException("JSON: expected " + wanted + " at character " + at);
  }
}
