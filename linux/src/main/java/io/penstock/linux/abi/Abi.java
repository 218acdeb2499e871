package io.penstock.linux.abi;

import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What differs between the architectures that Linux runs on: the one table of it, and the choice of
 * the row for this machine.
 *
 * <p>Sources: {@code asm-generic/fcntl.h}, {@code arch/arm64/include/uapi/asm/fcntl.h}, {@code
 * asm/unistd_64.h} (x86-64) and {@code asm-generic/unistd.h} (aarch64) of the kernel's user
 * headers. Error numbers, {@code ioctl} codes and every structure in this package are the same on
 * both.
 *
 * @param architecture name of the row
 * @param openDirect {@code O_DIRECT}
 * @param openDirectory {@code O_DIRECTORY}
 * @param openNoFollow {@code O_NOFOLLOW}
 * @param callStatx number of statx(2) for syscall(2)
 * @param callPreadv2 number of preadv2(2)
 * @param callPwritev2 number of pwritev2(2)
 * @param callRenameat2 number of renameat2(2)
 */
public record Abi(
    String architecture,
    int openDirect,
    int openDirectory,
    int openNoFollow,
    long callStatx,
    long callPreadv2,
    long callPwritev2,
    long callRenameat2) {

  public static final Abi X86_64 = new Abi("x86-64", 0x4000, 0x10000, 0x20000, 332, 327, 328, 316);
  public static final Abi AARCH64 = new Abi("aarch64", 0x10000, 0x4000, 0x8000, 291, 286, 287, 276);

  /** Stands in where nothing is supported, so that classes with constants from the table load. */
  private static final Abi NONE = new Abi("none", 0, 0, 0, 0, 0, 0, 0);

  /** io_uring_setup(2): numbers from 403 on are the same on every architecture. */
  public static final long CALL_IO_URING_SETUP = 425;

  /** io_uring_enter(2). */
  public static final long CALL_IO_URING_ENTER = 426;

  /** io_uring_register(2). */
  public static final long CALL_IO_URING_REGISTER = 427;

  /** cachestat(2), Linux 6.5. */
  public static final long CALL_CACHESTAT = 451;

  private static final @Nullable String UNSUPPORTED_REASON =
      whyUnsupported(System.getProperty("os.name"), System.getProperty("os.arch"));

  /** The row of this machine, or one of zeros where there is no support. */
  public static final Abi NATIVE =
      UNSUPPORTED_REASON == null ? rowOf(System.getProperty("os.arch")) : NONE;

  /** Whether the calls of this package work here: 64-bit little-endian Linux of a known row. */
  public static boolean isSupported() {
    return UNSUPPORTED_REASON == null;
  }

  /** Why they do not work here; empty where they do. */
  public static Optional<String> unsupportedReason() {
    return Optional.ofNullable(UNSUPPORTED_REASON);
  }

  /**
   * Refuses to go on where there is no support.
   *
   * @throws UnsupportedOperationException with the reason
   */
  public static void requireSupported() {
    if (UNSUPPORTED_REASON != null) {
      throw new UnsupportedOperationException(UNSUPPORTED_REASON);
    }
  }

  /** The reason against an operating system and architecture, or null if they are supported. */
  public static @Nullable String whyUnsupported(String system, String architecture) {
    if (!system.equals("Linux")) {
      return "Linux system calls are not available on " + system + "; use the portable device";
    }
    if (rowOf(architecture).equals(NONE)) {
      return "Linux on "
          + architecture
          + " is not supported, only amd64 and aarch64 are; use the portable device";
    }
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      return "Linux on big-endian " + architecture + " is not supported; use the portable device";
    }
    return null;
  }

  private static Abi rowOf(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> X86_64;
      case "aarch64", "arm64" -> AARCH64;
      default -> NONE;
    };
  }
}
