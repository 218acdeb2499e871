package io.penstock.testkit.crash;

import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a file may hold after a crash, given what was begun and what was acknowledged.
 *
 * <p>A range of bytes holds what the last acknowledged change has left there, or any change that
 * was begun after it; zeros, if none was acknowledged. Each logical block is for itself: a write
 * may be torn. The size is what the acknowledged changes make of it, with any of the others.
 */
final class FileHistory {
  private final List<FileChange> changes;
  private final Set<Object> durable;
  private final int logicalBlock;

  FileHistory(CrashPoint crash, int logicalBlock) {
    changes = crash.begun(FileChange.class);
    durable = new HashSet<>(crash.acknowledged());
    this.logicalBlock = logicalBlock;
  }

  /** Writers from here on are nobody's. */
  int nextWriter() {
    return changes.size() + 1;
  }

  private Set<Long> sizesWithout(FileChange left) {
    Set<Long> sizes = new HashSet<>(Set.of(0L));
    for (FileChange change : changes) {
      if (change.equals(left)) {
        continue;
      }
      List<Long> after = sizes.stream().map(change::sizeAfter).toList();
      if (durable.contains(change)) {
        sizes.clear();
      }
      sizes.addAll(after);
    }
    return sizes;
  }

  private static final FileChange NONE = new FileChange(0, false, 0, 0);

  /**
   * Refuses a size that the changes do not explain. When only one of them does, it counts as
   * acknowledged from now on: who sees the size must see the data (ADM-8).
   */
  void checkSize(long size) {
    Set<Long> possible = sizesWithout(NONE);
    if (!possible.contains(size)) {
      throw new AssertionError("size " + size + " must be one of " + possible + tail());
    }
    for (FileChange change : changes) {
      if (!durable.contains(change)
          && !change.truncates()
          && change.end() == size
          && !sizesWithout(change).contains(size)) {
        durable.add(change);
      }
    }
  }

  /** Refuses contents from the start of the file that the changes do not explain. */
  void checkContents(MemorySegment contents) {
    long size = contents.byteSize();
    for (long from = 0; from < size; ) {
      long to = Math.min(size, from + logicalBlock);
      for (FileChange change : changes) {
        if (change.truncates() && change.position() > from && change.position() < to) {
          to = change.position(); // it has split this block
        }
      }
      to = Math.min(to, from - from % logicalBlock + logicalBlock);
      checkRange(contents, from, to);
      from = to;
    }
  }

  private void checkRange(MemorySegment contents, long from, long to) {
    List<FileChange> possible = new ArrayList<>();
    boolean known = false;
    for (int i = changes.size() - 1; i >= 0 && !known; i--) {
      FileChange change = changes.get(i);
      if (change.touches(from, to)) {
        if (isBy(change.writer(), contents, from, to)) {
          return;
        }
        possible.add(change);
        known = durable.contains(change);
      }
    }
    if (!known && isBy(0, contents, from, to)) {
      return;
    }
    throw new AssertionError(
        "bytes "
            + from
            + ".."
            + to
            + " hold "
            + whatIs(contents, from, to)
            + " instead of "
            + possible
            + (known ? "" : " or zeros")
            + tail());
  }

  private static boolean isBy(int writer, MemorySegment contents, long from, long to) {
    return Pattern.mismatch(contents, from, to - from, writer, from) < 0;
  }

  private String whatIs(MemorySegment contents, long from, long to) {
    if (isBy(0, contents, from, to)) {
      return "zeros";
    }
    for (FileChange change : changes) {
      if (isBy(change.writer(), contents, from, to)) {
        return "what is older: " + change;
      }
    }
    MemorySegment range = contents.asSlice(from, to - from);
    byte first = range.get(ValueLayout.JAVA_BYTE, 0);
    boolean poison = first == (byte) Pattern.POISON;
    return poison ? "poison: what was on the disk before" : "what nobody has written there";
  }

  private String tail() {
    List<FileChange> last = changes.subList(Math.max(0, changes.size() - 6), changes.size());
    StringBuilder text = new StringBuilder("; the last changes were");
    for (FileChange change : last) {
      text.append("\n    ").append(change);
      text.append(durable.contains(change) ? " (durable)" : "");
    }
    return text.toString();
  }
}
