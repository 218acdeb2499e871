package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * The site: a page for every Markdown file of the tree, at the same place, and one for every other
 * file that they link to. It needs nothing from elsewhere and runs no script.
 */
final class Site {
  private final Tree tree;
  private final Path out;
  private final List<Page> pages;
  private final Frame frame;

  /**
   * A site to be made.
   *
   * @param withApi whether there will be the Javadoc in {@code api}
   */
  Site(Tree tree, Path out, boolean withApi) throws IOException {
    this.tree = tree;
    this.out = out;
    pages =
        tree.pages().stream()
            .filter(page -> !page.file().toString().contains(".template."))
            .toList();
    frame = new Frame(Navigation.of(pages), withApi);
  }

  /** Writes all files of it; number of pages. */
  int write() throws IOException {
    PageRendering rendering = new PageRendering(tree.root());
    for (Page page : pages) {
      String contents = rendering.html(page);
      write(page.file(), frame.around(page.file(), page.title(), page.sections(), contents));
    }
    for (Path file : rendering.linkedFiles()) {
      if (PageRendering.isPicture(file.toString())) {
        put(file.toString(), Files.readAllBytes(tree.root().resolve(file)));
      } else {
        write(file, frame.around(file, file.toString(), List.of(), source(file)));
      }
    }
    put("style.css", resource("style.css"));
    return pages.size();
  }

  private String source(Path file) throws IOException {
    String text = Files.readString(tree.root().resolve(file), UTF_8);
    boolean java = file.toString().endsWith(".java");
    return "<h1 class=\"file\">"
        + Highlighting.escape(file.toString())
        + "</h1>\n<pre tabindex=\"0\"><code>"
        + (java ? Highlighting.java(text) : Highlighting.escape(text))
        + "</code></pre>\n";
  }

  private void write(Path file, String html) throws IOException {
    put(PageRendering.address(file), html.getBytes(UTF_8));
  }

  private void put(String address, byte[] contents) throws IOException {
    Path file = out.resolve(address);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.write(file, contents);
  }

  private static byte[] resource(String name) {
    try (InputStream in = Site.class.getResourceAsStream(name)) {
      return Objects.requireNonNull(in, name).readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
