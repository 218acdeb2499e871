package io.penstock.core.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.Plug;
import io.penstock.core.file.InFlightGate.Entry;
import io.penstock.core.fixture.Background;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who passes, who waits, who is told. */
@Rule("ADM-10")
class InFlightGateTest {
  private final InFlightGate gate = new InFlightGate();
  private final List<String> told = new ArrayList<>();

  private Waiter named(String name) {
    return () -> told.add(name);
  }

  private Background<String> freezing() {
    Background<String> freezing =
        Background.start(
            () -> {
              gate.freeze();
              return "frozen";
            });
    freezing.awaitParked();
    return freezing;
  }

  @Test
  void bothCountsGoUpAndComeDownApart() {
    assertEquals(Entry.ENTERED, gate.enter(null));
    assertEquals(Entry.ENTERED, gate.enter(named("never")));
    assertEquals(2, gate.mapped());
    assertEquals(2, gate.open());
    gate.leaveMapped();
    assertEquals(1, gate.mapped());
    assertEquals(2, gate.open());
    gate.leaveOpen();
    gate.leave();
    assertEquals(0, gate.mapped());
    assertEquals(0, gate.open());
    assertEquals(List.of(), told);
    assertThrows(AssertionError.class, gate::leaveMapped);
  }

  @Test
  void freezeWaitsForEndOfIoHooksAndNotForSyncs() throws Exception {
    gate.enter(null);
    gate.enter(null);
    Background<String> freezing = freezing();
    gate.leaveMapped();
    freezing.awaitParked();
    assertFalse(freezing.isDone());
    gate.leaveMapped();
    assertEquals("frozen", freezing.result());
    assertEquals(2, gate.open(), "their syncs are still to come");
    gate.leaveOpen();
    gate.leaveOpen();
    gate.thaw();
    assertEquals(Entry.ENTERED, gate.enter(null));
  }

  @Test
  void freezeIsToldByRequestsWithoutASyncToo() throws Exception {
    gate.enter(null);
    gate.enter(null);
    Background<String> freezing = freezing();
    gate.leave();
    freezing.awaitParked();
    assertFalse(freezing.isDone());
    gate.leave();
    assertEquals("frozen", freezing.result());
  }

  @Test
  void whoComesWhileFrozenIsLetInInOrderWhenItIsOver() {
    gate.freeze();
    assertEquals(Entry.FROZEN, gate.enter(null));
    assertEquals(Entry.WAITING, gate.enter(named("one")));
    assertEquals(Entry.WAITING, gate.enter(named("two")));
    assertEquals(0, gate.open(), "not counted yet");
    gate.thaw();
    assertEquals(List.of("one", "two"), told);
    gate.freeze();
    gate.thaw();
    assertEquals(List.of("one", "two"), told, "once");
  }

  @Test
  void frozenFileIsHandedToTheNextWhoWantsItSo() throws Exception {
    gate.freeze();
    Background<String> second = freezing();
    assertEquals(Entry.WAITING, gate.enter(named("request")));
    assertFalse(second.isDone(), "while the first has it frozen");
    gate.thaw();
    assertEquals("frozen", second.result());
    assertEquals(List.of(), told, "still frozen");
    gate.thaw();
    assertEquals(List.of("request"), told);
  }

  @Test
  @Rule({"ADM-10", "BIO-7"})
  void whatTheThreadHoldsBackIsBegunBeforeItWaits() throws Exception {
    gate.enter(null);
    Background<Integer> freezing =
        Background.start(
            () -> {
              Plug.begin();
              try {
                HandlerQueue.current().plug(gate::leave);
                gate.freeze();
                return gate.mapped();
              } finally {
                Plug.end();
              }
            });
    assertEquals(0, freezing.result());
  }

  @Test
  void closedGateRefusesAndTellsWhoWaits() {
    gate.freeze();
    gate.enter(named("frozen out"));
    assertFalse(gate.isClosed());
    assertTrue(gate.close());
    assertEquals(List.of("frozen out"), told, "to try again, and be refused");
    assertTrue(gate.isClosed());
    assertFalse(gate.close(), "was so already");
    assertEquals(Entry.CLOSED, gate.enter(named("late")));
    gate.thaw();
    assertEquals(Entry.CLOSED, gate.enter(null));
    assertEquals(List.of("frozen out"), told);
  }

  @Test
  void closeIsToldWhenTheLastOfBothKindsHasLeft() {
    gate.enter(null);
    gate.enter(null);
    gate.enter(null);
    gate.close();
    gate.whenIdle(named("one"));
    gate.whenIdle(named("two"));
    gate.leave();
    gate.leaveMapped();
    gate.leaveOpen();
    gate.leaveMapped();
    assertEquals(List.of(), told, "its sync is still to come");
    gate.leaveOpen();
    assertEquals(List.of("one", "two"), told);
    gate.whenIdle(named("three"));
    assertEquals(List.of("one", "two", "three"), told, "at once");
  }

  @Test
  void closeIsToldByARequestWithoutASyncToo() {
    gate.enter(null);
    gate.close();
    gate.whenIdle(named("closer"));
    gate.leave();
    assertEquals(List.of("closer"), told);
  }

  // --- the lock beside it ---

  @Test
  @Rule("ADM-11")
  void lockIsHandedOnInOrderAndHeldMeanwhile() {
    RequestLock lock = new RequestLock();
    assertFalse(lock.isHeld());
    assertTrue(lock.acquire(named("never")));
    assertTrue(lock.isHeld());
    assertFalse(lock.tryAcquire());
    assertFalse(lock.acquire(named("one")));
    assertFalse(lock.acquire(named("two")));
    lock.release();
    assertEquals(List.of("one"), told);
    assertTrue(lock.isHeld(), "by one");
    lock.release();
    assertEquals(List.of("one", "two"), told);
    lock.release();
    assertFalse(lock.isHeld());
    assertTrue(lock.tryAcquire());
    lock.release();
    assertEquals(
        "released while not held",
        assertThrows(IllegalStateException.class, lock::release).getMessage());
  }

  @Test
  @Rule({"ADM-7", "ADM-11"})
  void threadWaitsForTheLockAndAnInterruptIsKept() throws Exception {
    RequestLock lock = new RequestLock();
    lock.acquire();
    Background<Boolean> waiting =
        Background.start(
            () -> {
              lock.acquire();
              return Thread.currentThread().isInterrupted();
            });
    waiting.awaitParked();
    waiting.thread().interrupt();
    waiting.awaitParked();
    assertFalse(waiting.isDone());
    lock.release();
    assertTrue(waiting.result());
    assertTrue(lock.isHeld());
  }
}
