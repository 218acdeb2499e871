package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.fixture.Background;
import io.penstock.core.fixture.LogBook;
import io.penstock.rules.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a thread still has to run, to begin, and to use again. */
class HandlerQueueTest {
  private final List<String> told = new ArrayList<>();

  private final class Named extends Completable {
    private final String name;
    private final Runnable work;

    Named(String name, Runnable work) {
      this.name = name;
      this.work = work;
    }

    @Override
    protected void runCompletion() {
      told.add(name);
      work.run();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private Named named(String name) {
    return new Named(name, () -> {});
  }

  private static HandlerQueue queue() {
    return HandlerQueue.current();
  }

  @Test
  @Rule({"CMP-7", "CMP-10"})
  void completionsAddedMeanwhileRunAfterThoseThatWait() {
    Named late = named("late");
    Reaping.begin();
    queue().add(new Named("first", () -> queue().add(late)));
    queue().add(named("second"));
    queue().add(named("third"));
    Reaping.end();
    assertEquals(List.of("first", "second", "third", "late"), told);
  }

  @Test
  @Rule("CMP-10")
  void onlyTheOutermostScopeRunsWhatHasComeTogether() {
    Reaping.begin();
    Reaping.begin();
    queue().add(named("one"));
    Reaping.end();
    assertEquals(List.of(), told);
    Reaping.end();
    assertEquals(List.of("one"), told);
  }

  @Test
  @Rule("CMP-10")
  void aThreadIsADevicesThreadOnlyAsLongAsItReaps() {
    List<Boolean> mayWait = new ArrayList<>();
    Reaping.begin();
    queue().add(new Named("reaped", () -> mayWait.add(HandlerQueue.mayWait())));
    Reaping.end();
    queue().open();
    queue().add(new Named("submitted", () -> mayWait.add(HandlerQueue.mayWait())));
    queue().close();
    queue().add(new Named("alone", () -> mayWait.add(HandlerQueue.mayWait())));
    queue().open();
    queue().add(new Named("submitted", () -> mayWait.add(HandlerQueue.mayWait())));
    queue().close();
    assertEquals(List.of(false, true, false, true), mayWait);
    assertTrue(HandlerQueue.mayWait());
  }

  @Test
  @Rule("CMP-9")
  void completionThatThrowsIsLoggedAndTheNextOnesRun() {
    try (LogBook log = LogBook.open()) {
      Reaping.begin();
      queue()
          .add(
              new Named(
                  "broken",
                  () -> {
                    throw new IllegalStateException("oops");
                  }));
      queue().add(named("next"));
      Reaping.end();
      assertEquals(List.of("broken", "next"), told);
      assertEquals(
          List.of("SEVERE a completion threw: broken: java.lang.IllegalStateException: oops"),
          log.lines());
    }
  }

  // --- plugs ---

  @Test
  @Rule("BIO-7")
  void deviceIsToldOnceWhenTheOutermostPlugIsPulled() {
    Unplug device = () -> told.add("begin");
    Plug.begin();
    Plug.begin();
    assertTrue(queue().plug(device));
    assertTrue(queue().plug(device));
    Plug.end();
    assertEquals(List.of(), told, "a scope is open still");
    assertTrue(queue().plug(device));
    Plug.end();
    assertEquals(List.of("begin"), told);
    Plug.begin();
    Plug.end();
    assertEquals(List.of("begin"), told, "nothing was held back since");
  }

  @Test
  @Rule("BIO-7")
  void everyPluggedDeviceIsTold() {
    List<Unplug> devices = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      String name = "device " + i;
      devices.add(() -> told.add(name));
    }
    Plug.begin();
    devices.forEach(device -> assertTrue(queue().plug(device)));
    devices.forEach(device -> assertTrue(queue().plug(device)));
    Plug.end();
    assertEquals(9, told.size(), () -> "once each: " + told);
    assertEquals(9, told.stream().distinct().count());
  }

  @Test
  void deviceBeginsByItselfWhereNothingIsPlugged() {
    assertFalse(queue().plug(() -> told.add("begin")));
    Plug.begin();
    Plug.end();
    assertEquals(List.of(), told);
  }

  @Test
  void devicesAreToldBeforeAThreadWaits() {
    Plug.begin();
    queue().plug(() -> told.add("begin"));
    queue().unplug();
    assertEquals(List.of("begin"), told);
    queue().unplug();
    Plug.end();
    assertEquals(List.of("begin"), told, "once");
  }

  @Test
  @Rule({"BIO-7", "CMP-10"})
  void devicesAreToldBeforeHandlersRun() {
    Plug.begin();
    queue().add(named("handler"));
    queue().plug(() -> told.add("begin"));
    Plug.end();
    assertEquals(List.of("begin", "handler"), told);
  }

  // --- spares ---

  private static <T> T onVirtualThread(Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("virtual").start(task);
    return task.get(30, TimeUnit.SECONDS);
  }

  @Test
  void spareIsOutUntilItIsBroughtBack() throws Exception {
    Completable mine = named("mine");
    Background.start(
            () -> {
              assertNull(queue().takeSpare(), "a new thread has none");
              assertTrue(queue().keepSpare(mine));
              assertSame(mine, queue().takeSpare());
              assertNull(queue().takeSpare(), "out");
              assertTrue(queue().keepSpare(mine));
              assertSame(mine, queue().takeSpare());
              return null;
            })
        .result();
  }

  @Test
  void threadKeepsOneSpareOnly() throws Exception {
    Completable mine = named("mine");
    Background.start(
            () -> {
              assertTrue(queue().keepSpare(mine));
              assertSame(mine, queue().takeSpare());
              assertFalse(queue().keepSpare(named("other")), "not the one that is out");
              assertNull(queue().takeSpare(), "still out");
              return null;
            })
        .result();
  }

  @Test
  void virtualThreadKeepsNoSpare() throws Exception {
    assertFalse(onVirtualThread(() -> queue().keepSpare(named("mine"))));
    assertNull(
        onVirtualThread(
            () -> {
              queue().keepSpare(named("mine"));
              return queue().takeSpare();
            }));
  }
}
