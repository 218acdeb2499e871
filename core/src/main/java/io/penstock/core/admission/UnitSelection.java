package io.penstock.core.admission;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import java.io.IOException;

/**
 * The unit {@code U} a request is walked in (ADM-3): the file block {@code F} when position and
 * every segment length are multiples of it, else the device's logical block {@code L} when they are
 * multiples of that. F=4096, L=512: position 8192 with segments of 4096 bytes has U=4096, position
 * 1536 has U=512, position 1000 is refused.
 */
final class UnitSelection {
  private UnitSelection() {}

  /** The unit in bytes, a power of two. */
  static int select(BlockFile file, String operation, long position, IoVector memory)
      throws IOException {
    int block = file.blockSize();
    if (isMultiple(position, memory, block)) {
      return block;
    }
    int logicalBlock = file.limits().logicalBlock();
    if (isMultiple(position, memory, logicalBlock)) {
      return logicalBlock;
    }
    throw refusal(file, operation, position, memory, logicalBlock);
  }

  private static boolean isMultiple(long position, IoVector memory, int unit) {
    return (position & (unit - 1)) == 0 && memory.isMultipleOf(unit);
  }

  private static BlockIoException refusal(
      BlockFile file, String operation, long position, IoVector memory, int unit) {
    String detail = "position " + position + " is not a multiple of " + unit;
    if (position % unit == 0) {
      int index = 0;
      while (memory.length(index) % unit == 0) {
        index++;
      }
      detail =
          "length "
              + memory.length(index)
              + " of segment "
              + index
              + " is not a multiple of "
              + unit;
    }
    return new BlockIoException(
        Errno.EINVAL,
        operation,
        file.name(),
        position,
        memory.total(),
        detail + " bytes, the logical block of " + file.device().name());
  }
}
