package io.penstock.site;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What stands around the contents of every page: its head, and the way to all the others. */
final class Frame {
  private final Map<String, List<Page>> navigation;
  private final boolean withApi;

  /**
   * A frame.
   *
   * @param withApi whether the site has the Javadoc
   */
  Frame(Map<String, List<Page>> navigation, boolean withApi) {
    this.navigation = navigation;
    this.withApi = withApi;
  }

  /**
   * A whole page.
   *
   * @param file of the tree, which the page shows
   */
  String around(Path file, String title, List<Page.Section> sections, String contents) {
    String style = PageRendering.from(file, "style.css");
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>%s</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="%s">
    </head>
    <body>
    <a class="skip" href="#contents">Skip to contents</a>
    <header><a href="%s">Penstock</a> <a class="all" href="#pages">All pages</a></header>
    <main id="contents">
    %s</main>
    <nav id="pages" aria-label="Pages">
    %s</nav>
    </body>
    </html>
    """
        .formatted(
            Highlighting.escape(title.equals("Penstock") ? title : title + " · Penstock"),
            style,
            PageRendering.from(file, "index.html"),
            contents,
            pages(file, sections));
  }

  private String pages(Path here, List<Page.Section> sections) {
    StringBuilder html = new StringBuilder();
    navigation.forEach(
        (heading, pages) -> {
          html.append("<h2>").append(heading).append("</h2>\n<ul>\n");
          for (Page page : pages) {
            boolean current = page.file().equals(here);
            String href = PageRendering.from(here, PageRendering.address(page.file()));
            html.append(current ? "<li aria-current=\"page\">" : "<li>");
            link(html, href, page.title());
            if (current) {
              outline(html, sections);
            }
            html.append("</li>\n");
          }
          if (withApi && heading.equals("Look up")) {
            html.append("<li>");
            link(html, PageRendering.from(here, "api/index.html"), "Javadoc");
            html.append("</li>\n");
          }
          html.append("</ul>\n");
        });
    return html.toString();
  }

  /** The sections of the page itself. */
  private static void outline(StringBuilder html, List<Page.Section> sections) {
    List<Page.Section> second = sections.stream().filter(each -> each.level() == 2).toList();
    if (second.size() > 1) {
      html.append("<ul>");
      for (Page.Section each : second) {
        html.append("<li>");
        link(html, "#" + each.anchor(), each.text());
        html.append("</li>");
      }
      html.append("</ul>");
    }
  }

  private static void link(StringBuilder html, String href, String text) {
    html.append("<a href=\"").append(Highlighting.escape(href)).append("\">");
    html.append(Highlighting.escape(text)).append("</a>");
  }
}
