package io.penstock.testkit.crash;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a crash may leave: of the writes of a window some, in this order, whole or torn.
 *
 * @param applied what is there, the later one on top
 */
record CrashState(List<Applied> applied) {
  /**
   * A write, or some of it.
   *
   * @param write what
   * @param certain whether every state has it whole
   * @param sectors which of its logical blocks are there, or null for all
   */
  record Applied(LoggedWrite write, boolean certain, @Nullable BitSet sectors) {
    static Applied whole(PendingWrite pending) {
      return new Applied(pending.write(), pending.isCertain(), null);
    }

    @Override
    public String toString() {
      BitSet some = sectors;
      return write + (some == null ? "" : " torn, only its blocks " + some);
    }
  }

  boolean isTorn() {
    return applied.stream().anyMatch(each -> each.sectors != null);
  }

  /** The same without the one at {@code index}. */
  CrashState without(int index) {
    List<Applied> fewer = new ArrayList<>(applied);
    fewer.remove(index);
    return new CrashState(fewer);
  }

  /** The same with the one at {@code index} replaced. */
  CrashState with(int index, Applied replacement) {
    List<Applied> changed = new ArrayList<>(applied);
    changed.set(index, replacement);
    return new CrashState(changed);
  }

  /** The bytes it has on top of {@code durable}. */
  SparsePages over(SparsePages durable, int logicalBlock) {
    SparsePages image = new SparsePages(durable);
    for (Applied each : applied) {
      LoggedWrite write = each.write;
      BitSet some = each.sectors;
      if (some == null) {
        image.write(write.offset(), write.content(), 0, write.length());
        continue;
      }
      for (int i = some.nextSetBit(0); i >= 0; i = some.nextSetBit(i + 1)) {
        int from = i * logicalBlock;
        image.write(write.offset() + from, write.content(), from, logicalBlock);
      }
    }
    return image;
  }

  /** What there is of {@code window}, for people. */
  String describe(List<PendingWrite> window) {
    StringJoiner text = new StringJoiner("\n  ", "  ", "");
    applied.forEach(each -> text.add((each.certain ? "durable " : "there   ") + each));
    window.stream()
        .map(PendingWrite::write)
        .filter(write -> applied.stream().noneMatch(each -> each.write == write))
        .forEach(write -> text.add("lost    " + write));
    return text.toString();
  }
}
