package io.penstock.linux;

import io.penstock.linux.abi.FileCalls;
import io.penstock.linux.abi.IoVec;
import io.penstock.linux.abi.TransferCalls;
import java.lang.foreign.MemorySegment;

/** The calls of the kernel on a descriptor. */
record DescriptorCalls(int fd) implements PositionalCalls {
  @Override
  public long read(long address, long length, long position) {
    return TransferCalls.pread(fd, address, length, position);
  }

  @Override
  public long read(MemorySegment memory, long position) {
    return TransferCalls.pread(fd, memory, position);
  }

  @Override
  public long read(IoVec memory, long position, int flags) {
    return TransferCalls.preadv2(fd, memory, position, flags);
  }

  @Override
  public long write(long address, long length, long position) {
    return TransferCalls.pwrite(fd, address, length, position);
  }

  @Override
  public long write(MemorySegment memory, long position) {
    return TransferCalls.pwrite(fd, memory, position);
  }

  @Override
  public long write(IoVec memory, long position, int flags) {
    return TransferCalls.pwritev2(fd, memory, position, flags);
  }

  @Override
  public long dataSync() {
    return FileCalls.fdatasync(fd);
  }

  /** The descriptor's own position moves; no transfer uses it. */
  @Override
  public long size() {
    return FileCalls.lseek(fd, 0, FileCalls.SEEK_END);
  }
}
