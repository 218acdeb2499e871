package io.penstock.core.device;

import io.penstock.core.bio.Direction;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Something a {@link RecordDevice} was asked for. Offsets and lengths are bytes. Immutable. */
public sealed interface DeviceEvent {

  /**
   * A bio, as it was submitted.
   *
   * @param batch number of the submission it came with, from 0: bios of one batch share it (BIO-7)
   * @param direction which way the bytes go
   * @param deviceOffset bytes from the start of the device
   * @param fileOffset bytes from the start of the file
   * @param length bytes in all
   * @param pieceLengths bytes of each piece
   * @param synchronous whether the submitter waits
   * @param noWait whether EAGAIN is wanted rather than waiting
   * @param atomic whether the write must not be torn
   * @param forcedUnitAccess whether the write is durable when it completes
   * @param data what was written, read-only, when the recording keeps data and the bio is a write
   *     of readable memory that fits into an array; else null
   */
  record Transfer(
      long batch,
      Direction direction,
      long deviceOffset,
      long fileOffset,
      long length,
      List<Long> pieceLengths,
      boolean synchronous,
      boolean noWait,
      boolean atomic,
      boolean forcedUnitAccess,
      @Nullable MemorySegment data)
      implements DeviceEvent {
    /** Copies the list. */
    public Transfer {
      pieceLengths = List.copyOf(pieceLengths);
    }
  }

  /** A flush. */
  record Flush() implements DeviceEvent {}

  /**
   * A call of {@link BlockDevice#dropCachedAliases}.
   *
   * @param offset bytes from the start of the device
   * @param length bytes
   */
  record AliasDrop(long offset, long length) implements DeviceEvent {}
}
