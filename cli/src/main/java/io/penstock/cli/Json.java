package io.penstock.cli;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An object of JSON (RFC 8259), in the order in which it is filled. */
final class Json {
  private final Map<String, @Nullable Object> fields = new LinkedHashMap<>();

  /**
   * Adds a field.
   *
   * @param value null, a {@link Boolean}, a {@link Number}, a {@link Json}, a {@link List} of
   *     these, or else what is shown as its string
   */
  Json put(String name, @Nullable Object value) {
    fields.put(name, value);
    return this;
  }

  @Override
  public String toString() {
    return fields.entrySet().stream()
        .map(field -> quoted(field.getKey()) + ':' + text(field.getValue()))
        .collect(Collectors.joining(",", "{", "}"));
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case Double d when !Double.isFinite(d) -> "null";
      case Boolean b -> b.toString();
      case Number n -> n.toString();
      case Json object -> object.toString();
      case List<?> list -> list.stream().map(Json::text).collect(Collectors.joining(",", "[", "]"));
      default -> quoted(value.toString());
    };
  }

  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        quoted.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }
}
