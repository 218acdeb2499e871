package io.penstock.linux;

import io.penstock.linux.abi.Errno;
import io.penstock.linux.abi.IoVec;
import io.penstock.linux.abi.TransferFlags;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A file in memory whose calls answer like a kernel in trouble: what is scripted first, then like a
 * healthy one. Keeps account of the calls.
 */
final class StubbornCalls implements PositionalCalls {
  /** In a script: the call does its work. */
  static final long HEALTHY = Long.MIN_VALUE;

  final byte[] content;
  int size;
  int unknownFlags;
  final List<String> calls = new ArrayList<>();
  private final Deque<Long> script = new ArrayDeque<>();

  StubbornCalls(int size) {
    content = new byte[Math.max(size, 1 << 20)];
    this.size = size;
  }

  /** The answers of the next calls: {@code -errno}, or the most bytes that they move. */
  StubbornCalls answer(long... answers) {
    for (long answer : answers) {
      script.add(answer);
    }
    return this;
  }

  private long answer(String call, long position, long length, int flags) {
    calls.add(call + ' ' + position + '+' + length + (flags == 0 ? "" : " flags " + flags));
    if ((flags & unknownFlags) != 0) {
      return -Errno.EOPNOTSUPP;
    }
    Long scripted = script.poll();
    return scripted == null || scripted == HEALTHY ? length : Math.min(scripted, length);
  }

  @Override
  public long read(long address, long length, long position) {
    return move("read", segment(address, length), position, 0);
  }

  @Override
  public long read(MemorySegment memory, long position) {
    return move("read segment", memory, position, 0);
  }

  @Override
  public long read(IoVec memory, long position, int flags) {
    return moveVector("readv", memory, position, flags);
  }

  @Override
  public long write(long address, long length, long position) {
    return move("write", segment(address, length), position, 0);
  }

  @Override
  public long write(MemorySegment memory, long position) {
    return move("write segment", memory, position, 0);
  }

  @Override
  public long write(IoVec memory, long position, int flags) {
    return moveVector("writev", memory, position, flags);
  }

  @Override
  public long dataSync() {
    return Math.min(0, answer("sync", 0, 0, 0));
  }

  @Override
  public long size() {
    return size;
  }

  private long moveVector(String call, IoVec memory, long position, int flags) {
    MemorySegment entries = memory.pending();
    long length = memory.totalBytes();
    long most = answer(call, position, length, flags);
    long done = 0;
    for (int i = 0; i < memory.count() && most > done; i++) {
      long address = entries.get(ValueLayout.JAVA_LONG, 16L * i);
      long bytes = Math.min(most - done, entries.get(ValueLayout.JAVA_LONG, 16L * i + 8));
      long moved = copy(call.startsWith("write"), segment(address, bytes), position + done, bytes);
      done += moved;
      if (moved < bytes) {
        break;
      }
    }
    return most < 0 ? most : done;
  }

  private long move(String call, MemorySegment memory, long position, int flags) {
    long most = answer(call, position, memory.byteSize(), flags);
    return most < 0 ? most : copy(call.startsWith("write"), memory, position, most);
  }

  private long copy(boolean write, MemorySegment memory, long position, long most) {
    if (write) {
      MemorySegment.copy(memory, 0, MemorySegment.ofArray(content), position, most);
      size = (int) Math.max(size, position + most);
      return most;
    }
    long there = Math.max(0, Math.min(most, size - position));
    MemorySegment.copy(MemorySegment.ofArray(content), position, memory, 0, there);
    return there;
  }

  @SuppressWarnings("restricted")
  private static MemorySegment segment(long address, long length) {
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  static String flags(int flags) {
    return " flags " + flags;
  }

  static final String DURABLE = flags(TransferFlags.RWF_DSYNC);
  static final String NO_WAIT = flags(TransferFlags.RWF_NOWAIT);
}
