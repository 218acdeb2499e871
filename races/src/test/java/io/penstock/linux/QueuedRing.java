package io.penstock.linux;

import io.penstock.linux.abi.RingMemory;
import io.penstock.linux.abi.SharedQueues;
import java.lang.reflect.Constructor;

/** A ring over {@link SharedQueues}, with a thread of the kernel that takes its entries. */
final class QueuedRing {
  private static final int DEPTH = 4;

  private QueuedRing() {}

  static Ring over(SharedQueues queues) {
    try {
      Constructor<Ring> constructor =
          Ring.class.getDeclaredConstructor(RingMemory.class, RingGate.class, int.class);
      constructor.setAccessible(true);
      RingGate nobody = (capture, ring, submit, complete, flags, argument, bytes) -> submit;
      return constructor.newInstance(queues.memory(), nobody, DEPTH);
    } catch (ReflectiveOperationException refused) {
      throw new IllegalStateException("no ring over queues in a file", refused);
    }
  }
}
