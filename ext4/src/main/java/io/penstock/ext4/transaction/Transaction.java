package io.penstock.ext4.transaction;

import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.store.MetadataStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A change of metadata, all or nothing; how to use it is told at the package. Belongs to the thread
 * that began it.
 */
public final class Transaction implements AutoCloseable, MetadataStore.Draft {
  private final Transactions all;
  private final MetadataStore store;
  private final Thread thread = Thread.currentThread();

  /** How many begins this one stands for. */
  private int depth = 1;

  private int stopped;
  private boolean failed;

  private final TreeMap<Long, Change> drafts = new TreeMap<>();
  private final TreeSet<Long> created = new TreeSet<>();
  private final TreeSet<Long> forgotten = new TreeSet<>();
  private final LinkedHashMap<SealKey, Seal> seals = new LinkedHashMap<>();
  private final List<Runnable> onPublish = new ArrayList<>();
  private final List<Runnable> afterCommit = new ArrayList<>();
  private final List<Runnable> onAbort = new ArrayList<>();
  private final Map<Object, Object> notes = new HashMap<>();

  /** Sets a checksum. */
  @FunctionalInterface
  public interface Seal {
    /**
     * Sets it.
     *
     * @throws IOException when it is kept in another block, which cannot be read
     */
    void run() throws IOException;
  }

  private record SealKey(long block, Object part) {}

  private static final class Change {
    final byte[] bytes;
    final BlockBytes view;

    Change(byte[] bytes) {
      this.bytes = bytes;
      view = BlockBytes.of(bytes);
    }
  }

  Transaction(Transactions all, MetadataStore store) {
    this.all = all;
    this.store = store;
  }

  // --- blocks ---

  /**
   * A block, to be changed. The same one at every call.
   *
   * @throws IOException when it cannot be read
   */
  public BlockBytes edit(long block) throws IOException {
    Change known = drafts.get(block);
    if (known == null) {
      known = put(block, store.read(block).bytes().copy());
    }
    return known.view;
  }

  /** A block that was free, to be filled: all zeros, not read. */
  public BlockBytes create(long block) {
    created.add(block);
    return overwrite(block);
  }

  /** A block whose contents do not matter, to be filled: all zeros, not read. */
  public BlockBytes overwrite(long block) {
    forgotten.remove(block);
    return put(block, new byte[store.geometry().blockSize()]).view;
  }

  private Change put(long block, byte[] bytes) {
    requireOpen();
    Change draft = new Change(bytes);
    drafts.put(block, draft);
    return draft;
  }

  /**
   * A block of metadata is freed: what it holds is not written any more, and a journal is told that
   * what it holds of it is void.
   */
  public void forget(long block) {
    requireOpen();
    drafts.remove(block);
    created.remove(block);
    seals.keySet().removeIf(key -> key.block == block);
    forgotten.add(block);
  }

  /**
   * Whether a block can be changed where it is, together with what refers to it: always where there
   * is a journal, else only as long as nothing durable refers to it. Where it cannot, it is better
   * replaced by a new one.
   */
  public boolean mayChange(long block) {
    return created.contains(block) || all.mayChange(block);
  }

  /** Blocks that are changed so far. */
  public int size() {
    return drafts.size();
  }

  /**
   * Says how the checksum of a changed block, or of a part of it, is set. Run when the transaction
   * stops, and before the block is read; said again for the same part, it replaces what was said.
   *
   * @param part which part of the block, such as the number of an inode
   */
  public void seal(long block, Object part, Seal seal) {
    requireOpen();
    seals.putLast(new SealKey(block, part), seal);
  }

  // --- what goes with it ---

  /** Done when others come to see the change, together with it; must be short and not fail. */
  public void onPublish(Runnable action) {
    onPublish.add(action);
  }

  /** Done when the change is durable; on any thread, with the writer lock held. */
  public void afterCommit(Runnable action) {
    afterCommit.add(action);
  }

  /** Done, last first, when the transaction ends without having been stopped. */
  public void onAbort(Runnable action) {
    onAbort.add(action);
  }

  /** What somebody keeps with this transaction, by a key of his own; null for nothing yet. */
  public @Nullable Object note(Object key) {
    return notes.get(key);
  }

  /** Keeps something with this transaction. */
  public void note(Object key, Object value) {
    notes.put(key, value);
  }

  /** The number of the journal's transaction that this one will be part of. */
  public long sequence() {
    return all.sequence();
  }

  // --- its own view ---

  @Override
  public boolean isOwn() {
    return Thread.currentThread() == thread;
  }

  @Override
  public @Nullable MetadataBlock find(long number) {
    Change draft = drafts.get(number);
    if (draft == null) {
      return null;
    }
    try {
      sealOnly(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new MetadataBlock(number, draft.bytes.clone());
  }

  private void sealOnly(long block) throws IOException {
    List<Seal> due = new ArrayList<>();
    seals.entrySet().stream()
        .filter(each -> each.getKey().block == block)
        .forEach(each -> due.add(each.getValue()));
    for (Seal each : due) {
      each.run();
    }
  }

  private void requireOpen() {
    if (depth == 0) {
      throw new IllegalStateException("the transaction has ended");
    }
  }

  // --- its end ---

  void enter() {
    depth++;
  }

  /** The change is complete: at the end of the outermost transaction others see it. */
  public void stop() {
    requireOpen();
    stopped++;
  }

  /**
   * Ends it: published if it was stopped, undone if not.
   *
   * @throws IOException when a checksum could not be set, after which it is undone; when what came
   *     together was committed, and that failed
   */
  @Override
  public void close() throws IOException {
    if (depth == 0) {
      return;
    }
    depth--;
    if (stopped > 0) {
      stopped--;
    } else {
      failed = true;
    }
    try {
      if (depth == 0) {
        end();
      }
    } finally {
      all.left();
    }
  }

  private void end() throws IOException {
    depth = 1;
    try {
      if (failed) {
        undo();
      } else {
        finish();
      }
    } finally {
      depth = 0;
      all.ended(this);
    }
  }

  private void finish() throws IOException {
    try {
      while (!seals.isEmpty()) {
        // a seal may change another block, which then has to be sealed too
        seals.pollFirstEntry().getValue().run();
      }
    } catch (IOException | RuntimeException failure) {
      undo();
      throw failure;
    }
    List<MetadataBlock> blocks = new ArrayList<>(drafts.size());
    drafts.forEach((number, draft) -> blocks.add(new MetadataBlock(number, draft.bytes)));
    all.publish(this, blocks);
  }

  private void undo() {
    store.show(null);
    for (Runnable each : onAbort.reversed()) {
      each.run();
    }
  }

  List<Runnable> actionsOnPublish() {
    return onPublish;
  }

  List<Runnable> actionsAfterCommit() {
    return afterCommit;
  }

  Set<Long> created() {
    return created;
  }

  Set<Long> forgotten() {
    return forgotten;
  }

  @Override
  public String toString() {
    return "transaction of blocks " + Arrays.toString(drafts.keySet().toArray());
  }
}
