package io.penstock.testkit.soak;

import io.penstock.core.DirectIo;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request of a {@link SectorRun} and its memory, with a guard behind it; used again. */
final class SectorSlot implements IoHandler {
  /** Bytes behind the memory that nobody may touch. */
  static final int GUARD = 512;

  private static final byte UNTOUCHED = 0x5c;

  private final SectorRun run;
  private final MemorySegment all;
  final IoRequest request = DirectIo.newRequest();
  boolean inFlight;
  boolean write;
  IoFlags flags = IoFlags.NONE;
  int id;
  int from;
  int to;
  long length;
  long generation;
  boolean cancelled;

  /** Hits of each kind of fault, size and next write when it began. */
  long[] since = {};

  long sizeBefore;
  int next;

  /** Which blocks were being written when it began. */
  final BitSet busy = new BitSet();

  /** What a read may see of each of its blocks. */
  List<List<Integer>> seen = List.of();

  SectorSlot(SectorRun run, MemorySegment all) {
    this.run = run;
    this.all = all;
  }

  /** Makes its memory so long, with nothing in it. */
  MemorySegment prepare(long bytes) {
    length = bytes;
    all.fill(UNTOUCHED);
    return memory();
  }

  MemorySegment memory() {
    return all.asSlice(0, length);
  }

  /** Its memory in pieces of about so many bytes. */
  IoVector vector(int pieceBytes) {
    IoVector vector = IoVector.empty();
    for (long at = 0; at < length; at += pieceBytes) {
      vector.add(all.asSlice(at, Math.min(pieceBytes, length - at)));
    }
    return vector;
  }

  boolean guardIsUntouched() {
    for (long i = length; i < length + GUARD; i++) {
      if (all.get(ValueLayout.JAVA_BYTE, i) != UNTOUCHED) {
        return false;
      }
    }
    return true;
  }

  /** Whether what is to be written is still there: nobody may write to it. */
  boolean sourceIsUntouched(int sectorBytes) {
    return Pattern.mismatch(all, 0, length, id, (long) from * sectorBytes) < 0;
  }

  boolean has(IoFlag flag) {
    return flags.has(flag);
  }

  @Override
  public void completed(IoRequest unused, long bytes, @Nullable IOException error) {
    run.ended(this, bytes, error);
  }

  @Override
  public String toString() {
    return (write ? "write " + id : "read")
        + " of blocks "
        + from
        + ".."
        + to
        + (flags.isEmpty() ? "" : " " + flags);
  }
}
