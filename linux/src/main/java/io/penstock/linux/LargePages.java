package io.penstock.linux;

import io.penstock.linux.abi.MemoryCalls;
import io.penstock.linux.abi.NativeAccess;
import java.lang.foreign.MemorySegment;

/**
 * Memory on large pages. For every direct transfer the kernel takes hold of the memory page by
 * page, and lets go of it page by page: of 1 MiB 256 times, or once if it is on a large page. That
 * is most of the processor time such a transfer costs.
 */
public final class LargePages {
  /** Bytes of a large page where pages have 4 KiB; memory that begins at a multiple fits best. */
  public static final int BYTES = 2 << 20;

  private LargePages() {}

  /**
   * Moves memory to large pages where there is a way and room, and keeps its contents. Takes about
   * 2 ms for 1 MiB at worst. Any thread, but nothing may be in flight on the memory.
   *
   * @param memory native, not of a file, at a multiple of {@link #BYTES}; less than that is left
   * @return whether it is on large pages now; if not it can be used as before
   */
  public static boolean use(MemorySegment memory) {
    return memory.isNative()
        && memory.byteSize() >= BYTES
        && memory.address() % BYTES == 0
        && NativeAccess.unavailabilityCause().isEmpty()
        && MemoryCalls.collapse(memory) == 0;
  }
}
