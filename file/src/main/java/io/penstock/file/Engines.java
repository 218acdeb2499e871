package io.penstock.file;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.event.Incidents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The ways to do direct I/O that are there, and the choice between them. A way is found with {@link
 * ServiceLoader} by this class's own loader; none is loaded before it is asked for. Thread-safe.
 */
public final class Engines {
  /**
   * Chooses the first that is available of {@code uring}, {@code pread} and {@code portable}; where
   * only one operation is to be in flight, {@code pread} before {@code uring}.
   */
  public static final String AUTO = "auto";

  private static final String URING = "uring";
  private static final String PREAD = "pread";

  private static final List<String> RING_FIRST = List.of(URING, PREAD, PortableProvider.NAME);
  private static final List<String> THREADS_FIRST = List.of(PREAD, URING, PortableProvider.NAME);

  /** What the choice is for. */
  private enum Use {
    MANY("many operations"),
    ONE("one operation"),
    LARGE("large transfers");

    private final String words;

    Use(String words) {
      this.words = words;
    }

    List<String> order() {
      return this == MANY ? RING_FIRST : THREADS_FIRST;
    }
  }

  /**
   * What was chosen.
   *
   * @param provider the way to open files
   * @param reason why this one, for people
   */
  public record Choice(DeviceProvider provider, String reason) {}

  /** All providers, once all that there are were found and loaded. */
  private static volatile @Nullable List<DeviceProvider> found;

  private Engines() {}

  /**
   * Opens a regular file or block device of the host.
   *
   * @param engine {@link #AUTO} or the name of a provider
   * @throws BlockIoException as {@link DeviceProvider#open} and {@link #choose}
   */
  public static HostDevice open(Path path, String engine, OpenMode mode) throws IOException {
    return choose(engine, mode.depth()).provider().open(path, mode);
  }

  /**
   * Chooses a way by name, or the best one there is.
   *
   * @param engine {@link #AUTO} or the name of a provider
   * @throws BlockIoException ENODEV when there is none of this name, EOPNOTSUPP when it cannot be
   *     used on this machine; both with a remedy
   */
  public static Choice choose(String engine) throws IOException {
    return choose(engine, OpenMode.DEFAULT_DEPTH);
  }

  /**
   * Chooses a way by name, or the best one there is for so many operations in flight; as {@link
   * #choose(String)}.
   */
  public static Choice choose(String engine, int depth) throws IOException {
    return choose(engine, depth, allOrFailure(engine));
  }

  /**
   * Chooses a way by name, or the best one there is for transfers of about a mebibyte and more:
   * threads hold the pages of their memory side by side while they submit, where a ring's one
   * submitter does it for all, and what a ring saves per operation is little then. As {@link
   * #choose(String)}.
   */
  public static Choice chooseForLarge(String engine) throws IOException {
    return choose(engine, Use.LARGE, allOrFailure(engine));
  }

  /** Chooses among these. */
  static Choice choose(String engine, int depth, List<DeviceProvider> all) throws IOException {
    return choose(engine, depth == 1 ? Use.ONE : Use.MANY, all);
  }

  private static Choice choose(String engine, Use use, List<DeviceProvider> all)
      throws IOException {
    return engine.equals(AUTO) ? best(use, all) : byName(engine, all);
  }

  /**
   * All providers there are, those that are not available included. They are looked for once: that
   * opens files, and a file may have to be opened when there is no descriptor to spare.
   *
   * @throws ServiceConfigurationError when they cannot be looked for now
   */
  public static List<DeviceProvider> all() {
    List<DeviceProvider> known = found;
    return known == null ? look() : known;
  }

  private static List<DeviceProvider> look() {
    List<DeviceProvider> all = new ArrayList<>();
    boolean complete = true;
    var loader = ServiceLoader.load(DeviceProvider.class, Engines.class.getClassLoader());
    for (var each = loader.stream().iterator(); each.hasNext(); ) {
      try {
        all.add(each.next().get());
      } catch (ServiceConfigurationError e) {
        // One that cannot be loaded here does not keep the others from being used.
        complete = false;
        System.getLogger("io.penstock")
            .log(System.Logger.Level.DEBUG, "a device provider cannot be loaded", e);
      }
    }
    List<DeviceProvider> result = List.copyOf(all);
    if (complete) {
      found = result;
    }
    return result;
  }

  /** {@link #all}, where what keeps them from being found is an error of I/O. */
  private static List<DeviceProvider> allOrFailure(String engine) throws IOException {
    try {
      return all();
    } catch (ServiceConfigurationError failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      throw JdkErrors.at(
          "choose engine", engine, BlockIoException.NONE, BlockIoException.NONE, cause);
    }
  }

  private static Choice best(Use use, List<DeviceProvider> all) throws IOException {
    StringBuilder passedOver = new StringBuilder();
    for (String name : use.order()) {
      DeviceProvider provider = named(all, name);
      Optional<String> cause =
          provider == null ? Optional.of("not installed") : provider.unavailabilityCause();
      if (provider != null && cause.isEmpty()) {
        if (passedOver.isEmpty()) {
          return new Choice(provider, "the first choice for " + use.words);
        }
        Incidents.fallback(AUTO, name, passedOver.toString());
        return new Choice(provider, passedOver.toString());
      }
      passedOver
          .append(passedOver.isEmpty() ? "" : "; ")
          .append(name)
          .append(" is not available: ")
          .append(cause.orElse(""));
    }
    throw new BlockIoException(Errno.EOPNOTSUPP, "choose engine", AUTO, passedOver.toString());
  }

  private static Choice byName(String engine, List<DeviceProvider> all) throws IOException {
    DeviceProvider provider = named(all, engine);
    if (provider == null) {
      List<String> names = all.stream().map(DeviceProvider::name).sorted().toList();
      throw new BlockIoException(
          Errno.ENODEV,
          "choose engine",
          engine,
          "there is no such engine; use " + AUTO + " or one of " + String.join(", ", names));
    }
    Optional<String> cause = provider.unavailabilityCause();
    if (cause.isPresent()) {
      throw new BlockIoException(Errno.EOPNOTSUPP, "choose engine", engine, cause.get());
    }
    return new Choice(provider, "asked for");
  }

  private static @Nullable DeviceProvider named(List<DeviceProvider> all, String name) {
    for (DeviceProvider each : all) {
      if (each.name().equals(name)) {
        return each;
      }
    }
    return null;
  }
}
