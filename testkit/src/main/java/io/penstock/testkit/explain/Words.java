package io.penstock.testkit.explain;

/** Numbers as the explanation writes them. */
final class Words {
  private Words() {}

  /** Bytes from the first to before the last. */
  static String range(long from, long to) {
    return from + ".." + to;
  }

  static String bytes(long count) {
    return count(count, "byte");
  }

  static String count(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  /** File blocks, the last one included. */
  static String blocks(long first, long count) {
    return count == 1 ? "block " + first : "blocks " + first + " to " + (first + count - 1);
  }
}
