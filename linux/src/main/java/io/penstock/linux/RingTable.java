package io.penstock.linux;

import io.penstock.linux.abi.RingCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * What a ring knows in advance, so that it need not look it up for every operation: descriptors, or
 * memory whose pages stay where they are. A table of so many places, all empty at first. For the
 * ring's own thread.
 *
 * <p>Structures of {@code linux/io_uring.h}:
 *
 * <pre>
 * io_uring_rsrc_register   0 nr, 4 flags (1: sparse), 8 resv2, 16 data, 24 tags
 * io_uring_files_update    0 offset, 4 resv, 8 fds
 * io_uring_rsrc_update2    0 offset, 4 resv, 8 data, 16 tags, 24 nr, 28 resv2
 * iovec                    0 iov_base, 8 iov_len
 * </pre>
 */
final class RingTable {
  private static final int STRUCT_BYTES = 32;
  private static final int SPARSE = 1;
  private static final int NO_FILE = -1;

  private final int ring;
  private final MemorySegment struct;
  private final MemorySegment element;
  private final int places;
  private final boolean[] taken;

  private RingTable(int ring, Arena arena, int opcode, int places) {
    this.ring = ring;
    struct = arena.allocate(STRUCT_BYTES, Long.BYTES);
    element = arena.allocate(2 * Long.BYTES, Long.BYTES);
    struct.set(ValueLayout.JAVA_INT, 0, places);
    struct.set(ValueLayout.JAVA_INT, 4, SPARSE);
    boolean made = RingCalls.register(ring, opcode, struct, STRUCT_BYTES) >= 0;
    this.places = made ? places : 0;
    taken = new boolean[this.places];
  }

  /** A table of descriptors; of no places where the kernel has none or the limits forbid it. */
  static RingTable ofFiles(int ring, Arena arena, int places) {
    return new RingTable(ring, arena, RingCalls.REGISTER_FILES2, places);
  }

  /** A table of memory; of no places where the kernel has none or the limits forbid it. */
  static RingTable ofMemory(int ring, Arena arena, int places) {
    return new RingTable(ring, arena, RingCalls.REGISTER_BUFFERS2, places);
  }

  int places() {
    return places;
  }

  /** A free place, or -1. */
  private int freePlace() {
    for (int i = 0; i < places; i++) {
      if (!taken[i]) {
        return i;
      }
    }
    return -1;
  }

  /** Puts a descriptor in; its place, or -1 when it cannot be. */
  int addFile(int fd) {
    int place = freePlace();
    if (place >= 0 && updateFile(place, fd) >= 0) {
      taken[place] = true;
      return place;
    }
    return -1;
  }

  void removeFile(int place) {
    updateFile(place, NO_FILE);
    taken[place] = false;
  }

  private long updateFile(int place, int fd) {
    element.set(ValueLayout.JAVA_INT, 0, fd);
    struct.set(ValueLayout.JAVA_INT, 0, place);
    struct.set(ValueLayout.JAVA_INT, 4, 0);
    struct.set(ValueLayout.JAVA_LONG, 8, element.address());
    return RingCalls.register(ring, RingCalls.REGISTER_FILES_UPDATE, struct, 1);
  }

  /**
   * Puts memory in, whose pages the kernel then keeps.
   *
   * @return its place, -1 when the table is full, or {@code -errno} less 1 when the kernel refuses:
   *     ENOMEM is the limit of locked memory
   */
  long addMemory(long address, long bytes) {
    int place = freePlace();
    if (place < 0) {
      return -1;
    }
    long result = updateMemory(place, address, bytes);
    if (result < 0) {
      return result - 1;
    }
    taken[place] = true;
    return place;
  }

  void removeMemory(int place) {
    updateMemory(place, 0, 0);
    taken[place] = false;
  }

  private long updateMemory(int place, long address, long bytes) {
    element.set(ValueLayout.JAVA_LONG, 0, address);
    element.set(ValueLayout.JAVA_LONG, 8, bytes);
    struct.set(ValueLayout.JAVA_INT, 0, place);
    struct.set(ValueLayout.JAVA_INT, 4, 0);
    struct.set(ValueLayout.JAVA_LONG, 8, element.address());
    struct.set(ValueLayout.JAVA_LONG, 16, 0L);
    struct.set(ValueLayout.JAVA_INT, 24, 1);
    struct.set(ValueLayout.JAVA_INT, 28, 0);
    return RingCalls.register(ring, RingCalls.REGISTER_BUFFERS_UPDATE, struct, STRUCT_BYTES);
  }
}
