package io.penstock.linux;

import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.TransferCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * Tries what a file accepts: direct reads of falling sizes, then to addresses of falling alignment,
 * until one is refused with {@code EINVAL}. It opens the file anew for that and changes nothing.
 *
 * <p>It reads where there is data: a hole or the end of a file is answered without any check.
 *
 * <p>Worked: data at 0, logical block 512. Reads of 65536, 32768 … 512 at 0 pass, 256 is refused:
 * 512. Reads of 65536 to an address that is an odd multiple of 32768 … 4 pass, of 2 is refused: 4.
 */
final class AlignmentProbe {
  /** What a file accepts that looks at no alignment at all. */
  static final int ANY = 1;

  private static final int LARGEST = 65536;

  /**
   * What was found.
   *
   * @param memory bytes; 0 if direct I/O was refused
   * @param read bytes; 0 if direct I/O was refused
   */
  record Found(int memory, int read) {
    boolean refused() {
      return read == 0;
    }
  }

  private AlignmentProbe() {}

  /** Probes an open regular file; empty if nothing can be learnt from it, as it has no data. */
  static Optional<Found> probe(int fd) {
    long direct = NameCalls.reopen(fd, OpenFlags.O_RDONLY | OpenFlags.O_DIRECT);
    if (direct < 0) {
      return direct == -Errno.EINVAL ? Optional.of(new Found(0, 0)) : Optional.empty();
    }
    try (Arena arena = Arena.ofConfined()) {
      return probe((int) direct, arena.allocate(2L * LARGEST, LARGEST));
    } finally {
      FileCalls.close((int) direct);
    }
  }

  private static Optional<Found> probe(int direct, MemorySegment memory) {
    long data = FileCalls.lseek(direct, 0, FileCalls.SEEK_DATA);
    if (data < 0) {
      return Optional.empty();
    }
    int largest = data == 0 ? LARGEST : (int) Math.min(LARGEST, Long.lowestOneBit(data));
    int read = smallestLength(direct, memory, data, largest);
    return read == 0
        ? Optional.empty()
        : Optional.of(new Found(smallestAddress(direct, memory, data, largest), read));
  }

  private static int smallestLength(int direct, MemorySegment memory, long data, int largest) {
    int accepted = 0;
    for (int length = largest; length >= 1; length /= 2) {
      if (!accepts(direct, memory.asSlice(0, length), data)) {
        break;
      }
      accepted = length;
    }
    return accepted;
  }

  private static int smallestAddress(int direct, MemorySegment memory, long data, int length) {
    int accepted = LARGEST;
    for (int alignment = LARGEST / 2; alignment >= 1; alignment /= 2) {
      if (!accepts(direct, memory.asSlice(alignment, length), data)) {
        break;
      }
      accepted = alignment;
    }
    return accepted;
  }

  private static boolean accepts(int direct, MemorySegment memory, long position) {
    return TransferCalls.pread(direct, memory, position) > 0;
  }
}
