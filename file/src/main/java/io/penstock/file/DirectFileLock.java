package io.penstock.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileLock;

/** A lock of the JDK's, as one of a {@link DirectFileChannel}. Thread-safe. */
final class DirectFileLock extends FileLock {
  private final FileLock held;

  DirectFileLock(DirectFileChannel channel, FileLock held) {
    super(channel, held.position(), held.size(), held.isShared());
    this.held = held;
  }

  @Override
  public boolean isValid() {
    return held.isValid() && acquiredBy().isOpen();
  }

  @Override
  public void release() throws IOException {
    if (!acquiredBy().isOpen()) {
      throw new ClosedChannelException();
    }
    held.release();
  }
}
