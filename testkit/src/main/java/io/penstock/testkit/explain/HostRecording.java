package io.penstock.testkit.explain;

import io.penstock.core.bio.Direction;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A way to open files of the host that explains what the file layer makes of a request. Files are
 * opened for reading only, whatever is asked; everything that would transfer or change is recorded
 * and reported done. Give it to a file as its provider, have {@link #view} look at its layout, and
 * make the request inside of {@link #explain}. One file at a time; not thread-safe.
 */
public final class HostRecording implements DeviceProvider {
  private final DeviceProvider real;
  private final int unit;
  private final Recorder recorder = new Recorder();
  private @Nullable RecordingHostDevice device;

  /**
   * Over a way to open files.
   *
   * @param unit the logical block to be pretended, bytes, a power of two that is no smaller than
   *     the real one; 0 for the real one
   */
  public HostRecording(DeviceProvider real, int unit) {
    this.real = real;
    this.unit = unit;
  }

  /** Makes a request of the file layer. */
  @FunctionalInterface
  public interface Request {
    /**
     * Reads or writes with this memory, and waits for it.
     *
     * @return bytes, or -1 at end of file
     */
    long run(IoVector memory) throws IOException;
  }

  @Override
  public String name() {
    return real.name();
  }

  @Override
  public Optional<String> unavailabilityCause() {
    return real.unavailabilityCause();
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) throws IOException {
    HostDevice opened = real.open(path, OpenMode.READ.withBufferedFallback(true));
    try {
      RecordingHostDevice made = new RecordingHostDevice(opened, recorder, unit);
      device = made;
      return made;
    } catch (IOException | RuntimeException failure) {
      opened.close();
      throw failure;
    }
  }

  /** A mapper before the file's own that writes down what is asked. */
  public BlockMapper view(BlockMapper layout) {
    return new View(layout);
  }

  /**
   * Explains one request.
   *
   * @param segments lengths as of {@link Explainer#segments}
   * @param skew as of {@link Explainer#addresses}
   */
  public Explanation explain(
      String name,
      Direction direction,
      long position,
      long length,
      List<Long> segments,
      int skew,
      IoFlags flags,
      Request request)
      throws IOException {
    RecordingHostDevice opened = device;
    if (opened == null) {
      throw new IllegalStateException("no file was opened; give this to a file as its provider");
    }
    RequestPlan plan = new RequestPlan(direction, position, length, segments, flags);
    Subject subject =
        new Subject(
            name,
            "the host",
            opened.name(),
            opened.length(),
            opened.limits().logicalBlock(),
            opened.limits(),
            false,
            true);
    try (RequestMemory memory =
        new RequestMemory(
            plan.asked().segments(),
            opened.limits().memoryAlignment(),
            RequestPlan.checkedSkew(skew))) {
      return plan.explain(recorder, memory, null, subject, request::run);
    }
  }

  /**
   * One question is one request of the engine here: the host's layout answers all of it at once.
   */
  private final class View implements BlockMapper {
    private final BlockMapper layout;

    View(BlockMapper layout) {
      this.layout = layout;
    }

    @Override
    public void map(MapQuery query, Mapping mapping) throws IOException {
      RecordingHostDevice opened = device;
      long block = opened == null ? 0 : opened.limits().logicalBlock();
      recorder.beginRequest(
          query.intent() == MapIntent.LOOK_UP ? Direction.READ : Direction.WRITE,
          query.firstBlock() * block,
          query.blocks() * block);
      layout.map(query, mapping);
      recorder.add(
          new Step.Ask(
              name(),
              query.firstBlock(),
              query.blocks(),
              query.intent(),
              query.isNoWait(),
              recorder.isClaimed(),
              Answer.of(mapping, false),
              null));
    }

    @Override
    public LayoutTraits traits() {
      return layout.traits();
    }

    @Override
    public String name() {
      return layout.name();
    }
  }
}
