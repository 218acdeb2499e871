package io.penstock.testkit.sweep;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.util.List;

/** What can fail: the calls that the engine makes to what its users supply. */
public enum FaultKind {
  /** A question to the mapper, which leaves nothing allocated when it throws (MAP-9). */
  MAPPER(Errno.ENOSPC, Effect.NOTHING, Effect.UNCHECKED),
  /** A device operation; it is counted when it is submitted (CMP-2). */
  BIO(Errno.EREMOTEIO, Effect.NOTHING, Effect.PART, Effect.ALL),
  /** A segment of the caller's memory that is produced while a request walks it (MEM-1). */
  MEMORY(Errno.EFAULT, Effect.NOTHING, Effect.UNCHECKED),
  /** The end-of-I/O hook (CMP-4). */
  END_OF_IO(Errno.EDQUOT, Effect.NOTHING, Effect.ALL, Effect.UNCHECKED),
  /** The sync hook (CMP-6). */
  SYNC(Errno.EIO, Effect.NOTHING, Effect.ALL, Effect.UNCHECKED),
  /** A device's flush (CMP-6). */
  FLUSH(Errno.ENOLINK, Effect.NOTHING, Effect.ALL),
  /** Dropping a device's cached aliases of new blocks (MAP-6). */
  ALIASES(Errno.ESTALE, Effect.NOTHING, Effect.ALL, Effect.UNCHECKED),
  /** Writing back what a cache has of the range, before a request (ADM-11, ADM-14). */
  WRITE_BACK(Errno.ENODATA, Effect.NOTHING, Effect.ALL, Effect.UNCHECKED),
  /** Dropping what a cache has of a range that was written (CMP-5). */
  INVALIDATE(Errno.EBADMSG, Effect.NOTHING, Effect.ALL, Effect.UNCHECKED),
  /** Making the block map fit a new size. */
  TRUNCATE(Errno.EROFS, Effect.NOTHING, Effect.ALL),
  /** Making the completion executor (ADM-13). */
  EXECUTOR(Errno.ENOMEM, Effect.UNCHECKED);

  private final Errno errno;

  @SuppressWarnings("ImmutableEnumChecker") // made with List.of
  private final List<Effect> effects;

  FaultKind(Errno errno, Effect... effects) {
    this.errno = errno;
    this.effects = List.of(effects);
  }

  /** The error number by which its failures are recognised. */
  public Errno errno() {
    return errno;
  }

  /** What a failure of this kind may leave behind. */
  public List<Effect> effects() {
    return effects;
  }

  /** Whether its failure ends the walk of a request and is the request's error (CMP-1). */
  boolean endsWalk() {
    return switch (this) {
      case MAPPER, ALIASES, WRITE_BACK, EXECUTOR -> true;
      case BIO, MEMORY, END_OF_IO, SYNC, FLUSH, INVALIDATE, TRUNCATE -> false;
    };
  }

  /** The failure, recognisable by its number and as the instance it is. */
  Throwable failure(SweepFault fault) {
    return fault.effect() == Effect.UNCHECKED
        ? new IllegalStateException("swept fault " + fault)
        : new BlockIoException(errno, name(), "fault sweep", "swept fault " + fault);
  }

  /** Throws a failure as it is. */
  static void raise(Throwable failure) throws IOException {
    switch (failure) {
      case IOException io -> throw io;
      case RuntimeException unchecked -> throw unchecked;
      case Error error -> throw error;
      default -> throw new AssertionError(failure);
    }
  }
}
