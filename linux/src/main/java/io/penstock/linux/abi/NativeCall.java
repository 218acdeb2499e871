package io.penstock.linux.abi;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Links functions of the C library, for calls that are made often, to method handles: {@code
 * (MemorySegment capture, arguments…)long}, returning -1 with the error number left in the capture.
 *
 * <p>Linking never fails. A function that the C library lacks is reached through syscall(2) where
 * its number is given, and otherwise fails with {@code ENOSYS}; on an unsupported system the handle
 * throws {@link UnsupportedOperationException}.
 */
final class NativeCall {
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  /** {@code long}, {@code size_t}, {@code off_t}, and a pointer passed as a number. */
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /** A pointer passed as a segment: the downcall holds the segment's arena open, refuses heap. */
  static final AddressLayout POINTER = ValueLayout.ADDRESS;

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private NativeCall() {}

  /** A function with a fixed list of parameters. */
  static MethodHandle of(String name, MemoryLayout result, MemoryLayout... parameters) {
    return link(name, Downcalls.NOT_VARIADIC, FunctionDescriptor.of(result, parameters))
        .orElseGet(() -> failing("noSuchCall", parameters));
  }

  /** A variadic function; {@code fixed} is the number of parameters before the dots. */
  static MethodHandle variadic(
      String name, int fixed, MemoryLayout result, MemoryLayout... parameters) {
    return link(name, fixed, FunctionDescriptor.of(result, parameters))
        .orElseGet(() -> failing("noSuchCall", parameters));
  }

  /** The system call of a number, for which the C library has no function or may have none. */
  static MethodHandle syscall(long number, MemoryLayout... parameters) {
    MemoryLayout[] withNumber = new MemoryLayout[parameters.length + 1];
    withNumber[0] = LONG;
    System.arraycopy(parameters, 0, withNumber, 1, parameters.length);
    MethodHandle call = variadic("syscall", 1, LONG, withNumber);
    return MethodHandles.insertArguments(call, 1, number);
  }

  /** A function that not every C library has: it, or else what the supplier links. */
  static MethodHandle orElse(
      String name, Supplier<MethodHandle> other, MemoryLayout result, MemoryLayout... parameters) {
    return link(name, Downcalls.NOT_VARIADIC, FunctionDescriptor.of(result, parameters))
        .orElseGet(other);
  }

  /**
   * What a downcall threw, to be thrown on: an argument it refuses (heap memory, a closed arena,
   * another thread's memory). It throws nothing checked.
   */
  static RuntimeException refused(Throwable thrown) {
    return switch (thrown) {
      case RuntimeException exception -> exception;
      case Error error -> throw error;
      case Throwable checked -> throw new AssertionError("no downcall throws this", checked);
    };
  }

  private static Optional<MethodHandle> link(
      String name, int fixed, FunctionDescriptor descriptor) {
    if (!Abi.isSupported()) {
      return Optional.of(
          failing("unsupported", descriptor.argumentLayouts().toArray(MemoryLayout[]::new)));
    }
    return Linker.nativeLinker()
        .defaultLookup()
        .find(name)
        .map(symbol -> returningLong(Downcalls.link(symbol, descriptor, fixed)));
  }

  private static MethodHandle returningLong(MethodHandle handle) {
    return handle.asType(handle.type().changeReturnType(long.class));
  }

  private static MethodHandle failing(String how, MemoryLayout... parameters) {
    try {
      MethodType type = MethodType.methodType(long.class, MemorySegment.class);
      MethodHandle handle = LOOKUP.findStatic(NativeCall.class, how, type);
      Class<?>[] carriers =
          Arrays.stream(parameters).map(NativeCall::carrier).toArray(Class<?>[]::new);
      return MethodHandles.dropArguments(handle, 1, carriers);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a method of this class is missing", e);
    }
  }

  private static Class<?> carrier(MemoryLayout layout) {
    return ((ValueLayout) layout).carrier();
  }

  @SuppressWarnings("unused") // by name, in failing
  private static long noSuchCall(MemorySegment capture) {
    ErrnoCapture.fail(capture, Errno.ENOSYS);
    return -1;
  }

  @SuppressWarnings("unused") // by name, in failing
  private static long unsupported(MemorySegment capture) {
    Abi.requireSupported();
    throw new AssertionError("linked as unsupported on a supported system");
  }
}
