package io.penstock.testkit.explain;

import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The steps of a request, completed by what no recording is told directly: the unit, what was
 * filled with zeros, and how it became durable.
 */
final class StepList {
  private final Asked asked;
  private final Subject subject;
  private final List<Step> steps;

  StepList(Asked asked, Subject subject, List<Step> recorded, Step.Result result) {
    this.asked = asked;
    this.subject = subject;
    steps = new ArrayList<>(recorded);
    steps.add(result);
  }

  List<Step> all() {
    return steps;
  }

  /** Whether the request was admitted: its end was told to the end-of-I/O hook. */
  boolean isAdmitted() {
    return steps.stream().anyMatch(Step.EndOfIo.class::isInstance);
  }

  private Step.Result result() {
    return (Step.Result) steps.getLast();
  }

  // --- unit ---

  void addUnit(int unit) {
    steps.addFirst(new Step.Unit(unit, whyUnit(unit)));
  }

  /**
   * A file of the host is mapped in logical blocks: all requests the file layer makes are whole.
   */
  void addUnitOfHost() {
    if (steps.stream().anyMatch(Step.EngineRequest.class::isInstance)) {
      steps.addFirst(
          new Step.Unit(
              subject.blockSize(),
              "a file of the host has file blocks of one logical block, and the file layer asks for"
                  + " whole ones"));
    }
  }

  private String whyUnit(int unit) {
    int block = subject.blockSize();
    int logicalBlock = subject.limits().logicalBlock();
    if (unit == block) {
      return "position and every segment are multiples of the file block"
          + (block == logicalBlock ? ", which is the device's logical block" : "");
    }
    if (asked.position() % block != 0) {
      return "position " + asked.position() + " is no multiple of the file block, " + block;
    }
    for (int i = 0; i < asked.segments().size(); i++) {
      long length = asked.segments().get(i);
      if (length % block != 0) {
        return "segment "
            + i
            + " is "
            + Words.bytes(length)
            + " long, no multiple of the file block, "
            + block;
      }
    }
    throw new AssertionError("unit " + unit + " of a request that is aligned to " + block);
  }

  // --- zeros in memory ---

  /**
   * Tells what a read has filled.
   *
   * @param zeroed runs of zeroed bytes, from the start of the request
   */
  void addFills(List<long[]> zeroed) {
    long size = subject.size();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Ask ask) {
        int at = i;
        long from = ask.firstBlock() * subject.blockSize();
        long to = from + blocksReadAsZeros(ask.answer()) * subject.blockSize();
        for (long[] run : zeroed) {
          Step.Fill fill = fill(run, from, Math.min(to, size), false);
          if (fill.from() < fill.to()) {
            steps.add(++at, fill);
          }
        }
      }
    }
    for (long[] run : zeroed) {
      Step.Fill fill = fill(run, Math.max(size, asked.position()), Long.MAX_VALUE, true);
      if (fill.from() < fill.to()) {
        steps.add(lastBeforeEnd(), fill);
      }
    }
  }

  private static long blocksReadAsZeros(@Nullable Answer answer) {
    if (answer == null) {
      return 0;
    }
    boolean zeros = answer.kind() == MappingKind.HOLE || answer.kind() == MappingKind.UNWRITTEN;
    return zeros ? answer.blocks() : 0;
  }

  private Step.Fill fill(long[] run, long from, long to, boolean pastEnd) {
    return new Step.Fill(
        Math.max(asked.position() + run[0], from),
        Math.min(asked.position() + run[1], to),
        pastEnd);
  }

  private int lastBeforeEnd() {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.EndOfIo) {
        return i;
      }
    }
    return steps.size() - 1;
  }

  // --- durability ---

  void addDurability(long durableSize) {
    boolean durable = subject.dataSync() || asked.flags().has(IoFlag.DATA_SYNC);
    if (!asked.isWrite() || !durable || result().error() != null || result().bytes() <= 0) {
      return;
    }
    int flush = steps.size() - 1;
    while (flush > 0 && steps.get(flush - 1) instanceof Step.Flush) {
      flush--;
    }
    boolean flushes = flush < steps.size() - 1;
    String why =
        flushes
            ? whyFlush(durableSize)
            : "every operation goes with forced unit access, to blocks that hold data (BIO-9)";
    steps.add(flush, new Step.Durability(flushes, why));
  }

  private String whyFlush(long durableSize) {
    if (!subject.limits().forcedUnitAccess()) {
      return "the device has no forced unit access (BIO-9)";
    }
    if (asked.end() > subject.size()) {
      return "the file becomes longer, and its size has to be durable too (CMP-6)";
    }
    for (Step step : steps) {
      if (step instanceof Step.Ask ask && ask.answer() != null) {
        if (ask.answer().kind() != MappingKind.MAPPED) {
          return "blocks were written that held no data, and that they do has to be durable too"
              + " (BIO-9)";
        }
        if (ask.answer().dirty()) {
          return "a mapping is marked dirty: its metadata is not durable yet (BIO-9)";
        }
      }
    }
    return asked.end() > durableSize
        ? "the size that covers the write is not durable yet (BIO-9)"
        : "an operation went without forced unit access (BIO-9)";
  }
}
