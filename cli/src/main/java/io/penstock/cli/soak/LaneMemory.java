package io.penstock.cli.soak;

import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Memory of any kind and address. */
final class LaneMemory {
  private LaneMemory() {}

  /** So many bytes. */
  static MemorySegment of(Dice dice, int bytes) {
    int skew = dice.oneIn(2) ? 0 : dice.between(1, 600);
    if (dice.oneIn(4)) {
      return MemorySegment.ofArray(new byte[bytes + skew]).asSlice(skew, bytes);
    }
    return Arena.ofAuto().allocate(bytes + 600L, 4096).asSlice(skew, bytes);
  }

  /** What writer {@code id} writes from {@code position} on. */
  static MemorySegment of(Dice dice, int bytes, int id, long position) {
    MemorySegment memory = of(dice, bytes);
    Pattern.fill(memory, 0, bytes, id, position);
    return memory;
  }

  static byte[] bytes(MemorySegment memory, long count) {
    return memory.asSlice(0, Math.max(0, count)).toArray(ValueLayout.JAVA_BYTE);
  }
}
