package io.penstock.core.completion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ReferencesTest {
  private static final int RESUME_AT = 3;

  private final References references = new References();

  @Test
  void biosDoneInsideTheSubmissionLeaveTheSubmitterAlone() {
    references.start();
    references.take(5);
    assertEquals(5, references.bios());
    references.giveBack(5);
    assertEquals(0, references.bios());
    assertTrue(references.dropSubmitter());
    assertEquals(0, references.count());
  }

  @Test
  void biosDoneElsewhereStayCounted() {
    references.start();
    references.take(2);
    references.take(3);
    references.giveBack(3);
    assertEquals(2, references.bios());
    assertFalse(references.dropSubmitter());
    assertEquals(References.Drop.SUBMITTER_LEFT, references.dropBio(RESUME_AT));
    assertEquals(References.Drop.LAST, references.dropBio(RESUME_AT));
  }

  @Test
  void suspendedWalkIsResumedOnce() {
    references.start();
    references.take(4);
    assertTrue(references.suspendUnless(RESUME_AT));
    assertEquals(References.Drop.NOT_LAST, references.dropBio(RESUME_AT));
    assertEquals(References.Drop.RESUME, references.dropBio(RESUME_AT));
    assertFalse(references.suspendUnless(RESUME_AT));
    assertEquals(References.Drop.NOT_LAST, references.dropBio(RESUME_AT));
    assertEquals(References.Drop.SUBMITTER_LEFT, references.dropBio(RESUME_AT));
    assertTrue(references.dropSubmitter());
  }

  @Test
  void droppingMoreThanWasTakenIsFound() {
    references.start();
    assertTrue(references.dropSubmitter());
    assertThrows(AssertionError.class, references::dropSubmitter);
    assertThrows(AssertionError.class, () -> references.dropBio(RESUME_AT));
    assertThrows(AssertionError.class, () -> references.take(1));
    references.start();
    references.take(1);
    assertThrows(AssertionError.class, () -> references.giveBack(2));
  }

  /** Each round: some bios end here, some on another thread, while this one takes and drops. */
  @Test
  @Tag("stress")
  void somebodyIsLastExactlyOnceWhoeverThatIs() throws InterruptedException {
    SynchronousQueue<Integer> handedOver = new SynchronousQueue<>();
    AtomicInteger last = new AtomicInteger();
    AtomicInteger dropped = new AtomicInteger();
    Runnable device =
        () -> {
          try {
            for (int bios = handedOver.take(); bios > 0; bios = handedOver.take()) {
              for (int i = 0; i < bios; i++) {
                if (references.dropBio(0) == References.Drop.LAST) {
                  last.incrementAndGet();
                }
              }
              dropped.addAndGet(bios);
            }
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        };
    Thread thread = Thread.ofPlatform().name("device").start(device);
    int rounds = 20_000;
    int elsewhere = 0;
    for (int round = 0; round < rounds; round++) {
      references.start();
      references.take(2);
      int bios = 1 + round % 2;
      handedOver.put(bios);
      elsewhere += bios;
      if (bios < 2) {
        references.giveBack(1);
      }
      references.take(3);
      references.giveBack(3);
      if (references.dropSubmitter()) {
        last.incrementAndGet();
      }
      while (references.count() != 0) {
        Thread.onSpinWait();
      }
    }
    handedOver.put(0);
    thread.join();
    assertEquals(rounds, last.get());
    assertEquals(elsewhere, dropped.get());
  }
}
