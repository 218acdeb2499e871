/**
 * Changes of metadata, all or nothing. Whoever changes a volume does it like this:
 *
 * <pre>{@code
 * try (Transaction change = volume.writer().begin(credits)) {
 *   InodeFields inode = volume.writer().inodes().edit(change, number); // or any other block:
 *   BlockBytes block = change.edit(blockNumber);
 *   change.seal(blockNumber, "directory", () -> seals.directory(seed, block)); // its checksum
 *   ...
 *   change.stop(); // now others see it; without this nothing has happened
 * }
 * }</pre>
 *
 * <ul>
 *   <li><b>One at a time.</b> {@link io.penstock.ext4.transaction.Transactions#begin} takes the
 *       volume's writer lock, {@code close()} lets it go. The lock is reentrant; a transaction
 *       within another of the same thread is part of that. Nothing that waits for data may be done
 *       while it is held.
 *   <li><b>Seen by its own thread at once</b>, by all reading code, since the store shows it its
 *       draft; by others when it stops, all of it at once to those that look with the view locked
 *       ({@link io.penstock.ext4.transaction.Transactions#look}).
 *   <li><b>All or nothing</b>: without {@code stop()} it is as if nothing had been done; also in
 *       memory, for those who said what to undo with {@code onAbort}.
 *   <li><b>Checksums</b> are set by seals, run when the transaction stops and before anybody reads
 *       a changed block.
 *   <li><b>Durable</b> later: many are written together, as one transaction of the journal, when
 *       there are enough of them, or when somebody waits for it ({@link
 *       io.penstock.ext4.transaction.Transactions#commit}).
 *   <li><b>Freed blocks</b> are told with {@code forget} when they held metadata, and are not used
 *       again before the commit ({@link io.penstock.ext4.space.BlockAllocator}).
 * </ul>
 */
@NullMarked
package io.penstock.ext4.transaction;

import org.jspecify.annotations.NullMarked;
