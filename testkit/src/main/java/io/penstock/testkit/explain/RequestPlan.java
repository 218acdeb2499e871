package io.penstock.testkit.explain;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that is going to be explained: its memory cut into segments, run, and told. */
final class RequestPlan {
  private static final int LARGEST_SKEW = 4095;

  /** Carries out the request with this memory. */
  @FunctionalInterface
  interface Call {
    /** Bytes, or -1 at end of file. */
    long run(IoVector memory) throws IOException;
  }

  private final Asked asked;

  RequestPlan(Direction direction, long position, long length, List<Long> segments, IoFlags flags) {
    if (length < 0 || length > Explainer.MOST_BYTES) {
      throw new IllegalArgumentException(
          "length "
              + length
              + " must be 0 to "
              + Explainer.MOST_BYTES
              + " bytes: the memory of what is explained is really there");
    }
    asked = new Asked(direction, position, cut(length, segments), flags);
  }

  static int checkedSkew(int bytes) {
    if (bytes < 0 || bytes > LARGEST_SKEW) {
      throw new IllegalArgumentException(
          "addresses can be 0 to " + LARGEST_SKEW + " bytes off, not " + bytes);
    }
    return bytes;
  }

  private static List<Long> cut(long length, List<Long> segments) {
    List<Long> all = new ArrayList<>();
    long left = length;
    for (long each : segments) {
      if (left > 0) {
        all.add(Math.min(each, left));
        left -= all.getLast();
      }
    }
    if (left > 0) {
      all.add(left);
    }
    return all;
  }

  Asked asked() {
    return asked;
  }

  /**
   * Runs it and tells what happened.
   *
   * @param file that the engine walks, or null where the file layer decides that itself
   */
  Explanation explain(
      Recorder recorder,
      RequestMemory memory,
      @Nullable BlockFile file,
      Subject subject,
      Call call) {
    recorder.begin(memory);
    Step.Result result;
    try {
      result = new Step.Result(call.run(memory.vector()), null);
    } catch (IOException failure) {
      result = new Step.Result(0, Recorder.words(failure));
    }
    StepList steps = new StepList(asked, subject, recorder.steps(subject.blockSize()), result);
    if (file == null) {
      steps.addUnitOfHost();
    } else if (steps.isAdmitted()) {
      steps.addUnit(unit(file, memory));
    }
    if (!asked.isWrite()) {
      steps.addFills(memory.zeroed());
    }
    steps.addDurability(file == null ? subject.size() : file.durableSize());
    return new Explanation(asked, subject, steps.all());
  }

  private int unit(BlockFile file, RequestMemory memory) {
    try {
      return DirectIo.unit(file, asked.direction(), memory.vector(), asked.position());
    } catch (IOException impossible) {
      throw new AssertionError("an admitted request has a unit", impossible);
    }
  }
}
