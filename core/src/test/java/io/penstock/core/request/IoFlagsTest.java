package io.penstock.core.request;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Sets of flags. */
class IoFlagsTest {
  @Test
  void setHasWhatItIsMadeOf() {
    for (IoFlag one : IoFlag.values()) {
      IoFlags only = IoFlags.of(one);
      for (IoFlag each : IoFlag.values()) {
        assertEquals(each == one, only.has(each), one + " and " + each);
        assertTrue(only.with(each).has(one));
        assertTrue(only.with(each).has(each));
      }
      assertEquals(one.name(), only.toString());
      assertFalse(only.isEmpty());
    }
  }

  @Test
  void thereIsOneInstancePerSet() {
    IoFlags both = IoFlags.of(IoFlag.NOWAIT, IoFlag.ATOMIC);
    assertSame(both, IoFlags.of(IoFlag.ATOMIC, IoFlag.NOWAIT, IoFlag.ATOMIC));
    assertSame(both, IoFlags.of(IoFlag.ATOMIC).with(IoFlag.NOWAIT));
    assertSame(both, both.with(IoFlag.NOWAIT), "it is in already");
    assertSame(IoFlags.NONE, IoFlags.of());
    assertTrue(IoFlags.NONE.isEmpty());
    assertEquals("NONE", IoFlags.NONE.toString());
    assertEquals("NOWAIT|ATOMIC", both.toString());
  }
}
