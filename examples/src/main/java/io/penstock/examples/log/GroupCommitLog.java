package io.penstock.examples.log;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.file.DirectFile;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A log whose records are durable when {@link #append} returns. Making something durable takes the
 * disk far longer than writing it, so threads share it: while one commits, the records of the
 * others queue up, and the next one to commit takes them all.
 *
 * <p>Every write goes straight to the disk: it begins at a block and is whole blocks long. The last
 * block is seldom full; its bytes stay in memory and are written again with the records that
 * follow. Behind them are zeros, which no record begins with.
 *
 * <p>Thread-safe.
 */
public final class GroupCommitLog implements Closeable {
  /** Most bytes of one record. */
  public static final int MAX_RECORD_BYTES = LogRecord.MAX_BYTES;

  private static final int GROUP_BYTES = 1 << 20;
  private static final IoFlags DURABLE = IoFlags.of(IoFlag.DATA_SYNC);

  private final DirectFile file;
  private final int block;
  private final IoArena arena = IoArena.ofShared();

  /** Guards the fields down to {@link #broken}; nobody holds it while the disk works. */
  private final ReentrantLock lock = new ReentrantLock();

  /** A group has been committed, or failed. */
  private final Condition committed = lock.newCondition();

  private final ArrayDeque<PendingRecord> waiting = new ArrayDeque<>();
  private boolean committing;
  private long commits;
  private @Nullable IOException broken;

  /** The bytes of the last block, then those of the records being committed; the committer's. */
  private final MemorySegment group;

  /** Where in the file the group begins: at a block. */
  private long groupStart;

  /** Bytes of the group that are durable already. */
  private int durableBytes;

  private GroupCommitLog(DirectFile file) {
    this.file = file;
    block = file.blockBytes();
    group = arena.allocate(GROUP_BYTES, Math.max(block, file.alignment().memory()));
  }

  /**
   * Opens a log, or creates it.
   *
   * @param replay is given every record there is, in order
   */
  public static GroupCommitLog open(Path path, Consumer<byte[]> replay) throws IOException {
    DirectFile file = DirectFile.open(path, READ, WRITE, CREATE);
    GroupCommitLog log = new GroupCommitLog(file);
    try {
      log.recover(replay);
      return log;
    } catch (IOException | RuntimeException e) {
      log.close();
      throw e;
    }
  }

  private void recover(Consumer<byte[]> replay) throws IOException {
    long end = 0;
    // reads ahead, a few mebibytes at a time
    try (DataInputStream records = new DataInputStream(file.reader(0))) {
      for (byte[] next = LogRecord.read(records); next != null; next = LogRecord.read(records)) {
        replay.accept(next);
        end += LogRecord.size(next);
      }
    }
    // what a crash has left behind the last whole record must not become one when the log grows
    file.truncate(end);
    durableBytes = (int) (end % block);
    groupStart = end - durableBytes;
    if (durableBytes > 0) {
      file.read(group.asSlice(0, block), groupStart);
    }
  }

  /**
   * Appends a record and waits until it is durable.
   *
   * @param contents 1 to {@link #MAX_RECORD_BYTES} bytes
   * @return where it lies in the log, in bytes
   * @throws IOException when it may not be durable; the log takes no more records then
   */
  public long append(byte[] contents) throws IOException {
    if (contents.length < 1 || contents.length > MAX_RECORD_BYTES) {
      throw new IllegalArgumentException(
          "a record of " + contents.length + " bytes must have 1 to " + MAX_RECORD_BYTES);
    }
    PendingRecord mine = new PendingRecord(contents);
    lock.lock();
    try {
      waiting.add(mine);
      while (!mine.isDone()) {
        if (committing) {
          // 1. somebody commits; whoever is next takes this record along
          committed.awaitUninterruptibly();
        } else {
          // 2. nobody does: this thread commits the records of all that wait
          commit();
        }
      }
      return mine.result();
    } finally {
      lock.unlock();
    }
  }

  /** Commits what waits. Called and left with the lock held, which is not while the disk works. */
  private void commit() {
    List<PendingRecord> members = new ArrayList<>();
    int end = broken == null ? take(members) : 0;
    committing = true;
    lock.unlock();
    IOException failure = null;
    try {
      if (end > 0) {
        write(end);
      }
    } catch (IOException e) {
      failure = e;
    } finally {
      lock.lock();
      committing = false;
    }
    if (failure != null) {
      broken = failure;
    } else if (end > 0) {
      commits++;
    }
    if (broken != null) {
      // nobody knows what is on the disk: no record may follow
      members.addAll(waiting);
      waiting.clear();
    }
    members.forEach(each -> each.end(broken));
    committed.signalAll();
  }

  /** Puts the records that wait into the group, as many as fit; at which of its bytes they end. */
  private int take(List<PendingRecord> members) {
    int end = durableBytes;
    while (!waiting.isEmpty()
        && end + LogRecord.size(waiting.getFirst().contents()) <= GROUP_BYTES) {
      PendingRecord next = waiting.removeFirst();
      LogRecord.put(group, end, next.contents());
      next.placeAt(groupStart + end);
      end += LogRecord.size(next.contents());
      members.add(next);
    }
    return end;
  }

  private void write(int end) throws IOException {
    int wholeBlocks = Math.ceilDiv(end, block) * block;
    group.asSlice(end, wholeBlocks - end).fill((byte) 0);
    file.write(IoVector.of(group.asSlice(0, wholeBlocks)), groupStart, DURABLE);
    // the last, partial block begins the next group
    int full = end - end % block;
    MemorySegment.copy(group, full, group, 0, end - full);
    groupStart += full;
    durableBytes = end - full;
  }

  /** Writes so far, each of which made the records of one group durable. */
  public long commits() {
    lock.lock();
    try {
      return commits;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the commit under way, and closes the file. Records that still wait fail. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      while (committing) {
        committed.awaitUninterruptibly();
      }
      if (!file.isClosed()) {
        broken = new IOException("the log is closed; open it again");
        file.close();
        arena.close();
      }
    } finally {
      lock.unlock();
    }
  }
}
