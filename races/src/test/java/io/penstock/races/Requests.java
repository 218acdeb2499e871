package io.penstock.races;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import java.io.IOException;

/** Requests as races make them, whose threads throw no checked exception. */
public final class Requests {
  /** Instead of bytes, when a request failed. */
  public static final long FAILED = -100;

  private Requests() {}

  /** Reads from the beginning of a file and waits; bytes. */
  public static long read(BlockFile file, IoVector memory) {
    try {
      return DirectIo.read(file, memory, 0);
    } catch (IOException failed) {
      return FAILED;
    }
  }

  /** Writes and waits; bytes. */
  public static long write(BlockFile file, IoVector memory, long position) {
    try {
      return DirectIo.write(file, memory, position);
    } catch (IOException failed) {
      return FAILED;
    }
  }

  /** Begins to read from the beginning of a file; a refusal ends the run. */
  public static void submitRead(
      IoRequest request, BlockFile file, IoVector memory, IoHandler handler) {
    try {
      DirectIo.submit(request, Direction.READ, file, memory, 0, IoFlags.NONE, handler);
    } catch (IOException refused) {
      throw new IllegalStateException("a read was refused", refused);
    }
  }
}
