package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Rule({"MEM-4", "FILE-3"})
class BounceRoomTest {
  private final BounceRoom room = new BounceRoom(100, 3);
  private final List<String> admitted = new ArrayList<>();

  private boolean enter(String name, long bytes) {
    return room.enter(bytes, () -> admitted.add(name));
  }

  @Test
  void whoDoesNotFitWaitsAndIsLetInInOrder() {
    assertTrue(enter("first", 60));
    assertTrue(enter("second", 40));
    assertFalse(enter("large", 70));
    assertFalse(enter("small", 1), "nobody overtakes");
    room.leave(40);
    assertEquals(List.of(), admitted);
    assertFalse(room.tryEnter(1), "nor does who would not wait");
    room.leave(60);
    assertEquals(List.of("large", "small"), admitted);
    assertEquals("2 requests that copy 71 bytes, 0 waiting", room.toString());
    assertTrue(room.tryEnter(29));
    assertFalse(room.tryEnter(0), "three are in");
  }

  @Test
  void noMoreThanSoManyAreIn() {
    assertTrue(enter("one", 1));
    assertTrue(enter("two", 1));
    assertTrue(enter("three", 1));
    assertFalse(enter("four", 1));
    assertEquals(1, room.waiting());
    room.leave(1);
    assertEquals(List.of("four"), admitted);
    assertEquals(0, room.waiting());
  }

  @Test
  void whoIsLargerThanTheRoomHasItAlone() {
    assertTrue(enter("small", 1));
    assertFalse(enter("huge", 1000));
    assertFalse(enter("after", 1));
    room.leave(1);
    assertEquals(List.of("huge"), admitted);
    room.leave(1000);
    assertEquals(List.of("huge", "after"), admitted);
  }

  @Test
  void aThreadThatWaitsIsInWhenItGoesOn() throws Exception {
    room.enter(100);
    Background<String> waiting =
        Background.start(
            () -> {
              room.enter(7);
              return room.toString();
            });
    assertFalse(waiting.awaitParked().isDone());
    assertEquals(1, room.waiting());
    room.leave(100);
    assertEquals("1 requests that copy 7 bytes, 0 waiting", waiting.result());
  }

  @Test
  void smallestRoomIsForOneOfOneByte() {
    assertTrue(new BounceRoom(1, 1).tryEnter(1));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0"})
  void aRoomForNothingIsRefused(long bytes, int requests) {
    assertThrows(IllegalArgumentException.class, () -> new BounceRoom(bytes, requests));
  }
}
