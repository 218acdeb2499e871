package io.penstock.testkit.explain;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Explains requests to a file of the engine. The engine itself carries each request out, on a copy
 * of what it knows of the file, with the layout's own mapper behind a recording one and recording
 * devices in place of the real ones, which are never asked for anything. A layout's author sees
 * what his mapper's answers come to:
 *
 * <pre>{@code
 * System.out.println(Explainer.of(file).write(1536, 8704));
 * }</pre>
 *
 * <p>The file's own hooks (cache, end of I/O, sync, submit) are not called, and its mapper is asked
 * to look up only, unless {@link #allocating()} says that it may allocate: where it answers a hole
 * to a write that would have it allocate, new blocks are made up, and the answer says so.
 *
 * <p>Immutable; may be used by several threads if the mapper may.
 */
public final class Explainer {
  /** Most bytes of a request that is explained: its memory is really there. */
  public static final long MOST_BYTES = 256L << 20;

  private final BlockFile file;
  private final List<Long> segments;
  private final int skew;
  private final IoFlags flags;
  private final boolean allocates;

  private Explainer(
      BlockFile file, List<Long> segments, int skew, IoFlags flags, boolean allocates) {
    this.file = file;
    this.segments = segments;
    this.skew = skew;
    this.flags = flags;
    this.allocates = allocates;
  }

  /** Explains requests to a file. The file is only looked at. */
  public static Explainer of(BlockFile file) {
    return new Explainer(
        file, List.of(), 0, IoFlags.NONE, file.mapper().traits().laidOutByDevice());
  }

  /** Explains requests to a made-up layout. */
  public static Explainer of(LayoutSketch sketch) {
    return of(sketch.file(sketch.device())).allocating();
  }

  /**
   * Memory in segments of these lengths, bytes; what is longer than all of them has the rest in one
   * more, what is shorter leaves out the last.
   */
  public Explainer segments(long... lengths) {
    List<Long> given = new ArrayList<>();
    for (long length : lengths) {
      if (length < 1) {
        throw new IllegalArgumentException("a segment of " + length + " bytes must be at least 1");
      }
      given.add(length);
    }
    return new Explainer(file, given, skew, flags, allocates);
  }

  /** Memory whose segments begin so many bytes behind an aligned address; 0 to 4095. */
  public Explainer addresses(int bytes) {
    return new Explainer(file, segments, RequestPlan.checkedSkew(bytes), flags, allocates);
  }

  /** Requests with these flags. */
  public Explainer flags(IoFlags value) {
    return new Explainer(file, segments, skew, value, allocates);
  }

  /** The mapper may be asked to allocate: for one that has nothing to lose. */
  public Explainer allocating() {
    return new Explainer(file, segments, skew, flags, true);
  }

  /** Explains a read. */
  public Explanation read(long position, long length) {
    return explain(Direction.READ, position, length);
  }

  /** Explains a write, which changes nothing. */
  public Explanation write(long position, long length) {
    return explain(Direction.WRITE, position, length);
  }

  private Explanation explain(Direction direction, long position, long length) {
    RequestPlan plan = new RequestPlan(direction, position, length, segments, flags);
    Recorder recorder = new Recorder();
    BlockFile copy = copy(recorder);
    recorder.watch(copy);
    Subject subject =
        new Subject(
            file.name(),
            file.mapper().name(),
            file.device().name(),
            file.size(),
            file.blockSize(),
            file.limits(),
            file.isDataSync(),
            false);
    try (RequestMemory memory =
        new RequestMemory(plan.asked().segments(), file.limits().memoryAlignment(), skew)) {
      return plan.explain(recorder, memory, copy, subject, vector -> run(plan, copy, vector));
    } finally {
      copy.close();
    }
  }

  private long run(RequestPlan plan, BlockFile copy, IoVector vector) throws IOException {
    Asked asked = plan.asked();
    return asked.isWrite()
        ? DirectIo.write(copy, vector, asked.position(), flags)
        : DirectIo.read(copy, vector, asked.position(), flags);
  }

  /** What the engine knows of the file, with recordings in place of what it would touch. */
  private BlockFile copy(Recorder recorder) {
    BlockDevice real = file.device();
    RecordingDevice device = new RecordingDevice(recorder, real.name(), real.size(), file.limits());
    BlockMapper own = file.mapper();
    RecordingMapper mapper =
        new RecordingMapper(own, recorder, allocates, file.blockSize(), file.limits());
    mapper.replace(real, device);
    long size = file.size();
    BlockFile copy =
        BlockFile.builder(device, mapper)
            .name(file.name())
            .blockSize(file.blockSize())
            .size(Math.min(file.durableSize(), size))
            .dataSync(file.isDataSync())
            .maxOutstandingBios(file.maxOutstandingBios())
            .endOfIo(end -> ended(recorder, end))
            .build();
    copy.extendTo(size);
    return copy;
  }

  private static void ended(Recorder recorder, EndOfIo end) throws IOException {
    io.penstock.core.file.EndOfIoHook.PUBLISH_SIZE.endOfIo(end);
    List<String> ranges = new ArrayList<>();
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      ranges.add(Words.range(end.uninitialisedStart(i), end.uninitialisedEnd(i)));
    }
    Object cookie = end.cookie();
    recorder.add(
        new Step.EndOfIo(
            end.bytes(), cookie == null ? null : cookie.toString(), ranges, end.file().size()));
  }
}
