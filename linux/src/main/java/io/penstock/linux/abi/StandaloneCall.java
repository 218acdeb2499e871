package io.penstock.linux.abi;

import java.lang.invoke.MethodHandle;

/**
 * A linked function that the JIT compiles by itself and never into its callers, for calls that must
 * make no garbage.
 *
 * <p>A downcall makes a slice of its capture, which disappears where the compiler sees all of the
 * call at once. It does not in a caller that has grown large by inlining, and how large one grows
 * differs from run to run: the same program then makes 40 bytes of garbage a call, or none. What is
 * not a constant is not inlined: so the handle is in a field that is not final. That costs a few
 * nanoseconds a call.
 */
final class StandaloneCall {
  /** To be invoked exactly, and never assigned again. */
  @SuppressWarnings("FieldMayBeFinal")
  MethodHandle handle;

  StandaloneCall(MethodHandle handle) {
    this.handle = handle;
  }
}
