package io.penstock.core.request;

import java.util.StringJoiner;

/**
 * A set of {@link IoFlag}s. Immutable; there is one instance per set, so passing flags allocates
 * nothing.
 */
public final class IoFlags {
  private static final IoFlags[] ALL = new IoFlags[1 << IoFlag.values().length];

  static {
    for (int bits = 0; bits < ALL.length; bits++) {
      ALL[bits] = new IoFlags(bits);
    }
  }

  /** No flag. */
  public static final IoFlags NONE = ALL[0];

  private final int bits;

  private IoFlags(int bits) {
    this.bits = bits;
  }

  /** The set of these flags. */
  public static IoFlags of(IoFlag... flags) {
    int bits = 0;
    for (IoFlag flag : flags) {
      bits |= flag.bit();
    }
    return ALL[bits];
  }

  /** This set and one flag more. */
  public IoFlags with(IoFlag flag) {
    return ALL[bits | flag.bit()];
  }

  /** Whether the flag is in the set. */
  public boolean has(IoFlag flag) {
    return (bits & flag.bit()) != 0;
  }

  /** Whether the set is empty. */
  public boolean isEmpty() {
    return bits == 0;
  }

  @Override
  public String toString() {
    StringJoiner names = new StringJoiner("|", "", "");
    for (IoFlag flag : IoFlag.values()) {
      if (has(flag)) {
        names.add(flag.name());
      }
    }
    return bits == 0 ? "NONE" : names.toString();
  }
}
