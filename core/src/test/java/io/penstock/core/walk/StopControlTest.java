package io.penstock.core.walk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.rules.Rule;
import org.junit.jupiter.api.Test;

/** A wish to stop meets the use it is meant for, or none. */
@Rule("CMP-11")
class StopControlTest {
  private final StopControl control = new StopControl();

  @Test
  void wishIsNotedWhileItsUseIsInFlight() {
    assertFalse(control.request(0, StopControl.CANCELLED), "nothing is in flight");
    control.begin();
    assertEquals(1, control.generation());
    assertTrue(control.isInFlight());
    assertFalse(control.isStopRequested());
    assertFalse(control.request(0, StopControl.CANCELLED), "the use before");
    assertFalse(control.request(2, StopControl.CANCELLED), "the use after");
    assertFalse(control.isStopRequested());
    assertTrue(control.request(1, StopControl.CANCELLED));
    assertTrue(control.isStopRequested());
    assertFalse(control.isTimedOut());
    assertTrue(control.isInFlight());
    assertEquals(1, control.generation());
    control.end();
    assertFalse(control.isInFlight());
    assertFalse(control.isStopRequested());
    assertEquals(1, control.generation());
    assertFalse(control.request(1, StopControl.CANCELLED), "too late");
  }

  @Test
  void timeoutIsTheReasonWheneverThereWasOne() {
    control.begin();
    assertTrue(control.request(1, StopControl.TIMED_OUT));
    assertTrue(control.isTimedOut());
    assertTrue(control.isStopRequested());
    control.end();
    control.begin();
    assertEquals(2, control.generation());
    assertFalse(control.isTimedOut(), "the next use begins anew");
    assertTrue(control.request(2, StopControl.CANCELLED));
    assertTrue(control.request(2, StopControl.TIMED_OUT));
    assertTrue(control.isTimedOut());
  }
}
