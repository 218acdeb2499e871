package io.penstock.site;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinkCheckTest {
  @TempDir Path root;

  @Test
  void filesFoldersAndHeadingsThatAreThereAreFound() throws Exception {
    assertEquals(
        List.of(),
        complaints(
            "[a](b.md) [b](b.md#the-way-of-a-bio) [c](#here) [d](../x.txt) [e](..)"
                + " [f](https://example.org/none)\n\n# Here\n",
            "# The way of a `Bio`\n"));
  }

  @Test
  void aFileThatIsNotThereIsAComplaint() throws Exception {
    assertEquals(
        List.of("docs/a.md links to none.md: there is no docs/none.md"),
        complaints("[a](none.md)", ""));
  }

  @Test
  void aPictureThatIsNotThereIsAComplaint() throws Exception {
    assertEquals(
        List.of("docs/a.md links to none.svg: there is no docs/none.svg"),
        complaints("![a](none.svg)", ""));
  }

  @Test
  void aHeadingThatIsNotThereIsAComplaint() throws Exception {
    assertEquals(
        List.of("docs/a.md links to b.md#two: docs/b.md has no heading #two"),
        complaints("[a](b.md#two)", "# One"));
  }

  @Test
  void aLinkOutOfTheTreeIsAComplaint() throws Exception {
    assertEquals(
        List.of("docs/a.md links to ../../x: it is outside the tree"),
        complaints("[a](../../x)", ""));
  }

  @Test
  void headingsOfOneNameAreTold() {
    Page page = Page.parse(Path.of("a.md"), "# A, b\n\n## A, b\n\n## `c d`…\n");
    assertEquals(
        List.of("a-b", "a-b-1", "c-d"),
        page.sections().stream().map(Page.Section::anchor).toList());
  }

  private List<String> complaints(String a, String b) throws Exception {
    Files.createDirectories(root.resolve("docs"));
    Files.writeString(root.resolve("docs/a.md"), a);
    Files.writeString(root.resolve("docs/b.md"), b);
    Files.writeString(root.resolve("x.txt"), "");
    return new LinkCheck(root, new Tree(root).pages()).complaints();
  }
}
