package io.penstock.core.admission;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.ClosedFileException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryKind;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * The checks of a request, in the order of ADM-2, before anything else happens (ADM-5). Filled anew
 * for every request; holds what came out.
 */
public final class Admission {
  /** The request has to be carried out. */
  public static final long PROCEED = Long.MIN_VALUE;

  private long count;
  private int unit;

  /** Nothing checked yet. */
  public Admission() {}

  /**
   * Checks a request.
   *
   * @param waits whether the submitter waits for the result
   * @return the result when it is known without doing anything (0, {@link IoRequest#END_OF_FILE}),
   *     or {@link #PROCEED}
   * @throws IOException when the request is refused; nothing has happened
   */
  public long check(
      BlockFile file,
      Direction direction,
      IoVector memory,
      long position,
      IoFlags flags,
      boolean waits)
      throws IOException {
    if (file.isClosed()) {
      throw new ClosedFileException(file.name());
    }
    long total = memory.total();
    if (position < 0) {
      throw refusal(
          Errno.EINVAL,
          file,
          direction,
          position,
          total,
          "position " + position + " must not be negative");
    }
    if (total > Long.MAX_VALUE - position) {
      throw refusal(
          Errno.EINVAL,
          file,
          direction,
          position,
          total,
          "position "
              + position
              + " plus length "
              + total
              + " is over the largest position "
              + Long.MAX_VALUE);
    }
    if (total == 0) {
      return 0;
    }
    count = total;
    if (direction == Direction.READ) {
      if (position >= file.size()) {
        return IoRequest.END_OF_FILE;
      }
    } else {
      checkSpace(file, position, total);
    }
    unit = UnitSelection.select(file, direction.word(), position, memory);
    checkAddresses(file, direction, memory, position);
    if (memory.hasRestrictedMemory()) {
      checkKinds(file, direction, memory, position, waits);
    }
    if (direction == Direction.READ && memory.isReadOnly()) {
      throw refusal(
          Errno.EINVAL,
          file,
          direction,
          position,
          total,
          "a segment is read-only; give writable memory to read into");
    }
    if (flags.has(IoFlag.ATOMIC)) {
      checkAtomic(file, direction, position);
    }
    return PROCEED;
  }

  /**
   * Bytes to transfer: the vector's total, or less for a write that crosses the end of a raw
   * device.
   */
  public long count() {
    return count;
  }

  /** {@code U} in bytes. */
  public int unit() {
    return unit;
  }

  /** {@code U} in bytes of a request that is not checked otherwise (ADM-3). */
  public static int unit(BlockFile file, Direction direction, IoVector memory, long position)
      throws IOException {
    return UnitSelection.select(file, direction.word(), position, memory);
  }

  private void checkSpace(BlockFile file, long position, long total) throws IOException {
    if (file.traits().endsAtDeviceEnd()) {
      long size = file.size();
      if (position >= size) {
        throw refusal(
            Errno.ENOSPC,
            file,
            Direction.WRITE,
            position,
            total,
            "position is at or past the end of the device, " + size + " bytes");
      }
      count = Math.min(total, size - position);
    } else if (position + total > file.traits().maxFileSize()) {
      throw refusal(
          Errno.EFBIG,
          file,
          Direction.WRITE,
          position,
          total,
          "would end past the largest file of this layout, "
              + file.traits().maxFileSize()
              + " bytes");
    }
  }

  private static void checkAddresses(
      BlockFile file, Direction direction, IoVector memory, long position) throws IOException {
    int alignment = file.limits().memoryAlignment();
    if (memory.isAddressMultipleOf(alignment)) {
      return;
    }
    for (int i = 0; i < memory.count(); i++) {
      MemorySegment segment = memory.segment(i);
      if (segment.isNative() && segment.address() % alignment != 0) {
        throw refusal(
            Errno.EINVAL,
            file,
            direction,
            position,
            memory.total(),
            "address 0x"
                + Long.toHexString(segment.address())
                + " of segment "
                + i
                + " is not a multiple of "
                + alignment
                + " bytes, the memory alignment of "
                + file.device().name()
                + "; allocate it with that alignment");
      }
    }
  }

  private static void checkKinds(
      BlockFile file, Direction direction, IoVector memory, long position, boolean waits)
      throws IOException {
    for (int i = 0; i < memory.count(); i++) {
      String problem = problem(file, direction, memory.segment(i), memory.kind(i), waits);
      if (problem != null) {
        throw refusal(
            Errno.EINVAL,
            file,
            direction,
            position,
            memory.total(),
            "segment " + i + " " + problem + "; allocate it from an IoArena");
      }
    }
  }

  private static @Nullable String problem(
      BlockFile file, Direction direction, MemorySegment segment, MemoryKind kind, boolean waits) {
    boolean strictAsync = !waits && file.memoryPolicy() == MemoryPolicy.STRICT;
    return switch (kind) {
      case IO_ARENA, COLLECTED -> null;
      case CONFINED -> {
        if (!segment.isAccessibleBy(Thread.currentThread())) {
          yield "is confined to another thread";
        }
        if (!waits && direction == Direction.READ) {
          yield "is confined to this thread, and an asynchronous read would fill it on another";
        }
        yield strictAsync
            ? "is confined to this thread, and may be closed while an asynchronous request is in"
                + " flight"
            : null;
      }
      case CLOSEABLE ->
          strictAsync
              ? "is of an arena that may be closed while an asynchronous request is in flight"
              : null;
      case HEAP ->
          strictAsync ? "is on the heap, and an asynchronous request would have to copy it" : null;
    };
  }

  private void checkAtomic(BlockFile file, Direction direction, long position) throws IOException {
    if (direction == Direction.READ) {
      throw refusal(Errno.EINVAL, file, direction, position, count, "ATOMIC is for writes");
    }
    QueueLimits limits = file.limits();
    if (limits.atomicWriteMax() == 0) {
      throw refusal(
          Errno.EINVAL,
          file,
          direction,
          position,
          count,
          file.device().name() + " has no atomic writes");
    }
    if (count < limits.atomicWriteMin()
        || count > limits.atomicWriteMax()
        || Long.bitCount(count) != 1
        || (position & (count - 1)) != 0) {
      throw refusal(
          Errno.EINVAL,
          file,
          direction,
          position,
          count,
          "an atomic write must have a power of two of "
              + limits.atomicWriteMin()
              + " to "
              + limits.atomicWriteMax()
              + " bytes and begin at a multiple of its length");
    }
  }

  private static BlockIoException refusal(
      Errno errno, BlockFile file, Direction direction, long position, long length, String detail) {
    return new BlockIoException(errno, direction.word(), file.name(), position, length, detail);
  }
}
