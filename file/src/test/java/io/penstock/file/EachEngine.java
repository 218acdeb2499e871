package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertFalse;

import io.penstock.core.device.DeviceProvider;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A test that is run on every way to do I/O that this machine has; its name is the parameter. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@MethodSource("io.penstock.file.EachEngine$Available#names")
@interface EachEngine {

  /** What there is. */
  final class Available {
    private Available() {}

    static List<String> names() {
      List<String> names =
          Engines.all().stream()
              .filter(DeviceProvider::isAvailable)
              .map(DeviceProvider::name)
              .sorted()
              .toList();
      assertFalse(names.isEmpty(), "no engine at all can be used here");
      return names;
    }
  }
}
