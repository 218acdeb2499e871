package io.penstock.house;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts the figures that the proofs have written into the page that tells of them: {@code
 * docs/reliability.template.md} has {@code {{proof.figure}}} where {@code docs/reliability.md} has
 * what {@code target/figures/proof.properties} says of the figure.
 *
 * <p>Run by {@code build/reliability}. The build looks at the committed page: it must be the
 * template, with some figures in it.
 */
public final class ReliabilityPage {
  private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z0-9-]+)\\.([a-z0-9.-]+)}}");

  /** What may have digits in it without being a figure: code, links, names of rules. */
  private static final Pattern NO_FIGURE =
      Pattern.compile("`[^`]*`|\\]\\([^)]*\\)|\\{\\{[^}]*}}|\\b[A-Z]+-\\d+\\b|\\bext[234]\\b");

  private final String template;
  private final SortedMap<String, String> figures;
  private final List<String> complaints = new ArrayList<>();

  ReliabilityPage(String template, SortedMap<String, String> figures) {
    this.template = template;
    this.figures = figures;
  }

  /** The page; {@link #complaints()} tells which figures are missing. */
  String page() {
    Matcher places = PLACE.matcher(template);
    StringBuilder page = new StringBuilder();
    while (places.find()) {
      String name = places.group(1) + "." + places.group(2);
      String value = figures.get(name);
      if (value == null) {
        complaints.add("no proof has written the figure " + name);
        value = "?";
      }
      places.appendReplacement(page, Matcher.quoteReplacement(forPeople(name, value)));
    }
    places.appendTail(page);
    return page.toString();
  }

  List<String> complaints() {
    return complaints;
  }

  /** 1234567 reads 1,234,567; a seed is to be typed again. */
  private static String forPeople(String name, String value) {
    return !name.endsWith(".seed") && value.matches("\\d{5,18}")
        ? String.format("%,d", Long.parseLong(value))
        : value;
  }

  /** Whether a page is the template with some figures in it. */
  static boolean isMadeFrom(String template, String page) {
    return !onPage(template, page).isEmpty();
  }

  /** The figures of a page as they stand there; none when it is not made from the template. */
  static SortedMap<String, String> onPage(String template, String page) {
    Matcher places = PLACE.matcher(template);
    StringBuilder shape = new StringBuilder();
    List<String> names = new ArrayList<>();
    int end = 0;
    while (places.find()) {
      shape.append(Pattern.quote(template.substring(end, places.start()))).append("([^\\n|?]+)");
      names.add(places.group(1) + "." + places.group(2));
      end = places.end();
    }
    shape.append(Pattern.quote(template.substring(end)));
    Matcher made = Pattern.compile(shape.toString()).matcher(page);
    SortedMap<String, String> figures = new TreeMap<>();
    if (made.matches()) {
      for (int i = 0; i < names.size(); i++) {
        figures.put(names.get(i), made.group(i + 1));
      }
    }
    return figures;
  }

  /** The figures of these proofs from {@code now}, the others from {@code earlier}. */
  static SortedMap<String, String> renewed(
      SortedMap<String, String> earlier, SortedMap<String, String> now, Set<String> proofs) {
    SortedMap<String, String> all = new TreeMap<>(earlier);
    all.keySet().removeIf(name -> proofs.contains(proof(name)));
    SortedMap<String, String> renewed = new TreeMap<>(now);
    renewed.keySet().removeIf(name -> !proofs.contains(proof(name)));
    all.putAll(renewed);
    return all;
  }

  private static String proof(String figure) {
    return figure.substring(0, figure.indexOf('.'));
  }

  /** Lines of a template in which somebody typed a figure. */
  static List<String> typedFigures(String template) {
    return template
        .lines()
        .filter(line -> NO_FIGURE.matcher(line).replaceAll("").matches(".*\\d.*"))
        .toList();
  }

  /** The figures of a folder of {@code proof.properties}, as {@code proof.figure}. */
  static SortedMap<String, String> read(Path folder) throws IOException {
    SortedMap<String, String> figures = new TreeMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(each -> each.toString().endsWith(".properties")).toList()) {
        String proof = file.getFileName().toString().replace(".properties", "");
        for (String line : Files.readAllLines(file, UTF_8)) {
          int middle = line.indexOf('=');
          if (middle > 0) {
            String name = line.substring(0, middle);
            figures.put(
                name.startsWith(proof + ".") ? name : proof + "." + name,
                line.substring(middle + 1));
          }
        }
      }
    }
    return figures;
  }

  /**
   * Writes {@code args[1]} from the template and the figures of the project in {@code args[0]}. If
   * proofs are named after them, the figures of the others stay as they are.
   */
  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    Path file = Path.of(args[1]);
    Set<String> proofs = Set.copyOf(List.of(args).subList(2, args.length));
    String template = Files.readString(root.resolve("docs/reliability.template.md"), UTF_8);
    SortedMap<String, String> figures = read(root.resolve("target/figures"));
    if (!proofs.isEmpty()) {
      figures = renewed(onPage(template, Files.readString(file, UTF_8)), figures, proofs);
    }
    ReliabilityPage made = new ReliabilityPage(template, figures);
    String page = made.page();
    made.complaints().forEach(complaint -> System.out.println("reliability: " + complaint));
    if (!made.complaints().isEmpty()) {
      System.exit(1);
    }
    Files.writeString(file, page, UTF_8);
    System.out.println("reliability: " + file + " written");
  }
}
