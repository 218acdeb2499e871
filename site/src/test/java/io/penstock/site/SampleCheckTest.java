package io.penstock.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SampleCheckTest {
  private static final Path SOURCE = Path.of("ATest.java");
  private static final String TEST =
      """
      class ATest {
        @Test
        void m() {
          // sample: one
          int i = 1;
          if (i > 0) {
            use(i);
          }
          // end of sample
        }
      }
      """;
  private static final String BLOCK = "int i = 1;\nif (i > 0) {\n  use(i);\n}\n";

  @Test
  void aBlockThatIsItsRegionIsRight() {
    assertEquals(List.of(), complaints(TEST, page("<!-- sample: one -->\n", BLOCK)));
  }

  @Test
  void oneDifferentCharacterIsAComplaint() {
    assertEquals(
        List.of("p.md: sample one is not that of ATest.java; run build/samples"),
        complaints(TEST, page("<!-- sample: one -->\n", BLOCK.replace("> 0", "> 1"))));
  }

  @Test
  void aBlockWithoutMarkIsAComplaint() {
    List<String> all = complaints(TEST, page("", BLOCK));
    assertEquals(2, all.size(), all::toString);
    assertTrue(all.get(0).startsWith("p.md: \"int i = 1;\" is not code that a test runs"));
    assertEquals("ATest.java: no page shows the sample one", all.get(1));
  }

  @Test
  void aMarkWithoutSampleIsAComplaint() {
    assertTrue(
        complaints(TEST, page("<!-- sample: two -->\n", BLOCK))
            .contains("p.md: there is no sample two"));
  }

  @Test
  void aRegionThatNoTestRunsIsAComplaint() {
    String notATest = TEST.replace("  @Test\n", "");
    assertEquals(
        List.of("ATest.java: no test runs the sample one"),
        complaints(notATest, page("<!-- sample: one -->\n", BLOCK)));
  }

  @Test
  void aMethodThatNoTestCallsIsAComplaint() {
    String java =
        """
        class ATest {
          @Test
          void m() {}

          // sample: one
          static long copy(Path from, Path to) throws IOException {
            return 1;
          }
          // end of sample
        }
        """;
    String page =
        page(
            "<!-- sample: one -->\n",
            "static long copy(Path from, Path to) throws IOException {\n  return 1;\n}\n");
    assertEquals(List.of("ATest.java: no test runs the sample one"), complaints(java, page));
    assertEquals(List.of(), complaints(java.replace("m() {}", "m() { copy(a, b); }"), page));
  }

  @Test
  void aRegionWithoutEndIsRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Sample.parse(SOURCE, TEST.replace("// end of sample", "")));
  }

  @Test
  void aPageIsFilledWithWhatItNames() {
    List<Sample> samples = Sample.parse(SOURCE, TEST);
    String mark = "before\n\n<!-- sample: one -->\n";
    String filled = mark + "```java\n" + BLOCK + "```\n\nafter\n";
    assertEquals(filled, SampleFilling.fill(mark + "\nafter\n", samples));
    assertEquals(filled, SampleFilling.fill(mark + "```java\nold\n```\n\nafter\n", samples));
  }

  private static String page(String mark, String block) {
    return "# P\n\n" + mark + "```java\n" + block + "```\n";
  }

  private static List<String> complaints(String java, String markdown) {
    return new SampleCheck(
            List.of(Page.parse(Path.of("p.md"), markdown)),
            Sample.parse(SOURCE, java),
            List.of(java))
        .complaints();
  }
}
