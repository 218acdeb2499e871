package io.penstock.ext4.transaction;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * All changes of a volume's metadata: one {@link Transaction} at a time, several of them committed
 * together. Thread-safe.
 *
 * <p>After a commit has failed nobody can begin another: what is on the disk is as the last commit
 * left it, and what was changed since is lost when the volume is closed.
 */
public final class Transactions {
  private final MetadataStore store;
  private final CommitLog log;
  private final ReentrantLock writer = new ReentrantLock();
  private final ReentrantReadWriteLock view = new ReentrantReadWriteLock();

  // guarded by the writer lock
  private final TreeMap<Long, MetadataBlock> changed = new TreeMap<>();
  private final TreeSet<Long> created = new TreeSet<>();
  private final TreeSet<Long> freed = new TreeSet<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private @Nullable Transaction current;
  private @Nullable IOException failure;
  private boolean closed;
  private boolean prepared;

  /** What comes together now; written with the writer lock held. */
  private volatile long sequence;

  /** The last that is durable; written with the writer lock held. */
  private volatile long committed;

  /**
   * The changes of a volume.
   *
   * @param sequence number of the first commit
   */
  public Transactions(MetadataStore store, CommitLog log, long sequence) {
    this.store = store;
    this.log = log;
    this.sequence = sequence;
    committed = sequence - 1;
  }

  /**
   * Begins a change, waiting for those of others.
   *
   * @param credits blocks it may change at most; more than {@link #mostCredits()} are too many
   * @throws IOException when an earlier commit has failed, or the one that makes room does; EFBIG
   *     when it does not fit a journal so small
   */
  public Transaction begin(int credits) throws IOException {
    HandlerQueue.forbidWaiting("a change of metadata");
    writer.lock();
    boolean begun = false;
    try {
      Transaction transaction = current;
      if (transaction != null) {
        transaction.enter();
      } else {
        requireSound();
        prepare();
        makeRoom(credits);
        transaction = new Transaction(this, store);
        current = transaction;
        store.show(transaction);
      }
      begun = true;
      return transaction;
    } finally {
      if (!begun) {
        writer.unlock();
      }
    }
  }

  /** Before the first change of all the volume is marked as being written to. */
  private void prepare() throws IOException {
    if (!prepared) {
      log.prepare();
      prepared = true;
    }
  }

  private void makeRoom(int credits) throws IOException {
    if (credits > log.mostBlocks()) {
      throw new BlockIoException(
          Errno.EFBIG,
          "change metadata",
          store.device().name(),
          "a change of "
              + credits
              + " blocks does not fit the journal, which takes "
              + log.mostBlocks()
              + " at once");
    }
    if (changed.size() + freed.size() + credits > log.mostBlocks()) {
      commitNow();
    }
  }

  private void requireSound() throws IOException {
    if (closed) {
      throw new java.nio.channels.ClosedChannelException();
    }
    IOException earlier = failure;
    if (earlier != null) {
      throw new BlockIoException(
          Errno.EROFS.number(),
          "change metadata",
          store.device().name(),
          BlockIoException.NONE,
          BlockIoException.NONE,
          "an earlier commit failed; close the volume and open it again",
          earlier);
    }
  }

  /** Most blocks that one change may have. */
  public int mostCredits() {
    return log.mostBlocks();
  }

  /** Blocks that the change under way, and those that are to be committed with it, may add. */
  public int roomLeft() {
    Transaction transaction = current;
    int taken = changed.size() + freed.size() + (transaction == null ? 0 : transaction.size());
    return log.mostBlocks() - taken;
  }

  /** Whether a block can be changed where it is without a crash leaving half of a change. */
  boolean mayChange(long block) {
    return log.isAtomic() || created.contains(block);
  }

  void publish(Transaction transaction, List<MetadataBlock> blocks) {
    view.writeLock().lock();
    try {
      for (long each : transaction.forgotten()) {
        changed.remove(each);
        created.remove(each);
        freed.add(each);
        store.forget(each);
      }
      for (MetadataBlock each : blocks) {
        changed.put(each.number(), each);
        freed.remove(each.number());
        store.pin(each);
      }
      created.addAll(transaction.created());
      store.show(null);
      transaction.actionsOnPublish().forEach(Runnable::run);
      afterCommit.addAll(transaction.actionsAfterCommit());
    } finally {
      view.writeLock().unlock();
    }
  }

  /** A transaction, or one within another, lets the writer lock go. */
  void ended(Transaction transaction) {
    if (current == transaction) {
      store.show(null);
      current = null;
    }
  }

  void left() {
    writer.unlock();
  }

  // --- others ---

  /** Looks something up. */
  @FunctionalInterface
  public interface Look<T extends @Nullable Object> {
    /** Does it. */
    T up() throws IOException;
  }

  /** Looks up what is in several blocks, with no change becoming visible meanwhile. */
  public <T extends @Nullable Object> T look(Look<T> look) throws IOException {
    view.readLock().lock();
    try {
      return look.up();
    } finally {
      view.readLock().unlock();
    }
  }

  /** Looks up where blocks of a file are. */
  @FunctionalInterface
  public interface MapLook {
    /** Does it. */
    void up(MapQuery query, Mapping answer) throws IOException;
  }

  /** As {@link #look}, and allocates nothing: every request asks. */
  public void look(MapLook look, MapQuery query, Mapping answer) throws IOException {
    view.readLock().lock();
    try {
      look.up(query, answer);
    } finally {
      view.readLock().unlock();
    }
  }

  /** The number of the commit that the next change will be part of. */
  public long sequence() {
    return sequence;
  }

  /** The number of the last commit that is durable. */
  public long committed() {
    return committed;
  }

  // --- commits ---

  /**
   * Waits until changes are durable, with all data written before.
   *
   * @param wanted the number of their commit: {@link Transaction#sequence()}
   * @throws IOException when that failed, now or earlier
   */
  public void commit(long wanted) throws IOException {
    HandlerQueue.forbidWaiting("a commit");
    writer.lock();
    try {
      if (committed < wanted) {
        requireSound();
        commitNow();
      }
    } finally {
      writer.unlock();
    }
  }

  /** Waits until all changes are durable, with all data written before. */
  public void commit() throws IOException {
    commit(sequence);
  }

  /** Commits what came together. The writer lock is held. */
  private void commitNow() throws IOException {
    if (current != null) {
      throw new IllegalStateException("a commit within a transaction");
    }
    boolean empty = changed.isEmpty() && freed.isEmpty();
    try {
      if (empty) {
        store.device().flush();
      } else {
        log.commit(new CommitLog.Commit(sequence, changed.values(), created, freed));
      }
    } catch (IOException | RuntimeException failed) {
      failure =
          failed instanceof IOException io
              ? io
              : new IOException("a commit threw " + failed, failed);
      throw failed;
    }
    changed.clear();
    created.clear();
    freed.clear();
    if (!empty) {
      committed = sequence;
      sequence = committed + 1;
    }
    List<Runnable> due = List.copyOf(afterCommit);
    afterCommit.clear();
    due.forEach(Runnable::run);
  }

  /**
   * Commits all, brings it to its places, and lets nobody change anything any more. Idempotent.
   *
   * @param superblock what the superblock's block is to hold when the volume is whole
   */
  public void close(Look<MetadataBlock> superblock) throws IOException {
    writer.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      IOException earlier = failure;
      if (earlier != null) {
        throw new IOException("an earlier commit failed", earlier);
      }
      if (prepared) {
        commitNow();
        log.close(superblock.up());
      }
    } finally {
      writer.unlock();
    }
  }

  @Override
  public String toString() {
    return "transactions of " + store.device().name() + ", " + changed.size() + " blocks changed";
  }
}
