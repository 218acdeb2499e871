package io.penstock.engine.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reads the report of a mutation run, {@code mutations.xml}. */
final class MutationReport {
  private static final String ENGINE = "io.penstock.core.";

  private final Path sources;
  private final Map<String, List<String>> files = new HashMap<>();
  private final Map<String, Integer> seen = new HashMap<>();

  private record Row(
      String type, String method, int line, int index, String description, Mutant.Status status) {}

  private MutationReport(Path sources) {
    this.sources = sources;
  }

  /**
   * The mutants of the report, sorted.
   *
   * @param sources the folder that the sources of the changed classes are in
   */
  static List<Mutant> read(Path report, Path sources) throws IOException {
    List<Row> rows = new ArrayList<>();
    NodeList nodes = parse(report);
    for (int i = 0; i < nodes.getLength(); i++) {
      Element each = (Element) nodes.item(i);
      rows.add(
          new Row(
              text(each, "mutatedClass"),
              text(each, "mutatedMethod"),
              Integer.parseInt(text(each, "lineNumber")),
              Integer.parseInt(text(each, "index")),
              text(each, "description"),
              Mutant.Status.valueOf(each.getAttribute("status"))));
    }
    // In the order of the code, so that the first of two changes of a line is always the same one.
    rows.sort(Comparator.comparing(Row::type).thenComparing(Row::line).thenComparing(Row::index));
    MutationReport reader = new MutationReport(sources);
    List<Mutant> mutants = new ArrayList<>();
    for (Row row : rows) {
      mutants.add(reader.mutant(row));
    }
    mutants.sort(null);
    return mutants;
  }

  private static NodeList parse(Path report) throws IOException {
    try (InputStream in = Files.newInputStream(report)) {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .parse(in)
          .getElementsByTagName("mutation");
    } catch (ParserConfigurationException | SAXException e) {
      throw new IOException(report + " is not a report of mutations", e);
    }
  }

  private static String text(Element element, String tag) {
    return element.getElementsByTagName(tag).item(0).getTextContent();
  }

  private Mutant mutant(Row row) throws IOException {
    String place = withoutPackage(row.type) + "#" + withoutNumber(row.method);
    String change = shortOf(row.description) + " | " + lineOf(row);
    int nth = seen.merge(place + " " + change, 1, Integer::sum);
    return new Mutant(place, nth == 1 ? change : change + " #" + nth, row.status);
  }

  private static String withoutPackage(String type) {
    return type.startsWith(ENGINE) ? type.substring(ENGINE.length()) : type;
  }

  /** Lambdas are numbered through their class: {@code lambda$map$3} would change its name often. */
  private static String withoutNumber(String method) {
    return method.startsWith("lambda$")
        ? method.substring("lambda$".length()).replaceFirst("\\$\\d+$", " (lambda)")
        : method;
  }

  /** Without the place, which some descriptions repeat. */
  private static String shortOf(String description) {
    return description.replaceFirst(" for \\S+::\\S+$", "").replace("io/penstock/core/", "");
  }

  /** Where the source of a class stands, which is named without the engine's package. */
  static String file(String className) {
    return (ENGINE + className.replaceFirst("\\$.*", "")).replace('.', '/') + ".java";
  }

  private String lineOf(Row row) throws IOException {
    String outermost = file(withoutPackage(row.type));
    List<String> lines = files.get(outermost);
    if (lines == null) {
      lines = Files.readAllLines(sources.resolve(outermost), UTF_8);
      files.put(outermost, lines);
    }
    return row.line < 1 || row.line > lines.size() ? "" : lines.get(row.line - 1).strip();
  }
}
