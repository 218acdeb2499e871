package io.penstock.testkit.sweep;

import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of a workload's script. Immutable. */
public sealed interface Step {
  /** Writes at {@code position}, from segments of these lengths; all bytes. */
  static Transfer write(long position, long... lengths) {
    return new Transfer(Direction.WRITE, position, list(lengths), IoFlags.NONE, false, null, null);
  }

  /** Reads from {@code position}, into segments of these lengths; all bytes. */
  static Transfer read(long position, long... lengths) {
    return new Transfer(Direction.READ, position, list(lengths), IoFlags.NONE, false, null, null);
  }

  /** Sets the file's size, bytes. */
  static Step truncate(long size) {
    return new Truncate(size);
  }

  /** Makes what was written durable. */
  static Step sync() {
    return new Sync();
  }

  private static List<Long> list(long... lengths) {
    return Arrays.stream(lengths).boxed().toList();
  }

  /**
   * A read or write. Its memory is produced segment by segment, so that each can fail.
   *
   * @param direction of the transfer
   * @param position where it begins in the file, bytes
   * @param lengths of the segments, bytes
   * @param flags of the request
   * @param heap whether the segments are heap memory, which the engine may have to copy
   * @param bytes the result when nothing fails; null to leave it to the model
   * @param errno the error when nothing is made to fail; null for none
   */
  record Transfer(
      Direction direction,
      long position,
      List<Long> lengths,
      IoFlags flags,
      boolean heap,
      @Nullable Long bytes,
      @Nullable Errno errno)
      implements Step {

    /** The same with one flag more. */
    public Transfer with(IoFlag flag) {
      return new Transfer(direction, position, lengths, flags.with(flag), heap, bytes, errno);
    }

    /** The same with heap memory. */
    public Transfer inHeap() {
      return new Transfer(direction, position, lengths, flags, true, bytes, errno);
    }

    /** The same; says what the result is when nothing fails. */
    public Transfer giving(long result) {
      return new Transfer(direction, position, lengths, flags, heap, result, errno);
    }

    /** The same; says that it fails with this error though nothing is made to fail. */
    public Transfer failing(Errno expected) {
      return new Transfer(direction, position, lengths, flags, heap, bytes, expected);
    }

    /** Bytes asked for. */
    public long total() {
      long sum = 0;
      for (long each : lengths) {
        sum += each;
      }
      return sum;
    }

    /** Where it ends in the file, bytes. */
    public long end() {
      return position + total();
    }

    boolean isWrite() {
      return direction == Direction.WRITE;
    }

    boolean has(IoFlag flag) {
      return flags.has(flag);
    }

    @Override
    public String toString() {
      return (isWrite() ? "write " : "read ")
          + position
          + ".."
          + end()
          + " in "
          + lengths.size()
          + (heap ? " heap" : "")
          + " segments"
          + (flags.isEmpty() ? "" : " " + flags);
    }
  }

  /** Sets the size. */
  record Truncate(long size) implements Step {
    @Override
    public String toString() {
      return "truncate to " + size;
    }
  }

  /** Makes durable. */
  record Sync() implements Step {
    @Override
    public String toString() {
      return "sync";
    }
  }
}
