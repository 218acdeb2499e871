package io.penstock.cli.page;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/** Writes HTML and SVG: elements, attributes and text, escaped. */
final class Markup {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();
  private boolean inTag;

  /** Begins an element; attributes may follow. */
  Markup begin(String name) {
    endTag();
    text.append('<').append(name);
    open.push(name);
    inTag = true;
    return this;
  }

  /** Adds an attribute to the element that was just begun. */
  Markup with(String name, String value) {
    text.append(' ').append(name).append("=\"").append(escaped(value)).append('"');
    return this;
  }

  /** The same with a number, to a tenth. */
  Markup with(String name, double value) {
    return with(name, String.format(Locale.ROOT, "%.1f", value));
  }

  /** Adds text. */
  Markup text(String value) {
    endTag();
    text.append(escaped(value));
    return this;
  }

  /** Adds what is markup already. */
  Markup raw(String markup) {
    endTag();
    text.append(markup);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup end() {
    endTag();
    text.append("</").append(open.pop()).append(">\n");
    return this;
  }

  private void endTag() {
    if (inTag) {
      text.append('>');
      inTag = false;
    }
  }

  private static String escaped(String value) {
    return value
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    assert open.isEmpty() : open + " not ended";
    return text.toString();
  }
}
