package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void everyConstantIsNamedByTheTable() throws IllegalAccessException {
    for (Field constant : Errno.class.getDeclaredFields()) {
      if (constant.getType() == int.class) {
        int errno = constant.getInt(null);
        assertEquals(constant.getName(), Errno.name(errno));
        assertNotEquals("unknown error", Errno.meaning(errno));
      }
    }
  }

  @Test
  void numbersOutsideTheTableAreTold() {
    assertEquals("errno 4000", Errno.name(4000));
    assertEquals("errno 0", Errno.name(0));
    assertEquals("errno -5", Errno.name(-5));
  }
}
