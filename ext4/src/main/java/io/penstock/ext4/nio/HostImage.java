package io.penstock.ext4.nio;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** Opens files and block devices of the host by a {@link DeviceProvider} that is there. */
final class HostImage {
  /** The first that is available is chosen, when none is asked for. */
  static final String AUTO = "auto";

  private static final List<String> ORDER = List.of("pread", "uring", "portable");

  private HostImage() {}

  /**
   * Opens a file or block device.
   *
   * @param engine the name of a provider, or {@link #AUTO}
   * @throws IOException what the provider says; ENODEV, EOPNOTSUPP when there is none of this name
   *     or it cannot be used here
   */
  static HostDevice open(Path path, String engine, boolean writes) throws IOException {
    OpenMode mode = (writes ? OpenMode.READ_WRITE : OpenMode.READ).withBufferedFallback(true);
    return choose(engine).open(path, mode);
  }

  private static Map<String, DeviceProvider> all() {
    Map<String, DeviceProvider> all = new TreeMap<>();
    var loader = ServiceLoader.load(DeviceProvider.class, HostImage.class.getClassLoader());
    for (var each = loader.stream().iterator(); each.hasNext(); ) {
      try {
        DeviceProvider provider = each.next().get();
        all.putIfAbsent(provider.name(), provider);
      } catch (ServiceConfigurationError e) {
        // one that cannot be loaded here does not keep the others from being used
        System.getLogger("io.penstock")
            .log(System.Logger.Level.DEBUG, "a device provider cannot be loaded", e);
      }
    }
    return all;
  }

  private static DeviceProvider choose(String engine) throws IOException {
    Map<String, DeviceProvider> all = all();
    if (engine.equals(AUTO)) {
      for (String each : ORDER) {
        DeviceProvider provider = all.get(each);
        if (provider != null && provider.isAvailable()) {
          return provider;
        }
      }
      for (DeviceProvider each : all.values()) {
        if (each.isAvailable()) {
          return each;
        }
      }
      throw new BlockIoException(
          Errno.ENODEV,
          "choose engine",
          engine,
          "none of " + all.keySet() + " is available; put penstock-file beside penstock-ext4");
    }
    DeviceProvider provider = all.get(engine);
    if (provider == null) {
      throw new BlockIoException(
          Errno.ENODEV,
          "choose engine",
          engine,
          "there is no such engine; use " + AUTO + " or one of " + all.keySet());
    }
    var cause = provider.unavailabilityCause();
    if (cause.isPresent()) {
      throw new BlockIoException(Errno.EOPNOTSUPP, "choose engine", engine, cause.get());
    }
    return provider;
  }
}
