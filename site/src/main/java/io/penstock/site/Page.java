package io.penstock.site;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/**
 * One Markdown file, read.
 *
 * @param file relative to the root of the tree
 * @param document its nodes
 * @param title its first heading, or its name
 * @param sections its headings, in order
 * @param links what it links to or shows, as written
 * @param code its fenced blocks of Java
 */
record Page(
    Path file,
    Node document,
    String title,
    List<Section> sections,
    List<String> links,
    List<JavaBlock> code) {
  private static final Parser PARSER =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final String MARK = "<!-- sample: ";

  /**
   * A heading.
   *
   * @param anchor what links to it name, as code hosts make it
   * @param quoted what stands in backticks in it
   */
  record Section(Heading heading, int level, String text, String anchor, List<String> quoted) {}

  /**
   * A block of Java.
   *
   * @param sample the name before it, or null
   */
  record JavaBlock(@Nullable String sample, String text) {}

  static Page parse(Path file, String markdown) {
    Node document = PARSER.parse(markdown);
    Reader reader = new Reader();
    document.accept(reader);
    String title =
        reader.sections.isEmpty()
            ? String.valueOf(file.getFileName())
            : reader.sections.getFirst().text();
    return new Page(file, document, title, reader.sections, reader.links, reader.code);
  }

  boolean hasAnchor(String anchor) {
    return sections.stream().anyMatch(section -> section.anchor().equals(anchor));
  }

  /** Collects what the page is made of. */
  private static final class Reader extends AbstractVisitor {
    final List<Section> sections = new ArrayList<>();
    final List<String> links = new ArrayList<>();
    final List<JavaBlock> code = new ArrayList<>();
    private final Map<String, Integer> anchors = new HashMap<>();

    @Override
    public void visit(Heading heading) {
      StringBuilder text = new StringBuilder();
      List<String> quoted = new ArrayList<>();
      heading.accept(new TextCollector(text, quoted));
      String anchor = slug(text.toString());
      int before = anchors.merge(anchor, 1, Integer::sum) - 1;
      sections.add(
          new Section(
              heading,
              heading.getLevel(),
              text.toString(),
              before == 0 ? anchor : anchor + "-" + before,
              quoted));
      visitChildren(heading);
    }

    @Override
    public void visit(Link link) {
      links.add(link.getDestination());
      visitChildren(link);
    }

    @Override
    public void visit(Image image) {
      links.add(image.getDestination());
      visitChildren(image);
    }

    @Override
    public void visit(FencedCodeBlock block) {
      if ("java".equals(block.getInfo())) {
        code.add(new JavaBlock(markBefore(block), block.getLiteral()));
      }
    }

    private static @Nullable String markBefore(FencedCodeBlock block) {
      if (block.getPrevious() instanceof HtmlBlock html) {
        String text = html.getLiteral().strip();
        if (text.startsWith(MARK) && text.endsWith(" -->")) {
          return text.substring(MARK.length(), text.length() - " -->".length());
        }
      }
      return null;
    }

    /** As code hosts do: lower case, no punctuation, hyphens for blanks. */
    private static String slug(String text) {
      return text.strip()
          .toLowerCase(Locale.ROOT)
          .replaceAll("[^\\p{L}\\p{N}\\-_ ]", "")
          .replace(' ', '-');
    }
  }

  /** The text of a node, without its marks. */
  private static final class TextCollector extends AbstractVisitor {
    private final StringBuilder text;
    private final List<String> quoted;

    TextCollector(StringBuilder text, List<String> quoted) {
      this.text = text;
      this.quoted = quoted;
    }

    @Override
    public void visit(Text node) {
      text.append(node.getLiteral());
    }

    @Override
    public void visit(Code node) {
      text.append(node.getLiteral());
      quoted.add(node.getLiteral());
    }

    @Override
    public void visit(SoftLineBreak node) {
      text.append(' ');
    }
  }
}
