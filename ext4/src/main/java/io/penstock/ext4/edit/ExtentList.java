package io.penstock.ext4.edit;

import java.util.ArrayList;
import java.util.List;

/** Changes of the extents of a leaf: each gives a new list, in order and without overlaps. */
final class ExtentList {
  private ExtentList() {}

  /** With one more, where a hole was. */
  static List<Extent> with(List<Extent> extents, Extent added) {
    List<Extent> result = new ArrayList<>(extents.size() + 1);
    boolean done = false;
    for (Extent each : extents) {
      if (!done && each.first() > added.first()) {
        result.add(added);
        done = true;
      }
      result.add(each);
    }
    if (!done) {
      result.add(added);
    }
    return joined(result);
  }

  /** With what is unwritten in a range as data. */
  static List<Extent> written(List<Extent> extents, long from, long end) {
    List<Extent> result = new ArrayList<>(extents.size() + 2);
    for (Extent each : extents) {
      if (!each.unwritten() || each.end() <= from || each.first() >= end) {
        result.add(each);
        continue;
      }
      Extent rest = each;
      if (rest.first() < from) {
        result.add(rest.before(from));
        rest = rest.from(from);
      }
      if (rest.end() > end) {
        result.add(rest.before(end).written());
        result.add(rest.from(end));
      } else {
        result.add(rest.written());
      }
    }
    return joined(result);
  }

  /**
   * Without the end of a range.
   *
   * @param removed gets what was taken out, at most so many as given
   */
  static List<Extent> without(
      List<Extent> extents, long from, long end, int most, List<Extent> removed) {
    List<Extent> result = new ArrayList<>(extents.size() + 1);
    for (Extent each : extents.reversed()) {
      if (each.end() <= from || each.first() >= end || removed.size() == most) {
        result.addFirst(each);
        continue;
      }
      Extent out = each;
      if (out.end() > end) {
        result.addFirst(out.from(end));
        out = out.before(end);
      }
      if (out.first() < from) {
        result.addFirst(out.before(from));
        out = out.from(from);
      }
      removed.add(out);
    }
    return result;
  }

  /**
   * With those that go on with each other made as long as they can be. Example: 32760 blocks and 20
   * behind them become 32768 and 12.
   */
  private static List<Extent> joined(List<Extent> extents) {
    List<Extent> result = new ArrayList<>(extents.size());
    for (Extent each : extents) {
      Extent rest = each;
      Extent last = result.isEmpty() ? null : result.getLast();
      if (last != null && last.goesOnWith(each)) {
        long moved = Math.min(last.most() - last.count(), each.count());
        if (moved > 0) {
          result.removeLast();
          result.add(
              new Extent(last.first(), last.count() + moved, last.target(), last.unwritten()));
        }
        if (moved == each.count()) {
          continue;
        }
        rest = each.from(each.first() + moved);
      }
      while (rest.count() > rest.most()) {
        result.add(rest.before(rest.first() + rest.most()));
        rest = rest.from(rest.first() + rest.most());
      }
      result.add(rest);
    }
    return result;
  }
}
