package io.penstock.races;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.collectors.TestResult;
import org.openjdk.jcstress.infra.runners.TestConfig;
import org.openjdk.jcstress.infra.runners.TestList;
import org.openjdk.jcstress.os.AffinityMode;
import org.openjdk.jcstress.os.NodeType;
import org.openjdk.jcstress.os.SchedulingClass;

/** What a run says is judged as it should be. */
class RaceTest {
  private static final String SUBMITTER = "true, false";
  private static final String DEVICE = "false, true";
  private static final String BOTH = "true, true";

  private final TestInfo info = TestList.getInfo(LastReferenceDrop.class.getName());
  private final Race race = new Race(info);

  private TestResult result(Status status, String... states) throws IOException {
    Options options = new Options(new String[] {"-time", "1"});
    assertTrue(options.parse());
    TestResult result = new TestResult(status);
    result.setConfig(
        new TestConfig(
            options,
            info,
            1,
            List.of(),
            -1,
            new SchedulingClass(AffinityMode.NONE, 2, NodeType.PACKAGE)));
    for (String state : states) {
      result.addState(state, 5);
    }
    return result;
  }

  @Test
  void bothMeetingsSeenIsFine() throws IOException {
    race.add(List.of(result(Status.NORMAL, SUBMITTER, DEVICE)));
    assertTrue(race.isFine());
    assertEquals(10, race.samples());
    assertEquals(2, race.interestingSeen());
  }

  @Test
  void aForbiddenOutcomeIsNamedAndCounted() throws IOException {
    race.add(List.of(result(Status.NORMAL, SUBMITTER, DEVICE, BOTH)));
    assertFalse(race.isFine());
    assertEquals(List.of("true, true (5 of 15): completed twice, or never"), race.forbidden());
  }

  @Test
  void aMeetingThatWasNotSeenIsMissing() throws IOException {
    race.add(List.of(result(Status.NORMAL, SUBMITTER)));
    assertFalse(race.isFine());
    assertEquals(List.of("the device's thread completes the request"), race.missing());
  }

  @Test
  void aSecondRunMayShowWhatTheFirstMissed() throws IOException {
    race.add(List.of(result(Status.NORMAL, SUBMITTER)));
    race.add(List.of(result(Status.NORMAL, DEVICE)));
    assertTrue(race.isFine());
    assertEquals(2, race.configurations());
  }

  @Test
  void aRaceThatWasNotRunIsSkipped() {
    race.add(List.of());
    assertTrue(race.isSkipped());
    assertFalse(race.isFine());
  }

  @Test
  void aRunThatTimedOutIsAnError() throws IOException {
    race.add(List.of(result(Status.TIMEOUT_ERROR, SUBMITTER, DEVICE)));
    assertFalse(race.isFine());
    assertEquals("TIMEOUT_ERROR", race.errors().getFirst());
  }
}
