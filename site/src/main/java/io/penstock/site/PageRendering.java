package io.penstock.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.AttributeProvider;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;

/** Pages as HTML. What they link to that is no page is noted, to be put into the site too. */
final class PageRendering {
  private final Path root;
  private final Set<Path> linked = new TreeSet<>();

  PageRendering(Path root) {
    this.root = root;
  }

  /** Files of the tree that pages link to or show, so far. */
  Set<Path> linkedFiles() {
    return linked;
  }

  String html(Page page) {
    Map<Node, String> anchors = new HashMap<>();
    page.sections().forEach(section -> anchors.put(section.heading(), section.anchor()));
    return HtmlRenderer.builder()
        .extensions(List.of(TablesExtension.create()))
        .attributeProviderFactory(_ -> new Attributes(page.file(), anchors))
        .nodeRendererFactory(JavaBlocks::new)
        .build()
        .render(page.document());
  }

  /** Where a file of the tree is in the site. */
  static String address(Path file) {
    String name = file.toString().replace('\\', '/');
    if (name.endsWith("README.md")) {
      return name.replace("README.md", "index.html");
    }
    return isPage(name)
        ? name.replaceAll("\\.md$", ".html")
        : isPicture(name) ? name : name + ".html";
  }

  private static boolean isPage(String name) {
    return name.endsWith(".md");
  }

  static boolean isPicture(String name) {
    return name.endsWith(".svg") || name.endsWith(".png");
  }

  /** An address as seen from a page. */
  static String from(Path page, String address) {
    String up = "../".repeat(page.getNameCount() - 1);
    return up + address;
  }

  /** Anchors, addresses of the site, and blocks that the keyboard can scroll. */
  private final class Attributes implements AttributeProvider {
    private final Path page;
    private final Map<Node, String> anchors;

    Attributes(Path page, Map<Node, String> anchors) {
      this.page = page;
      this.anchors = anchors;
    }

    @Override
    public void setAttributes(Node node, String tag, Map<String, String> attributes) {
      String anchor = anchors.get(node);
      if (node instanceof Heading && anchor != null) {
        attributes.put("id", anchor);
      }
      if (node instanceof Link link && !LinkCheck.isElsewhere(link.getDestination())) {
        relink(link.getDestination(), attributes);
      }
      if (node instanceof Image image && !LinkCheck.isElsewhere(image.getDestination())) {
        linked.add(LinkCheck.target(page, image.getDestination()));
      }
      boolean drawing = node instanceof Paragraph && node.getFirstChild() instanceof Image;
      if (drawing || tag.equals("pre") || tag.equals("table")) {
        attributes.put("tabindex", "0");
      }
    }

    private void relink(String link, Map<String, String> attributes) {
      int hash = link.indexOf('#');
      String fragment = hash < 0 ? "" : link.substring(hash);
      Path target = LinkCheck.target(page, hash < 0 ? link : link.substring(0, hash));
      if (!Files.isRegularFile(root.resolve(target))) {
        attributes.remove("href"); // a folder is no page
        return;
      }
      if (!isPage(target.toString())) {
        linked.add(target);
      }
      attributes.put("href", from(page, address(target)) + fragment);
    }
  }

  /** Blocks of Java, highlighted. */
  private static final class JavaBlocks implements NodeRenderer {
    private final HtmlNodeRendererContext context;

    JavaBlocks(HtmlNodeRendererContext context) {
      this.context = context;
    }

    @Override
    public Set<Class<? extends Node>> getNodeTypes() {
      return Set.of(FencedCodeBlock.class);
    }

    @Override
    public void render(Node node) {
      FencedCodeBlock block = (FencedCodeBlock) node;
      boolean java = "java".equals(block.getInfo());
      String text = block.getLiteral();
      context.getWriter().line();
      context
          .getWriter()
          .raw(
              "<pre tabindex=\"0\"><code>"
                  + (java ? Highlighting.java(text) : Highlighting.escape(text))
                  + "</code></pre>");
      context.getWriter().line();
    }
  }
}
