package io.penstock.ext4.data;

import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.WarningListener;
import io.penstock.ext4.edit.Removal;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The files of a volume that are open for writing, or on a volume that can be written: one {@link
 * SharedFile} for each inode. An inode that no name leads to any more is deleted when it is closed
 * by the last who has it open. Thread-safe.
 */
public final class OpenFiles {
  private final VolumeWriter volume;
  private final ReentrantLock lock = new ReentrantLock();

  private volatile CompletionExecutor completions = CompletionExecutor.shared();

  // guarded by the lock
  private final Map<Long, SharedFile> files = new HashMap<>();

  /** None are open yet. */
  public OpenFiles(VolumeWriter volume) {
    this.volume = volume;
  }

  /** Where the completions of files that are opened from now on run that may wait. */
  public void completeOn(CompletionExecutor executor) {
    completions = executor;
  }

  /**
   * Opens the data of an inode; closed by {@link #close}.
   *
   * @param seen the inode as it was looked up
   * @param name for messages
   * @throws IOException ESTALE when no name leads to it any more and nobody has it open
   */
  public SharedFile open(Inode seen, String name) throws IOException {
    lock.lock();
    try {
      long number = seen.number();
      Inode inode = volume.inodes().current("open", seen);
      SharedFile found = files.get(number);
      if (found == null) {
        if (inode.links() == 0) {
          throw new BlockIoException(Errno.ESTALE, "open", name, "it has been deleted");
        }
        found = new SharedFile(inode, volume, name, completions);
        files.put(number, found);
      }
      found.handles++;
      return found;
    } finally {
      lock.unlock();
    }
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
      WarningListener.LOG.warn(file.file().name(), "it was not closed as it should be", failure);
    }
  }

  private void closeNow(long number, SharedFile file) throws IOException {
    lock.lock();
    try {
      if (files.get(number) != file || --file.handles > 0) {
        return; // others have it open, or the volume was closed meanwhile
      }
      files.remove(number);
      file.closed();
      deleteIfUnused(number);
    } finally {
      lock.unlock();
    }
  }

  private void deleteIfUnused(long number) throws IOException {
    if (volume.inodes().read(number).links() == 0 && volume.orphans().contains(number)) {
      new Removal(volume).delete(number);
    }
  }

  /**
   * After the last name of an inode was removed, which put it into the list of orphans: deletes it,
   * unless somebody has it open. Not within a transaction.
   */
  public void unlinked(long number) throws IOException {
    lock.lock();
    try {
      if (!files.containsKey(number)) {
        deleteIfUnused(number);
      }
    } finally {
      lock.unlock();
    }
  }

  /** Closes all of them: the volume is. */
  public void closeAll() throws IOException {
    lock.lock();
    try {
      for (Map.Entry<Long, SharedFile> each : List.copyOf(files.entrySet())) {
        each.getValue().handles = 1;
        closeNow(each.getKey(), each.getValue());
      }
    } finally {
      lock.unlock();
    }
  }
}
