package io.penstock.linux.abi;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The place where native functions are linked. It remembers their shapes: a native image has to be
 * told all of them when it is built, and what it is told is made from what is remembered here.
 */
final class Downcalls {
  /** Value of {@link Shape#firstVariadic} for a fixed list of parameters. */
  static final int NOT_VARIADIC = -1;

  private static final Set<Shape> LINKED = ConcurrentHashMap.newKeySet();

  /**
   * What has to be known of a function to call it. All calls capture {@code errno}.
   *
   * @param firstVariadic number of parameters before the dots, or {@link #NOT_VARIADIC}
   */
  record Shape(FunctionDescriptor function, int firstVariadic) {}

  private Downcalls() {}

  /** Links a function at an address. */
  static MethodHandle link(MemorySegment symbol, FunctionDescriptor function, int firstVariadic) {
    return linkAndRemember(function, firstVariadic, symbol);
  }

  /** Links a shape, for functions whose addresses are given when they are called. */
  static MethodHandle link(FunctionDescriptor function) {
    return linkAndRemember(function, NOT_VARIADIC, null);
  }

  @SuppressWarnings("restricted") // the one place that links
  private static MethodHandle linkAndRemember(
      FunctionDescriptor function, int firstVariadic, @Nullable MemorySegment symbol) {
    LINKED.add(new Shape(function, firstVariadic));
    Linker linker = Linker.nativeLinker();
    Linker.Option capture = Linker.Option.captureCallState("errno");
    Linker.Option[] options =
        firstVariadic == NOT_VARIADIC
            ? new Linker.Option[] {capture}
            : new Linker.Option[] {capture, Linker.Option.firstVariadicArg(firstVariadic)};
    return symbol == null
        ? linker.downcallHandle(function, options)
        : linker.downcallHandle(symbol, function, options);
  }

  /** The shapes linked so far. */
  static Set<Shape> linked() {
    return Set.copyOf(LINKED);
  }
}
