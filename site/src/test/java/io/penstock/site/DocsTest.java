package io.penstock.site;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pages of this project. */
class DocsTest {
  private final Tree tree = new Tree(Path.of("").toAbsolutePath().getParent());

  @Test
  void everyLinkLeadsSomewhere() throws Exception {
    List<Page> pages = tree.pages();
    assertTrue(pages.size() > 10, () -> "only " + pages.size() + " pages were found");
    assertEquals(List.of(), new LinkCheck(tree.root(), pages).complaints());
  }

  @Test
  void everyBlockOfJavaIsRunByATest() throws Exception {
    List<Sample> samples = Sample.read(tree.root());
    assertTrue(samples.size() > 10, () -> "only " + samples.size() + " samples were found");
    assertEquals(List.of(), new SampleCheck(tree.pages(), samples, testSources()).complaints());
  }

  @Test
  void everyMessageThatIsExplainedIsOneOfTheCode() throws Exception {
    Page page = page("docs/troubleshooting.md");
    long messages = page.sections().stream().mapToLong(each -> each.quoted().size()).sum();
    assertTrue(messages >= 20, () -> "only " + messages + " messages are explained");
    assertEquals(List.of(), MessageCheck.ofTree(tree.root()).complaints(page));
  }

  /** A newcomer's page names commands; a script that goes through it must not miss one. */
  @Test
  void theWalkThroughRunsWhatGettingStartedNames() throws Exception {
    String page = Files.readString(tree.root().resolve("docs/getting-started.md"), UTF_8);
    String script = Files.readString(tree.root().resolve("build/check-docs"), UTF_8);
    List<String> missing = new ArrayList<>();
    for (String line : page.lines().toList()) {
      if (line.startsWith("    ./")
          || line.startsWith("    examples/")
          || line.startsWith("    build/")) {
        String command = line.strip().replaceAll("  +.*", "");
        if (!script.contains(command)) {
          missing.add(command);
        }
      }
    }
    assertEquals(List.of(), missing, "commands that build/check-docs does not run");
  }

  private Page page(String name) throws IOException {
    Path file = Path.of(name);
    return Page.parse(file, Files.readString(tree.root().resolve(file), UTF_8));
  }

  private List<String> testSources() throws IOException {
    List<String> sources = new ArrayList<>();
    for (Path file : Tree.files(tree.root().resolve("examples/src/test"), ".java")) {
      sources.add(Files.readString(file, UTF_8));
    }
    return sources;
  }
}
