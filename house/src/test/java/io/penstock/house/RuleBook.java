package io.penstock.house;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The rules as {@code docs/rules.md} lists them.
 *
 * <p>A rule is a list item {@code - **ADM-1** text} or {@code - **ADM-1 (better)** text}, whose
 * text may go on in the following lines; a family's title is the heading {@code ## ADM: admission}.
 */
final class RuleBook {
  private static final Pattern RULE =
      Pattern.compile("- \\*\\*([A-Z]+)-([0-9]+)( \\(better\\))?\\*\\*\\s*(.*)");
  private static final Pattern TITLE = Pattern.compile("##+ ([A-Z]+): (.*)");
  // A full stop, then a blank or the end; not the one of "e.g." or "i.e.".
  private static final Pattern SENTENCE_END = Pattern.compile("(?<!\\be\\.g|\\bi\\.e)[.](?=\\s|$)");

  private final Map<String, Rule> rules = new LinkedHashMap<>();
  private final Map<String, String> titles = new LinkedHashMap<>();

  /** One rule: {@code family} "ADM", {@code number} 1, its whole text. */
  record Rule(String family, int number, boolean better, String text) {
    String name() {
      return family + "-" + number;
    }

    String firstSentence() {
      // "**(better)**" may stand inside the sentence, of one clause only; it is a mark, not text.
      String plain = text.replace(" **(better)**", "");
      Matcher end = SENTENCE_END.matcher(plain);
      return end.find() ? plain.substring(0, end.end()) : plain;
    }
  }

  private RuleBook() {}

  static RuleBook parse(String markdown) {
    RuleBook book = new RuleBook();
    List<String> lines = markdown.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      Matcher title = TITLE.matcher(lines.get(i));
      if (title.matches()) {
        book.titles.put(title.group(1), title.group(2).strip());
      }
      Matcher head = RULE.matcher(lines.get(i));
      if (!head.matches()) {
        continue;
      }
      StringBuilder text = new StringBuilder(head.group(4));
      while (i + 1 < lines.size() && continues(lines.get(i + 1))) {
        text.append(' ').append(lines.get(++i).strip());
      }
      Rule rule =
          new Rule(
              head.group(1),
              Integer.parseInt(head.group(2)),
              head.group(3) != null,
              text.toString().strip());
      if (book.rules.put(rule.name(), rule) != null) {
        throw new IllegalArgumentException("rule " + rule.name() + " stands twice in the rules");
      }
    }
    return book;
  }

  /** A line goes on with the item before it when it is indented text, not an item of its own. */
  private static boolean continues(String line) {
    return line.startsWith("  ") && !line.isBlank() && !line.stripLeading().startsWith("- ");
  }

  List<Rule> rules() {
    return new ArrayList<>(rules.values());
  }

  /** The rule called {@code name}, or null. */
  Rule find(String name) {
    return rules.get(name);
  }

  /** The title of a family, or the empty string. */
  String title(String family) {
    return titles.getOrDefault(family, "");
  }
}
