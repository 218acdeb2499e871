package io.penstock.linux.abi;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * Whether this process may have an io_uring, found by making one of one entry: io_uring_setup(2).
 * The kernel's version says little: containers and system settings forbid what the kernel has.
 */
public final class IoUringProbe {
  private static final Path DISABLED = Path.of("/proc/sys/kernel/io_uring_disabled");

  /**
   * {@code struct io_uring_params}, 120 bytes; {@code features} at 20; {@code linux/io_uring.h}.
   */
  private static final long PARAMS_BYTES = 120;

  private static final long PARAMS_FEATURES = 20;

  /**
   * What the probe found.
   *
   * @param errno 0 if a ring could be made
   * @param features {@code IORING_FEAT_…} bits of the ring
   * @param reason why none could be made; empty if one could
   * @param remedy what to do about it; empty if one could
   */
  public record Result(int errno, int features, String reason, String remedy) {
    /** Whether a ring could be made. */
    public boolean isAvailable() {
      return errno == 0;
    }

    /** Reason and remedy in one text, for {@code unavailabilityCause()}. */
    public String cause() {
      return isAvailable() ? "" : reason + "; " + remedy;
    }
  }

  private IoUringProbe() {}

  /**
   * Makes a ring and closes it.
   *
   * @throws UnsupportedOperationException where {@link Abi} is not supported
   */
  public static Result probe() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment params = arena.allocate(PARAMS_BYTES, Long.BYTES);
      long ring = RingCalls.setup(1, params);
      if (ring >= 0) {
        FileCalls.close((int) ring);
        return new Result(0, params.get(ValueLayout.JAVA_INT, PARAMS_FEATURES), "", "");
      }
      return explain((int) -ring);
    }
  }

  /** Says why a ring could not be made, from what the system shows at this moment. */
  public static Result explain(int errno) {
    return explain(errno, disabledSetting(), Uname.current().release(), memoryLimit());
  }

  /**
   * Says why, from what the system shows.
   *
   * @param disabled value of the setting {@code kernel.io_uring_disabled}, if the kernel has it
   * @param memoryLimitBytes soft {@code RLIMIT_MEMLOCK}
   */
  public static Result explain(
      int errno, OptionalInt disabled, String release, long memoryLimitBytes) {
    return switch (errno) {
      case Errno.EPERM -> forbidden(disabled);
      case Errno.ENOSYS ->
          failed(
              errno,
              "kernel " + release + " has no io_uring, or a sandbox hides it",
              "run on Linux 5.6 or later built with CONFIG_IO_URING, outside such a sandbox");
      case Errno.ENOMEM ->
          failed(
              errno,
              "no memory may be locked for a ring (limit " + memoryLimitBytes + " bytes)",
              "raise the limit: ulimit -l, LimitMEMLOCK= of the systemd unit, or"
                  + " --ulimit memlock=-1 of the container");
      case Errno.EMFILE ->
          failed(
              errno,
              "the process has all the descriptors it may have",
              "raise the limit: ulimit -n, or LimitNOFILE= of the systemd unit");
      default ->
          failed(
              errno,
              "io_uring_setup failed: " + Errno.describe(errno),
              "the other devices need no ring");
    };
  }

  private static Result forbidden(OptionalInt disabled) {
    return switch (disabled.orElse(0)) {
      case 1 ->
          failed(
              Errno.EPERM,
              "the setting kernel.io_uring_disabled=1 forbids io_uring to this user",
              "sysctl -w kernel.io_uring_disabled=0, or add the user's group as"
                  + " kernel.io_uring_group, or run with CAP_SYS_ADMIN");
      case 2 ->
          failed(
              Errno.EPERM,
              "the setting kernel.io_uring_disabled=2 forbids io_uring to everyone",
              "sysctl -w kernel.io_uring_disabled=0");
      default ->
          failed(
              Errno.EPERM,
              "a seccomp filter forbids io_uring, as container runtimes do by default",
              "run with a seccomp profile that allows io_uring_setup, io_uring_enter and"
                  + " io_uring_register (docker run --security-opt seccomp=profile.json)");
    };
  }

  private static Result failed(int errno, String reason, String remedy) {
    return new Result(errno, 0, reason, remedy);
  }

  private static OptionalInt disabledSetting() {
    try {
      return OptionalInt.of(Integer.parseInt(Files.readString(DISABLED).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalInt.empty(); // Linux before 6.6, or /proc is hidden
    }
  }

  private static long memoryLimit() {
    return MemoryCalls.limit(MemoryCalls.RLIMIT_MEMLOCK).soft();
  }
}
