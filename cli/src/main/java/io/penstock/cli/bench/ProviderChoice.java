package io.penstock.cli.bench;

import io.penstock.core.device.DeviceProvider;
import io.penstock.file.Engines;
import java.io.IOException;
import java.util.Optional;

/**
 * A provider of devices by name.
 *
 * @param name {@link Engines#AUTO} or a provider's
 */
record ProviderChoice(String name) {

  Optional<String> unavailabilityCause() {
    try {
      provider();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  DeviceProvider provider() throws IOException {
    return Engines.choose(name).provider();
  }
}
