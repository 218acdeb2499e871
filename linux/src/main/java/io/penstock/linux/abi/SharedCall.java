package io.penstock.linux.abi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import java.util.Optional;

/**
 * A function of the C library that is called seldom: opening, asking, allocating, syncing. All of
 * them go through one linked shape, six registers in and one out, since linking is what such a call
 * costs: each further shape takes the JVM about 8 ms and classes of its own, twenty of them longer
 * than all else a short command does.
 *
 * <p>Why one shape fits all: on x86-64 and on aarch64 integers and pointers go in registers of 64
 * bits. A function reads as many registers as it has parameters, and of each the bits its type has;
 * the linker tells the number of vector registers, none, as a function with dots wants it.
 *
 * <p>Never fails to link: a function that the C library lacks is reached through syscall(2) where
 * its number is given, and otherwise fails with {@code ENOSYS}.
 */
final class SharedCall {
  private static final int REGISTERS = 6;

  /** Linked by the first call, not before: where that is refused, the call says so. */
  private static final class Shape {
    static final StandaloneCall CALL = new StandaloneCall(link());
  }

  private final MemorySegment function;
  private final boolean isIntResult;
  private final long number;

  private SharedCall(MemorySegment function, boolean isIntResult, long number) {
    this.function = function;
    this.isIntResult = isIntResult;
    this.number = number;
  }

  /** A function that returns an {@code int}. */
  static SharedCall returningInt(String name) {
    return new SharedCall(find(name).orElse(MemorySegment.NULL), true, 0);
  }

  /** A function that returns 64 bits. */
  static SharedCall returningLong(String name) {
    return new SharedCall(find(name).orElse(MemorySegment.NULL), false, 0);
  }

  /**
   * A function of at most five parameters that returns an {@code int}, or else, if the C library
   * lacks it, the system call of that number.
   */
  static SharedCall orSyscall(String name, long number) {
    return find(name)
        .map(function -> new SharedCall(function, true, 0))
        .orElseGet(() -> syscall(number));
  }

  /** The system call of a number, with at most five parameters. */
  static SharedCall syscall(long number) {
    return new SharedCall(find("syscall").orElse(MemorySegment.NULL), false, number);
  }

  /** The result, or {@code -errno} for -1. */
  long call(long first) {
    return call(first, 0, 0, 0, 0, 0);
  }

  /** The result, or {@code -errno} for -1. */
  long call(long first, long second) {
    return call(first, second, 0, 0, 0, 0);
  }

  /** The result, or {@code -errno} for -1. */
  long call(long first, long second, long third) {
    return call(first, second, third, 0, 0, 0);
  }

  /** The result, or {@code -errno} for -1. */
  long call(long first, long second, long third, long fourth) {
    return call(first, second, third, fourth, 0, 0);
  }

  /** The result, or {@code -errno} for -1. */
  long call(long first, long second, long third, long fourth, long fifth) {
    return call(first, second, third, fourth, fifth, 0);
  }

  /**
   * The result, or {@code -errno} for -1.
   *
   * <p>Memory is passed as {@linkplain #address an address}: nothing but the caller holds it.
   */
  long call(long first, long second, long third, long fourth, long fifth, long sixth) {
    assert number == 0 || sixth == 0 : "the number of a system call takes one register";
    ErrnoCapture capture = ErrnoCapturePool.claim();
    try {
      long returned =
          number == 0
              ? invoke(capture, first, second, third, fourth, fifth, sixth)
              : invoke(capture, number, first, second, third, fourth, fifth);
      return capture.result(isIntResult ? (int) returned : returned);
    } catch (Throwable thrown) {
      throw NativeCall.refused(thrown);
    } finally {
      capture.release();
    }
  }

  private long invoke(ErrnoCapture capture, long a, long b, long c, long d, long e, long f)
      throws Throwable {
    Abi.requireSupported();
    if (function.address() == 0) {
      return -Errno.ENOSYS;
    }
    return (long) Shape.CALL.handle.invokeExact(function, capture.segment(), a, b, c, d, e, f);
  }

  /**
   * The address of native memory, to be passed; the caller keeps its arena open until the call has
   * returned.
   *
   * @throws IllegalArgumentException for memory on the heap, which has none
   */
  static long address(MemorySegment memory) {
    if (!memory.isNative()) {
      throw new IllegalArgumentException("memory on the heap has no address: " + memory);
    }
    return memory.address();
  }

  private static MethodHandle link() {
    MemoryLayout[] parameters = new MemoryLayout[REGISTERS];
    Arrays.fill(parameters, ValueLayout.JAVA_LONG);
    return Downcalls.link(FunctionDescriptor.of(ValueLayout.JAVA_LONG, parameters));
  }

  private static Optional<MemorySegment> find(String name) {
    return Abi.isSupported() ? Linker.nativeLinker().defaultLookup().find(name) : Optional.empty();
  }
}
