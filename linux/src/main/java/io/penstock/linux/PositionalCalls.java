package io.penstock.linux;

import io.penstock.linux.abi.IoVec;
import java.lang.foreign.MemorySegment;

/**
 * The calls on one open file that a bio is made of. Results are those of the kernel: bytes, or
 * {@code -errno}. Positions and lengths are bytes.
 *
 * <p>Memory is a segment, whose arena the call holds open, or an address or a vector of addresses,
 * which hold nothing (MEM-4). A call with flags takes a vector.
 */
interface PositionalCalls {
  long read(long address, long length, long position);

  long read(MemorySegment memory, long position);

  long read(IoVec memory, long position, int flags);

  long write(long address, long length, long position);

  long write(MemorySegment memory, long position);

  long write(IoVec memory, long position, int flags);

  /** Makes what was written durable. */
  long dataSync();

  /** Where the file or device ends. */
  long size();
}
