package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.Field;
import org.junit.jupiter.api.Test;

class ErrnoTest {
  @Test
  void constantsAndTheEnginesTableAgree() throws ReflectiveOperationException {
    Field[] constants = Errno.class.getDeclaredFields();
    for (Field constant : constants) {
      io.penstock.core.error.Errno row = io.penstock.core.error.Errno.of(constant.getInt(null));
      assertEquals(constant.getName(), String.valueOf(row));
    }
    assertEquals(io.penstock.core.error.Errno.values().length, constants.length);
  }
}
