package io.penstock.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.testkit.fuzz.Fuzz;
import io.penstock.testkit.fuzz.FuzzFailure;
import io.penstock.testkit.fuzz.FuzzInput;
import io.penstock.testkit.fuzz.FuzzReport;
import io.penstock.testkit.fuzz.FuzzTarget;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The fuzzer finds what is planted: a parser of records, a length and so many bytes each. */
class FuzzTest {
  private static final byte[] RIGHT = {3, 'a', 'b', 'c', 1, 'x'};
  private static final Duration SHORT = Duration.ofMillis(500);

  /** What does not hang may be kept waiting by a busy machine. */
  private static final Duration LONG = Duration.ofSeconds(30);

  private final List<Arena> held = new ArrayList<>();

  /** What is wrong with the parser. */
  private enum Bug {
    NONE,
    HANGS_AT_NO_LENGTH,
    BELIEVES_A_LENGTH,
    LOOKS_PAST_THE_END,
    SAYS_NOTHING
  }

  private static FuzzTarget records(Bug bug) {
    return FuzzTarget.of("records", List.of(RIGHT), input -> parse(input, bug));
  }

  private static int parse(FuzzInput input, Bug bug) throws IOException {
    byte[] bytes = input.bytes();
    int at = 0;
    int records = 0;
    while (at < bytes.length) {
      int length = bytes[at] & 0xff;
      if (length == 0) {
        if (bug != Bug.HANGS_AT_NO_LENGTH) {
          throw new IOException(
              bug == Bug.SAYS_NOTHING ? " " : "record " + records + " has no length");
        }
        LockSupport.parkNanos(1_000_000); // goes on at the same place
        continue;
      }
      if (bug == Bug.BELIEVES_A_LENGTH && length > 200) {
        throw new IOException("no room for " + new byte[length << 16].length);
      }
      if (length > bytes.length - at - 1 && bug != Bug.LOOKS_PAST_THE_END) {
        throw new IOException("record " + records + " ends after the input");
      }
      at += 1 + Arrays.copyOfRange(bytes, at + 1, at + 1 + length).length;
      bug = bug == Bug.LOOKS_PAST_THE_END && at > bytes.length ? fails(bytes[at]) : bug;
      records++;
    }
    return records;
  }

  private static Bug fails(byte never) {
    throw new AssertionError(never);
  }

  private static FuzzFailure finds(Bug bug) {
    return assertThrows(
        FuzzFailure.class,
        () ->
            Fuzz.of(records(bug))
                .seed(7)
                .executions(20_000)
                .timeLimit(bug == Bug.HANGS_AT_NO_LENGTH ? SHORT : LONG)
                .allocationLimit(8 << 20)
                .run());
  }

  @Test
  void aParserThatRefusesAsItSaysPasses() {
    FuzzReport report = Fuzz.of(records(Bug.NONE)).seed(7).executions(5_000).run();
    assertEquals(5_000, report.executions());
    assertTrue(report.outcomes() > 3, report.toString());
    assertTrue(report.refused() > 100, report.toString());
  }

  @Test
  void aHangIsFoundAndSaysWhereItIs() {
    FuzzFailure failure = finds(Bug.HANGS_AT_NO_LENGTH);
    assertEquals(FuzzFailure.Kind.HANG, failure.kind());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("FuzzTest.parse"), failure.getMessage());
  }

  @Test
  void anAllocationThatTheInputChoosesIsFoundAndShrunkToOneByte() {
    FuzzFailure failure = finds(Bug.BELIEVES_A_LENGTH);
    assertEquals(FuzzFailure.Kind.ALLOCATION, failure.kind());
    assertEquals(1, failure.input().length);
  }

  @Test
  void memoryThatIsLeftBehindIsFound() {
    assumeTrue(Files.exists(Path.of("/proc/self/status")), "only Linux tells what a process holds");
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    long enough = (heap >> 20) + 512; // what of the heap was never touched hides as much
    FuzzTarget leaks =
        FuzzTarget.of(
            "leaks",
            List.of(RIGHT),
            input -> {
              held.add(Arena.ofShared());
              return held.getLast().allocate(1 << 20).fill((byte) 1).byteSize();
            });
    try {
      FuzzFailure failure =
          assertThrows(
              FuzzFailure.class, () -> Fuzz.of(leaks).executions(enough).leakLimit(64 << 20).run());
      assertEquals(FuzzFailure.Kind.LEAK, failure.kind());
    } finally {
      held.forEach(Arena::close);
    }
  }

  @Test
  void anExceptionThatIsNotDocumentedIsFoundWithTheShortestInput() {
    FuzzFailure failure = finds(Bug.LOOKS_PAST_THE_END);
    assertEquals(FuzzFailure.Kind.UNDOCUMENTED, failure.kind());
    assertEquals(1, failure.input().length);
    String again =
        assertThrows(
                FuzzFailure.class,
                () -> Fuzz.of(records(Bug.LOOKS_PAST_THE_END)).repeat(failure.input()))
            .getMessage();
    assertEquals(failure.getMessage(), again);
  }

  @Test
  void aRefusalWithoutAWordIsFound() {
    FuzzFailure failure = finds(Bug.SAYS_NOTHING);
    assertEquals(FuzzFailure.Kind.SILENT, failure.kind());
    assertArrayEquals(new byte[] {0}, failure.input());
  }

  @Test
  void aBudgetThatIsUsedUpStillTriesAsManyAsAreAskedFor() {
    FuzzReport report = Fuzz.of(records(Bug.NONE)).seed(7).budget(Duration.ZERO).atLeast(300).run();
    assertEquals(300, report.executions());
  }

  @Test
  void theSameSeedFeedsTheSameInputs() {
    assertEquals(inputs(11), inputs(11));
    assertTrue(!inputs(11).equals(inputs(12)));
  }

  private static List<String> inputs(long seed) {
    List<String> seen = new ArrayList<>();
    FuzzTarget recorder =
        FuzzTarget.of(
            "recorder",
            List.of(RIGHT),
            input -> {
              seen.add(Arrays.toString(input.bytes()));
              return input.size() % 7;
            });
    Fuzz.of(recorder).seed(seed).executions(300).run();
    return seen;
  }
}
