package io.penstock.cli.bench;

import java.nio.file.OpenOption;
import java.util.Arrays;
import java.util.Optional;

/**
 * The JDK's own {@code com.sun.nio.file.ExtendedOpenOption.DIRECT}, looked up by name: an image of
 * the JDK may come without it.
 */
final class DirectOption {
  private static final Optional<OpenOption> VALUE = find();

  private DirectOption() {}

  static Optional<OpenOption> value() {
    return VALUE;
  }

  static Optional<String> unavailabilityCause() {
    return VALUE.isPresent()
        ? Optional.empty()
        : Optional.of("this JDK has no module jdk.unsupported; use an image that has it");
  }

  private static Optional<OpenOption> find() {
    try {
      Object[] options = Class.forName("com.sun.nio.file.ExtendedOpenOption").getEnumConstants();
      return Arrays.stream(options)
          .filter(each -> each.toString().equals("DIRECT"))
          .map(OpenOption.class::cast)
          .findFirst();
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }
}
