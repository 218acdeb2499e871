package io.penstock.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SiteTest {
  @TempDir Path folder;
  private Path root;
  private Path out;

  @BeforeEach
  void writeATree() throws Exception {
    root = folder.resolve("tree");
    out = folder.resolve("site");
    put("README.md", "# Top\n\n[go](docs/a.md#two) [out](https://example.org) [src](A.java)\n");
    put(
        "docs/a.md",
        "# One & only\n\n## Two\n\n[up](../README.md) [dir](..)\n\n| a |\n|---|\n| b |\n");
    put("docs/b.md", "# Bee\n\n```java\nint i = \"<x>\"; // why\n```\n");
    put("A.java", "final class A<T> {}\n");
    put("target/x.md", "# Not ours\n");
  }

  @Test
  void pagesLieWhereTheirMarkdownDoesAndLinkToEachOther() throws Exception {
    assertEquals(3, new Site(new Tree(root), out, false).write());
    String top = read("index.html");
    assertTrue(top.contains("<a href=\"docs/a.html#two\">go</a>"), top);
    assertTrue(top.contains("<a href=\"https://example.org\">out</a>"), top);
    String a = read("docs/a.html");
    assertTrue(a.contains("<a href=\"../index.html\">up</a>"), a);
    assertTrue(a.contains("<a>dir</a>"), a);
    assertTrue(a.contains("<h2 id=\"two\">Two</h2>"), a);
    assertTrue(a.contains("<title>One &amp; only · Penstock</title>"), a);
    assertFalse(Files.exists(out.resolve("target/x.html")));
  }

  @Test
  void filesThatPagesLinkToAreShown() throws Exception {
    new Site(new Tree(root), out, false).write();
    assertTrue(read("index.html").contains("<a href=\"A.java.html\">src</a>"));
    assertTrue(read("A.java.html").contains("<b>final</b> <b>class</b> A&lt;T&gt; {}"));
  }

  @Test
  void javaIsColouredAndEscaped() throws Exception {
    new Site(new Tree(root), out, false).write();
    String b = read("docs/b.html");
    assertTrue(b.contains("<b>int</b> i = <s>&quot;&lt;x&gt;&quot;</s>; <i>// why</i>"), b);
  }

  @Test
  void everyPageIsInTheNavigationOfEveryPage() throws Exception {
    new Site(new Tree(root), out, false).write();
    for (String page : new String[] {"index.html", "docs/a.html", "docs/b.html", "A.java.html"}) {
      String html = read(page);
      String up = page.startsWith("docs/") ? "../" : "";
      for (String other : new String[] {"index.html", "docs/a.html", "docs/b.html"}) {
        assertTrue(html.contains("<a href=\"" + up + other + "\">"), page + " to " + other);
      }
    }
  }

  @Test
  void whatIsMadeIsWhole() throws Exception {
    new Site(new Tree(root), out, false).write();
    assertEquals(List.of(), new BuiltSite(out).complaints());
  }

  @Test
  void whatIsBrokenAfterwardsIsSeen() throws Exception {
    new Site(new Tree(root), out, false).write();
    Files.delete(out.resolve("A.java.html"));
    Files.writeString(
        out.resolve("docs/b.html"),
        "<a href=\"a.html#none\"></a><img alt=\"\" src=\"https://example.org/x.png\">");
    List<String> complaints = new BuiltSite(out).complaints();
    assertEquals(
        List.of(
            "docs/b.html names a.html#none: it has no such heading",
            "docs/b.html names https://example.org/x.png: it would be fetched from elsewhere",
            "index.html names A.java.html: it is not there"),
        complaints);
  }

  private void put(String name, String contents) throws Exception {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, contents);
  }

  private String read(String name) throws Exception {
    return Files.readString(out.resolve(name));
  }
}
