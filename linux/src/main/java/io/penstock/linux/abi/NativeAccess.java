package io.penstock.linux.abi;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether this process may make the calls of this package. */
public final class NativeAccess {
  /** Tried once, by the first who asks: what was refused stays refused. */
  private static final class Trial {
    static final @Nullable String CAUSE = run();

    private static @Nullable String run() {
      try {
        Uname.current();
        return null;
      } catch (IllegalCallerException | LinkageError refused) {
        return "the JVM denies native access ("
            + rootOf(refused).getMessage()
            + "); run java with --enable-native-access="
            + moduleName();
      }
    }
  }

  private NativeAccess() {}

  /**
   * Why the calls cannot be made, and what to do about it; empty if they can. A JVM that was not
   * told to allow native access may allow it with a warning: that counts as allowed.
   */
  public static Optional<String> unavailabilityCause() {
    Optional<String> unsupported = Abi.unsupportedReason();
    return unsupported.isPresent() ? unsupported : Optional.ofNullable(Trial.CAUSE);
  }

  private static String moduleName() {
    Module module = NativeAccess.class.getModule();
    return module.isNamed() ? module.getName() : "ALL-UNNAMED";
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    for (Throwable cause = root.getCause(); cause != null; cause = root.getCause()) {
      root = cause;
    }
    return root;
  }
}
