package io.penstock.ext4.data;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.FirstError;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.ext4.edit.Removal;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The files of a volume that are open for writing, or on a volume that can be written: one {@link
 * SharedFile} for each inode. An inode that no name leads to any more is deleted when it is closed
 * by the last who has it open.
 *
 * <p>To open, close or delete a file may take long. Whoever does so marks its number as
 * <em>busy</em> and lets the lock go; others who want the same file wait for him, who wants another
 * does not. At the end of being busy, and of that alone, it is seen whether the inode is to be
 * deleted. Thread-safe.
 */
public final class OpenFiles {
  private final VolumeWriter volume;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition idle = lock.newCondition();

  private volatile CompletionExecutor completions = CompletionExecutor.shared();

  // guarded by the lock
  private final Map<Long, SharedFile> files = new HashMap<>();
  private final Set<Long> busy = new HashSet<>();

  /** None are open yet. */
  public OpenFiles(VolumeWriter volume) {
    this.volume = volume;
  }

  /** Where the completions of files that are opened from now on run that may wait. */
  public void completeOn(CompletionExecutor executor) {
    completions = executor;
  }

  /** Waits until nobody is busy with a file. The lock is held. */
  private void awaitIdle(long number, String what) {
    while (busy.contains(number)) {
      HandlerQueue.forbidWaiting(what);
      idle.awaitUninterruptibly();
    }
  }

  private void leave(long number) {
    lock.lock();
    try {
      busy.remove(number);
      idle.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Ends being busy with a file, which is open now. */
  private void leaveOpen(long number, SharedFile file) {
    lock.lock();
    try {
      files.put(number, file);
      leave(number);
    } finally {
      lock.unlock();
    }
  }

  /** Ends being busy with a file that is not open; without a name it is deleted before. */
  private void leaveClosed(long number) throws IOException {
    try {
      while (!leaveUnlessUnused(number)) {
        new Removal(volume).delete(number);
      }
    } catch (IOException | RuntimeException | Error failure) {
      leave(number);
      throw failure;
    }
  }

  /** As {@link #leaveClosed(long)}, after a failure. */
  private void leaveClosed(long number, Throwable failure) {
    try {
      leaveClosed(number);
    } catch (IOException | RuntimeException another) {
      failure.addSuppressed(another);
    }
  }

  private boolean leaveUnlessUnused(long number) throws IOException {
    lock.lock();
    try {
      if (isUnused(number)) {
        return false;
      }
      leave(number);
      return true;
    } finally {
      lock.unlock();
    }
  }

  private boolean isUnused(long number) throws IOException {
    return volume.inodes().read(number).links() == 0 && volume.orphans().contains(number);
  }

  /**
   * Opens the data of an inode; closed by {@link #close}.
   *
   * @param seen the inode as it was looked up
   * @param name for messages
   * @throws IOException ESTALE when no name leads to it any more and nobody has it open
   */
  public SharedFile open(Inode seen, String name) throws IOException {
    long number = seen.number();
    lock.lock();
    try {
      awaitIdle(number, "opening " + name);
      SharedFile found = files.get(number);
      if (found != null) {
        var _ = volume.inodes().current("open", seen);
        found.handles++;
        return found;
      }
      busy.add(number);
    } finally {
      lock.unlock();
    }
    try {
      SharedFile opened = begin(seen, name);
      leaveOpen(number, opened);
      return opened;
    } catch (IOException | RuntimeException | Error failure) {
      leaveClosed(number, failure);
      throw failure;
    }
  }

  private SharedFile begin(Inode seen, String name) throws IOException {
    Inode inode = volume.inodes().current("open", seen);
    if (inode.links() == 0) {
      throw new BlockIoException(Errno.ESTALE, "open", name, "it has been deleted");
    }
    SharedFile file = new SharedFile(inode, volume, name, completions);
    file.handles = 1;
    return file;
  }

  /**
   * One who had it open has not any more. The last one waits for what is in flight; in a completion
   * handler, where that cannot be waited for, a virtual thread does.
   */
  public void close(long number, SharedFile file) throws IOException {
    if (HandlerQueue.isInHandler()) {
      Thread.ofVirtual().name("penstock-ext4-close").start(() -> closeLater(number, file));
    } else {
      closeNow(number, file);
    }
  }

  private void closeLater(long number, SharedFile file) {
    try {
      closeNow(number, file);
    } catch (IOException | RuntimeException | Error failure) {
      BlockFile closed = file.file();
      closed.warnings().warn(closed.name(), "it was not closed as it should be", failure);
    }
  }

  private void closeNow(long number, SharedFile file) throws IOException {
    lock.lock();
    try {
      if (files.get(number) != file || --file.handles > 0) {
        return; // others have it open, or the volume was closed meanwhile
      }
      files.remove(number);
      busy.add(number);
    } finally {
      lock.unlock();
    }
    end(number, file);
  }

  /** Closes a file that is not among the open ones any more, and deletes it if it is unused. */
  private void end(long number, SharedFile file) throws IOException {
    try {
      file.closed();
    } catch (IOException | RuntimeException | Error failure) {
      leaveClosed(number, failure);
      throw failure;
    }
    leaveClosed(number);
  }

  /**
   * After the last name of an inode was removed, which put it into the list of orphans: deletes it,
   * unless somebody has it open. Not within a transaction.
   */
  public void unlinked(long number) throws IOException {
    lock.lock();
    try {
      if (files.containsKey(number) || !busy.add(number)) {
        return; // it is deleted by who has it open, or is busy with it
      }
    } finally {
      lock.unlock();
    }
    leaveClosed(number);
  }

  /**
   * Closes all of them, those too that are being opened: the volume is closed.
   *
   * @throws IOException what the first of them failed with; what others did is suppressed in it
   */
  public void closeAll() throws IOException {
    FirstError failures = new FirstError();
    for (Map.Entry<Long, SharedFile> each = takeAny(); each != null; each = takeAny()) {
      try {
        end(each.getKey(), each.getValue());
      } catch (IOException failed) {
        failures.add(failed);
      }
    }
    IOException failure = failures.get();
    if (failure != null) {
      throw failure;
    }
  }

  /** Becomes busy with one that is open; null when none is, and nobody is busy with one. */
  private Map.@Nullable Entry<Long, SharedFile> takeAny() {
    lock.lock();
    try {
      while (files.isEmpty() && !busy.isEmpty()) {
        idle.awaitUninterruptibly();
      }
      if (files.isEmpty()) {
        return null;
      }
      Map.Entry<Long, SharedFile> any = Map.Entry.copyOf(files.entrySet().iterator().next());
      files.remove(any.getKey());
      busy.add(any.getKey());
      return any;
    } finally {
      lock.unlock();
    }
  }
}
