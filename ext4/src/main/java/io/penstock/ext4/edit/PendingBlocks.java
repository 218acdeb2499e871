package io.penstock.ext4.edit;

import io.penstock.ext4.space.BlockRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that writes in flight have claimed for holes of a file: in memory only, until the data is
 * there. Not thread-safe.
 */
final class PendingBlocks {
  /** First file block → where its blocks are. */
  private final TreeMap<Long, BlockRun> runs = new TreeMap<>();

  /** A part of them. */
  record Part(long fileBlock, BlockRun run) {
    long end() {
      return fileBlock + run.count();
    }
  }

  void add(long fileBlock, BlockRun run) {
    runs.put(fileBlock, run);
  }

  /** The run that a file block is in, from that block on; null when it is in none. */
  @Nullable Part at(long fileBlock) {
    Map.Entry<Long, BlockRun> entry = runs.floorEntry(fileBlock);
    if (entry == null || entry.getKey() + entry.getValue().count() <= fileBlock) {
      return null;
    }
    long skipped = fileBlock - entry.getKey();
    BlockRun run = entry.getValue();
    return new Part(fileBlock, new BlockRun(run.first() + skipped, run.count() - skipped));
  }

  /** The first file block of the next run behind one; {@link Long#MAX_VALUE} for none. */
  long next(long fileBlock) {
    Long next = runs.higherKey(fileBlock);
    return next == null ? Long.MAX_VALUE : next;
  }

  /** The parts of runs that lie in a range of file blocks. */
  List<Part> in(long from, long end) {
    List<Part> parts = new ArrayList<>();
    long at = from;
    while (at < end) {
      Part part = at(at);
      if (part == null) {
        at = next(at);
        continue;
      }
      long count = Math.min(part.run.count(), end - at);
      parts.add(new Part(at, new BlockRun(part.run.first(), count)));
      at += count;
    }
    return parts;
  }

  /** Forgets a part, which lies in one run. */
  void remove(Part part) {
    Map.Entry<Long, BlockRun> entry = runs.floorEntry(part.fileBlock);
    long first = entry.getKey();
    BlockRun run = entry.getValue();
    runs.remove(first);
    if (first < part.fileBlock) {
      runs.put(first, new BlockRun(run.first(), part.fileBlock - first));
    }
    long end = first + run.count();
    if (part.end() < end) {
      long left = end - part.end();
      runs.put(part.end(), new BlockRun(run.end() - left, left));
    }
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }
}
