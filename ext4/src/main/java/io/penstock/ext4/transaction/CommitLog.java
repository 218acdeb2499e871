package io.penstock.ext4.transaction;

import io.penstock.ext4.store.MetadataBlock;
import java.io.IOException;
import java.util.Collection;
import java.util.Set;

/**
 * How changes that came together are made durable: by way of a journal, or straight to their
 * places. Called with the writer lock held, one call at a time.
 */
public interface CommitLog {
  /** Most blocks of one commit. */
  int mostBlocks();

  /**
   * Whether a commit is there as a whole or not at all. Where it is not, blocks that something
   * durable refers to are better replaced than changed.
   */
  boolean isAtomic();

  /**
   * Marks the volume as being written to; once, before anything is changed.
   *
   * @throws IOException after which nothing is changed
   */
  void prepare() throws IOException;

  /**
   * Makes changes durable, and all data that was written before.
   *
   * @throws IOException after which nothing may be committed any more
   */
  void commit(Commit commit) throws IOException;

  /**
   * Brings everything to its place and says that the volume is whole.
   *
   * @param superblock what the superblock's block is to hold then
   */
  void close(MetadataBlock superblock) throws IOException;

  /**
   * What came together.
   *
   * @param sequence its number, one more than that of the last
   * @param blocks what they hold now, in the order of their numbers
   * @param created those of them that nothing durable refers to yet
   * @param freed blocks that held metadata and do no more, not among the others
   */
  record Commit(
      long sequence, Collection<MetadataBlock> blocks, Set<Long> created, Set<Long> freed) {}
}
