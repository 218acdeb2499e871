package io.penstock.engine.mutants;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report is read, and what is wrong with it is found. */
class MutationVerdictTest {
  private static final String NEGATED = "negated conditional";

  @TempDir Path folder;

  @BeforeEach
  void writeTheSource() throws IOException {
    Path source = folder.resolve("io/penstock/core/bio/Bio.java");
    Files.createDirectories(source.getParent());
    Files.writeString(source, "class Bio {\n  if (a && b) {\n  return c;\n", UTF_8);
  }

  private static String row(String method, int line, int index, String description, String status) {
    return """
    <mutation detected='x' status='%s' numberOfTestsRun='1'><sourceFile>Bio.java</sourceFile>\
    <mutatedClass>io.penstock.core.bio.Bio</mutatedClass><mutatedMethod>%s</mutatedMethod>\
    <lineNumber>%d</lineNumber><indexes><index>%d</index></indexes><description>%s</description></mutation>
    """
        .formatted(status, method, line, index, description);
  }

  private List<Mutant> read(String... rows) throws IOException {
    Path report = folder.resolve("mutations.xml");
    Files.writeString(report, "<mutations>" + String.join("", rows) + "</mutations>", UTF_8);
    return MutationReport.read(report, folder);
  }

  private static ReviewedMutants reviewed(String... lines) {
    return ReviewedMutants.parse(List.of(lines));
  }

  private static List<String> complaints(List<Mutant> mutants, String... reviewed) {
    return verdict(mutants, reviewed(reviewed), 300, 0).complaints();
  }

  private static MutationVerdict verdict(
      List<Mutant> run, ReviewedMutants reviewed, long tests, double threshold) {
    MutationTally tally = new MutationTally(run, reviewed);
    return new MutationVerdict(tally, tally, tests, threshold);
  }

  @Test
  void mutantIsKnownByItsPlaceAndTheTextOfItsLine() throws IOException {
    List<Mutant> mutants =
        read(
            row("add", 2, 9, NEGATED, "KILLED"),
            row("add", 2, 5, NEGATED, "SURVIVED"),
            row(
                "lambda$add$7",
                3,
                1,
                "replaced return value with null for io/penstock/core/bio/Bio::lambda$add$7",
                "NO_COVERAGE"));
    assertEquals(
        List.of(
            "bio.Bio#add (lambda) replaced return value with null | return c;",
            "bio.Bio#add negated conditional | if (a && b) {",
            "bio.Bio#add negated conditional | if (a && b) { #2"),
        mutants.stream().map(Mutant::key).toList());
    assertEquals(Mutant.Status.SURVIVED, mutants.get(1).status(), "in the order of the code");
  }

  @Test
  void survivorsThatNobodyReviewedAreComplaints() throws IOException {
    List<Mutant> mutants =
        read(row("add", 2, 5, NEGATED, "SURVIVED"), row("add", 3, 9, NEGATED, "NO_COVERAGE"));
    assertEquals(
        List.of(
            "survived: bio.Bio#add negated conditional | if (a && b) {",
            "not reached: bio.Bio#add negated conditional | return c;"),
        complaints(mutants));
    assertEquals(
        List.of("not reached: bio.Bio#add negated conditional | return c;"),
        complaints(
            mutants,
            "bio.Bio#add",
            "  negated conditional | if (a && b) {",
            "    equivalent: b is never false"));
  }

  @Test
  void reasonsForWhatIsNotThereAnyMoreAreComplaintsOfItsClassOnly() throws IOException {
    assertEquals(
        List.of(
            "listed as reviewed, but there is no such mutant: bio.Bio#add negated conditional | if"
                + " (gone) {"),
        complaints(
            read(row("add", 2, 5, NEGATED, "KILLED")),
            "bio.Bio#add",
            "  negated conditional | if (gone) {",
            "    equivalent: says somebody",
            "bio.Other#add",
            "  negated conditional | if (not looked at) {",
            "    equivalent: says somebody"));
  }

  @Test
  void runWithoutTestsAndRunWithoutMutantsFail() throws IOException {
    List<Mutant> one = read(row("add", 2, 5, NEGATED, "KILLED"));
    assertTrue(
        verdict(one, reviewed(), 0, 0).complaints().getFirst().startsWith("no test was run"));
    assertTrue(
        verdict(List.of(), reviewed(), 300, 0)
            .complaints()
            .getFirst()
            .startsWith("there was nothing to change"));
  }

  @Test
  void testsThatCouldNotRunHaveKilledNothing() throws IOException {
    List<Mutant> mutants = read(row("add", 2, 5, NEGATED, "RUN_ERROR"));
    assertEquals(
        List.of("not decided (RUN_ERROR): bio.Bio#add negated conditional | if (a && b) {"),
        complaints(mutants));
    assertEquals(0, new MutationTally(mutants, reviewed()).killed());
  }

  @Test
  void thresholdIsOfAllMutantsAndTheReviewedOnesCount() throws IOException {
    List<Mutant> mutants =
        read(
            row("add", 2, 5, NEGATED, "SURVIVED"),
            row("add", 3, 9, NEGATED, "KILLED"),
            row("add", 3, 10, NEGATED, "TIMED_OUT"));
    ReviewedMutants reviewed =
        reviewed("bio.Bio#add", "  negated conditional | if (a && b) {", "    race: a timer");
    assertEquals(List.of(), verdict(mutants, reviewed, 300, 66).complaints());
    assertEquals(
        List.of("66.7 % of the mutants were killed, 67.0 % are required"),
        verdict(mutants, reviewed, 300, 67).complaints());
  }

  @Test
  void oneReasonIsForAllMutantsRightAboveIt() throws IOException {
    List<Mutant> mutants =
        read(row("add", 2, 5, NEGATED, "SURVIVED"), row("add", 2, 9, NEGATED, "SURVIVED"));
    ReviewedMutants reviewed =
        reviewed(
            "# why",
            "bio.Bio#add",
            "  negated conditional | if (a && b) {",
            "  negated conditional | if (a && b) { #2",
            "    performance: it is asked again,",
            "    that is all");
    assertEquals(List.of(), verdict(mutants, reviewed, 300, 0).complaints());
    MutationTally tally = new MutationTally(mutants, reviewed);
    assertEquals(2, tally.survived("performance"));
    assertTrue(
        MutationPage.of(tally)
            .contains(
                "- `add`, `if (a && b) { #2`: negated conditional; performance: it is asked again,"
                    + " that is all\n"));
  }

  @Test
  void listThatIsNotInOrderIsRefused() {
    String place = "bio.Bio#add";
    String mutant = "  negated conditional | if (a) {";
    assertThrows(IllegalArgumentException.class, () -> reviewed(place, mutant));
    assertThrows(IllegalArgumentException.class, () -> reviewed(place, mutant, "    because"));
    assertThrows(IllegalArgumentException.class, () -> reviewed(place, mutant, "    race:"));
    assertThrows(IllegalArgumentException.class, () -> reviewed(place, "    race: what?"));
    assertThrows(IllegalArgumentException.class, () -> reviewed(mutant, "    race: where?"));
    assertThrows(
        IllegalArgumentException.class,
        () -> reviewed(place, mutant, "    race: once", mutant, "    race: twice"));
  }
}
