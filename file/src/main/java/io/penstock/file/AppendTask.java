package io.penstock.file;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.file.RequestLock;
import io.penstock.core.file.Waiter;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An append that nobody waits for. It queues for the end of the file when it is submitted, so that
 * appends of one thread go in the order of their calls; its handler is told the position.
 */
final class AppendTask extends BounceTask implements Waiter {
  /** A position that is not known yet. */
  private static final long END = 0;

  private final FileTransfers file;
  private final RequestLock appends;
  private boolean holdsEnd;

  AppendTask(FileTransfers file, IoVector memory, IoHandler handler) throws IOException {
    super(file, DirectIo.newRequest(), Direction.WRITE, memory, END, IoFlags.NONE, handler);
    this.file = file;
    appends = file.shared().appends();
  }

  @Override
  void begin() {
    if (appends.acquire(this)) {
      holdsEnd = true;
      try {
        super.begin();
      } catch (RuntimeException | Error noThread) {
        letGo();
        throw noThread;
      }
    }
  }

  @Override
  public void granted() {
    holdsEnd = true;
    try {
      super.begin();
    } catch (RuntimeException | Error noThread) {
      end(0, asIo(noThread));
    }
  }

  @Override
  long carryOut() throws IOException {
    // not by the file's own calls: it may have been closed since, and waits for this
    file.shared().refresh(file.device());
    long position = file.state().size();
    if (memory().total() > 0) {
      file.carryOut(Direction.WRITE, memory(), position, IoFlags.NONE);
    }
    return position;
  }

  @Override
  void end(long position, @Nullable IOException error) {
    letGo();
    super.end(position, error);
  }

  private void letGo() {
    if (holdsEnd) {
      holdsEnd = false;
      appends.release();
    }
  }
}
