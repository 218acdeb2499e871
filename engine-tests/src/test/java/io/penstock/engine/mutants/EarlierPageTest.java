package io.penstock.engine.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.engine.mutants.Mutant.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that was made from a run of all classes is made anew from a run of some. */
class EarlierPageTest {
  private static final Mutant FIRST =
      new Mutant("bio.Bio#<init>", "negated conditional | if (a < b) { #2", Status.SURVIVED);
  private static final Mutant INSIDE =
      new Mutant("bio.Bio$Part#add (lambda)", "changed to < than | return `x`;", Status.SURVIVED);
  private static final Mutant KILLED = new Mutant("bio.Other#a", "left out | b();", Status.KILLED);
  private static final Mutant NOW = new Mutant("bio.Other#b", "left out | c();", Status.KILLED);
  private static final List<String> REASONS =
      List.of(
          "bio.Bio#<init>",
          "  negated conditional | if (a < b) { #2",
          "    performance: `c`: d; e",
          "bio.Bio$Part#add (lambda)",
          "  changed to < than | return `x`;",
          "    race: seen by chance",
          "bio.Bio#gone",
          "  negated conditional | what a page does not tell",
          "    race: was killed by chance");

  @TempDir Path sources;

  @BeforeEach
  void writeTheSources() throws IOException {
    Path folder = Files.createDirectories(sources.resolve("io/penstock/core/bio"));
    Files.writeString(folder.resolve("Bio.java"), "", UTF_8);
    Files.writeString(folder.resolve("Other.java"), "", UTF_8);
  }

  private static MutationTally tally(List<Mutant> mutants) {
    return new MutationTally(mutants, ReviewedMutants.parse(REASONS));
  }

  private MutationTally with(String page, Mutant... run) {
    return tally(EarlierPage.with(List.of(run), page.lines().toList(), sources));
  }

  @Test
  void whatIsReadMakesTheSamePageAgain() {
    String page = MutationPage.of(tally(List.of(FIRST, INSIDE, KILLED)));
    MutationTally read = with(page);
    assertEquals(page, MutationPage.of(read));
    assertEquals(
        List.of(FIRST, INSIDE),
        read.all().stream().filter(each -> each.status().survived()).toList());
  }

  @Test
  void aRunReplacesWhatIsSaidOfItsClassesAndOfThoseInsideThem() {
    String page = MutationPage.of(tally(List.of(FIRST, INSIDE, KILLED)));
    assertEquals(List.of(FIRST, INSIDE, NOW), with(page, NOW).all());
    Mutant again = new Mutant("bio.Bio#add", "left out | d();", Status.KILLED);
    assertEquals(
        MutationPage.of(tally(List.of(again, KILLED))), MutationPage.of(with(page, again)));
  }

  @Test
  void aClassThatIsThereNoMoreIsLeftOut() throws IOException {
    String page = MutationPage.of(tally(List.of(FIRST, INSIDE, KILLED)));
    Files.delete(sources.resolve("io/penstock/core/bio/Bio.java"));
    assertEquals(List.of(NOW), with(page, NOW).all());
  }

  @Test
  void reviewsOfClassesThatWereNotRunMayBeOfMutantsThatThePageDoesNotName() {
    MutationTally run = tally(List.of(NOW));
    MutationTally all = with(MutationPage.of(tally(List.of(FIRST, INSIDE, KILLED))), NOW);
    assertEquals(List.of(), new MutationVerdict(run, all, 300, 33).complaints());
    assertEquals(
        List.of("33.3 % of the mutants were killed, 34.0 % are required"),
        new MutationVerdict(run, all, 300, 34).complaints());
  }

  @Test
  void aPageThatContradictsItselfIsRefused() {
    String page = MutationPage.of(tally(List.of(FIRST, INSIDE, KILLED)));
    String less = page.replaceFirst("(?m)^- .*\n", "");
    assertThrows(IllegalArgumentException.class, () -> with(less));
  }
}
