package io.penstock.engine.crash;

import static io.penstock.engine.crash.RawCrashes.search;
import static io.penstock.engine.crash.RawCrashes.write;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testkit.Divergence;
import io.penstock.testkit.crash.CrashFailure;
import io.penstock.testkit.crash.CrashOptions;
import io.penstock.testkit.crash.CrashRecorder;
import io.penstock.testkit.crash.CrashReport;
import io.penstock.testkit.crash.CrashSweep;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** How a sweep searches, how it is bounded, and what it says of what it finds. */
class CrashSearchTest {
  private static void writeEach(CrashRecorder device) throws IOException {
    for (int sector = 0; sector < RawCrashes.SECTORS; sector++) {
      write(device, sector, 1, sector + 1);
    }
  }

  @Test
  void aFailureIsToldWithAsFewWritesAsItTakes() {
    CrashReport report =
        search(
            CrashOptions.DEFAULT,
            CrashSearchTest::writeEach,
            (word, crash) -> word.charAt(1) == '0' && word.charAt(3) == '4');
    CrashFailure failure = report.failure();
    assertTrue(failure != null, "nothing was found");
    List<String> lines = failure.state().lines().map(String::strip).toList();
    assertEquals(
        List.of(
            "there   write 4 at 1536 length 512",
            "lost    write 1 at 0 length 512",
            "lost    write 2 at 512 length 512",
            "lost    write 3 at 1024 length 512"),
        lines);
    assertEquals("refused 0004", failure.cause().getMessage());
  }

  @Test
  void aFailureIsADivergenceThatNamesTheSeed() {
    CrashSweep sweep =
        new CrashSweep(
            "of a test",
            seed -> RawCrashes.record(true, UnaryOperator.identity(), CrashSearchTest::writeEach),
            (image, crash) -> {
              throw new IOException("never good");
            });
    Divergence told =
        assertThrows(Divergence.class, () -> sweep.run(CrashOptions.DEFAULT.withSeed(4711)));
    assertTrue(String.valueOf(told.getMessage()).contains("of a test seed 4711"), told::toString);
  }

  @Test
  void aBoundOnStatesIsSharedByAllCrashPoints() {
    Set<Integer> points = new HashSet<>();
    CrashReport whole =
        search(CrashOptions.DEFAULT, CrashSearchTest::writeEach, (word, at) -> false);
    CrashReport bounded =
        search(
            CrashOptions.DEFAULT.withMaxStates(10),
            CrashSearchTest::writeEach,
            (word, crash) -> {
              points.add(crash.number());
              return false;
            });
    assertTrue(whole.complete());
    assertEquals(1 + 2 + 4 + 8 + 16, whole.states(), "each subset with the newest, then all");
    assertEquals(10, bounded.states());
    assertEquals(whole.crashPoints(), points.size());
    assertFalse(bounded.complete());
  }

  @Test
  void withoutTimeThereIsOneStateAtEachCrashPoint() {
    CrashReport report =
        search(
            CrashOptions.DEFAULT.withBudget(Duration.ZERO),
            CrashSearchTest::writeEach,
            (word, crash) -> false);
    assertEquals(report.crashPoints(), report.states());
    assertFalse(report.complete());
  }

  @Test
  void aSeedRepeatsItsSweep() {
    CrashOptions options = CrashOptions.DEFAULT.withSeed(5).withStates(1, 4, 6);
    assertEquals(words(options), words(options));
  }

  private static List<String> words(CrashOptions options) {
    List<String> words = new ArrayList<>();
    search(
        options,
        device -> {
          writeEach(device);
          write(device, 0, RawCrashes.SECTORS, 5);
        },
        (word, crash) -> {
          words.add(crash.number() + ":" + word);
          return false;
        });
    return words;
  }

  @Test
  void aCrashKnowsWhatWasBegunAndWhatWasAcknowledgedBefore() {
    Set<String> seen = new HashSet<>();
    search(
        CrashOptions.DEFAULT,
        device -> {
          device.begin("one");
          write(device, 0, 1, 1);
          device.flush();
          device.acknowledge("one");
          device.begin("two");
          write(device, 1, 1, 2);
        },
        (word, crash) -> {
          seen.add(word + crash.begun() + crash.acknowledged());
          return false;
        });
    assertEquals(
        Set.of(
            "1000[one][]",
            "1000[one][one]",
            "1200[one, two][one]",
            "1000[one, two][one, end]",
            "1200[one, two][one, end]"),
        seen);
  }

  @Test
  void aWorkloadThatCannotBeCarriedOutIsADivergence() {
    CrashSweep sweep =
        new CrashSweep(
            "of a test",
            seed -> {
              throw new IOException("no device");
            },
            (image, crash) -> {});
    assertThrows(Divergence.class, () -> sweep.run(CrashOptions.DEFAULT));
  }
}
