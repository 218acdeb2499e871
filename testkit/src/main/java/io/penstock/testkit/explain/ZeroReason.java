package io.penstock.testkit.explain;

import io.penstock.core.map.MappingKind;

/** Why zeros were written: told from where they are and what the mapper said of their block. */
final class ZeroReason {
  private final Explanation of;

  ZeroReason(Explanation of) {
    this.of = of;
  }

  String of(Piece zeros) {
    Asked asked = of.asked();
    long blockSize = of.subject().blockSize();
    long block = zeros.fileOffset() / blockSize;
    Answer answer = of.answerAt(block);
    boolean holdsData = answer != null && answer.kind() == MappingKind.MAPPED;
    String kind = answer == null ? "unknown" : StepText.kind(answer.kind());
    if (zeros.fileEnd() <= asked.position()) {
      if (block < asked.position() / blockSize) {
        return "the rest of the block that the file ended in (ZERO-8)";
      }
      return holdsData
          ? "between the old end of the file and the write (ZERO-8)"
          : "head of a block that is " + kind + " (ZERO-1)";
    }
    if (zeros.fileOffset() >= asked.end()) {
      return holdsData
          ? "between the new end of the file and the end of its block (ZERO-8)"
          : "tail of a block that is " + kind + " (ZERO-2)";
    }
    return "in place of data whose memory failed (MEM-1)";
  }
}
