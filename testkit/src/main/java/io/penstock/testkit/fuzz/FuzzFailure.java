package io.penstock.testkit.fuzz;

import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A target has not done what it must: the message says what, with the input that shows it. */
public final class FuzzFailure extends AssertionError {
  private static final long serialVersionUID = 1L;

  /** What went wrong. */
  public enum Kind {
    /** It did not come to an end in time. */
    HANG,
    /** It took more memory than it may. */
    ALLOCATION,
    /** It has left native memory behind, as what is never closed does. */
    LEAK,
    /** It threw what it does not say it throws, or an error. */
    UNDOCUMENTED,
    /** It refused without a word of why. */
    SILENT
  }

  private final Kind kind;
  private final String target;
  private final transient byte[] input;

  FuzzFailure(Kind kind, String target, byte[] input, String detail, @Nullable Throwable cause) {
    super(
        target
            + ": "
            + detail
            + "\ninput, "
            + input.length
            + " bytes: "
            + HexFormat.of().formatHex(input),
        cause);
    this.kind = kind;
    this.target = target;
    this.input = input;
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** Name of the target. */
  public String target() {
    return target;
  }

  /** The input, as short as it could be made. */
  public byte[] input() {
    return input.clone();
  }
}
