package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Rule("FILE-3")
class BounceRoomTest {
  private final BounceRoom room = new BounceRoom(100, 3);
  private final List<String> admitted = new ArrayList<>();

  private BounceRoom.Guest guest(String name, long bytes) {
    return new BounceRoom.Guest() {
      @Override
      public long copiedBytes() {
        return bytes;
      }

      @Override
      public void admitted() {
        admitted.add(name);
      }
    };
  }

  @Test
  void whoDoesNotFitWaitsAndIsLetInInOrder() {
    BounceRoom.Guest first = guest("first", 60);
    BounceRoom.Guest second = guest("second", 40);
    assertTrue(room.enter(first));
    assertTrue(room.enter(second));
    assertFalse(room.enter(guest("large", 70)));
    assertFalse(room.enter(guest("small", 1)), "nobody overtakes");
    room.leave(second);
    assertEquals(List.of(), admitted);
    room.leave(first);
    assertEquals(List.of("large", "small"), admitted);
    assertEquals(0, room.waiting());
  }

  @Test
  void noMoreThanSoManyAreIn() {
    BounceRoom.Guest one = guest("one", 1);
    assertTrue(room.enter(one));
    assertTrue(room.enter(guest("two", 1)));
    assertTrue(room.enter(guest("three", 1)));
    assertFalse(room.enter(guest("four", 1)));
    room.leave(one);
    assertEquals(List.of("four"), admitted);
  }

  @Test
  void whoIsLargerThanTheRoomHasItAlone() {
    BounceRoom.Guest small = guest("small", 1);
    BounceRoom.Guest huge = guest("huge", 1000);
    assertTrue(room.enter(small));
    assertFalse(room.enter(huge));
    assertFalse(room.enter(guest("after", 1)));
    room.leave(small);
    assertEquals(List.of("huge"), admitted);
    room.leave(huge);
    assertEquals(List.of("huge", "after"), admitted);
  }
}
