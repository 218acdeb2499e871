package io.penstock.file;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.OpenMode;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.metric.IoMetrics;
import java.nio.file.OpenOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a {@link DirectFile} is to work, beyond the {@link java.nio.file.StandardOpenOption}s.
 * Immutable; itself an option of {@link DirectFile#open}:
 *
 * <pre>{@code
 * DirectFile.open(path, READ, WRITE, DirectFileOptions.DEFAULT.withEngine("pread").withDepth(32));
 * }</pre>
 *
 * @param engine name of the way to do I/O: {@link Engines#AUTO}, or that of a provider ({@code
 *     uring}, {@code pread}, {@code portable}); of no meaning with a loop or a provider
 * @param provider the way to do I/O itself, for one that is not found by its name, such as a
 *     simulated host; null to choose by {@code engine}; of no meaning with a loop
 * @param depth operations that are to be in flight at the same time, at least 1; more are queued
 * @param alignment what becomes of unaligned requests
 * @param bufferedFallback whether the file is opened through the page cache where the host refuses
 *     direct I/O on it (FILE-4); {@link DirectFile#isDirect()} tells, and the log
 * @param dataSync whether every write is durable before it is reported, as with {@code DSYNC}
 * @param exclusive whether a block device that is in use (mounted, part of a volume) is refused for
 *     writing
 * @param loop the loop the file is opened on: its asynchronous requests are for the loop's thread,
 *     and complete in {@link ConfinedLoop#poll()}; null for a file that any thread may use
 * @param ioClass who waits for the file's transfers; matters with limits (FILE-8)
 * @param limits what may be outstanding, shared with other files or not; none for no limit, and not
 *     with a loop
 * @param layoutView puts a mapper before each that the file asks, to look at what is asked and
 *     answered; called when the file is opened; what it gives must answer as the one behind does
 * @param metrics where its requests are measured while it is open, unaligned ones by the steps they
 *     take; null to not measure them
 */
public record DirectFileOptions(
    String engine,
    @Nullable DeviceProvider provider,
    int depth,
    AlignmentMode alignment,
    boolean bufferedFallback,
    boolean dataSync,
    boolean exclusive,
    @Nullable ConfinedLoop loop,
    IoClass ioClass,
    List<IoLimits> limits,
    UnaryOperator<BlockMapper> layoutView,
    @Nullable IoMetrics metrics)
    implements OpenOption {

  /** The best engine there is, bouncing, direct or not at all, not synchronous. */
  public static final DirectFileOptions DEFAULT =
      new DirectFileOptions(
          Engines.AUTO,
          null,
          OpenMode.DEFAULT_DEPTH,
          AlignmentMode.BOUNCE,
          false,
          false,
          true,
          null,
          IoClass.FOREGROUND,
          List.of(),
          UnaryOperator.identity(),
          null);

  /** Checks the values. */
  public DirectFileOptions {
    if (engine.isBlank()) {
      throw new IllegalArgumentException(
          "engine must be \"" + Engines.AUTO + "\" or the name of a provider, not blank");
    }
    if (depth < 1) {
      throw new IllegalArgumentException("depth " + depth + " must be at least 1");
    }
    limits = List.copyOf(limits);
    if (loop != null && !limits.isEmpty()) {
      throw new IllegalArgumentException(
          "limits "
              + limits
              + " would have other threads start operations of a loop; open the file without a"
              + " loop, or bound what its thread submits");
    }
  }

  /** The same options with another engine. */
  public DirectFileOptions withEngine(String name) {
    return with(draft -> draft.engine = name);
  }

  /** The same options with a way to do I/O that need not be installed. */
  public DirectFileOptions withProvider(DeviceProvider way) {
    return with(draft -> draft.provider = way);
  }

  /** The same options for another number of operations in flight. */
  public DirectFileOptions withDepth(int operations) {
    return with(draft -> draft.depth = operations);
  }

  /** The same options with another fate of unaligned requests. */
  public DirectFileOptions withAlignment(AlignmentMode mode) {
    return with(draft -> draft.alignment = mode);
  }

  /** The same options with or without the buffered fallback. */
  public DirectFileOptions withBufferedFallback(boolean allowed) {
    return with(draft -> draft.bufferedFallback = allowed);
  }

  /** The same options; whether every write is durable before it is reported. */
  public DirectFileOptions withDataSync(boolean value) {
    return with(draft -> draft.dataSync = value);
  }

  /** The same options; whether a block device in use is refused for writing. */
  public DirectFileOptions withExclusive(boolean value) {
    return with(draft -> draft.exclusive = value);
  }

  /** The same options on a loop. */
  public DirectFileOptions withLoop(ConfinedLoop confined) {
    return with(draft -> draft.loop = confined);
  }

  /** The same options for a file whose transfers somebody waits for, or nobody. */
  public DirectFileOptions withIoClass(IoClass value) {
    return with(draft -> draft.ioClass = value);
  }

  /** The same options with these limits, in no particular order, instead of those they have. */
  public DirectFileOptions withLimits(IoLimits... shared) {
    return with(draft -> draft.limits = List.of(shared));
  }

  /** The same options with a look at what the file's layout is asked and answers. */
  public DirectFileOptions withLayoutView(UnaryOperator<BlockMapper> view) {
    return with(draft -> draft.layoutView = view);
  }

  /** The same options for a file whose requests are measured. */
  public DirectFileOptions withMetrics(IoMetrics measured) {
    return with(draft -> draft.metrics = measured);
  }

  private DirectFileOptions with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return draft.options();
  }

  /** Options that are about to differ in one value. */
  private static final class Draft {
    private String engine;
    private @Nullable DeviceProvider provider;
    private int depth;
    private AlignmentMode alignment;
    private boolean bufferedFallback;
    private boolean dataSync;
    private boolean exclusive;
    private @Nullable ConfinedLoop loop;
    private IoClass ioClass;
    private List<IoLimits> limits;
    private UnaryOperator<BlockMapper> layoutView;
    private @Nullable IoMetrics metrics;

    Draft(DirectFileOptions options) {
      engine = options.engine;
      provider = options.provider;
      depth = options.depth;
      alignment = options.alignment;
      bufferedFallback = options.bufferedFallback;
      dataSync = options.dataSync;
      exclusive = options.exclusive;
      loop = options.loop;
      ioClass = options.ioClass;
      limits = options.limits;
      layoutView = options.layoutView;
      metrics = options.metrics;
    }

    DirectFileOptions options() {
      return new DirectFileOptions(
          engine,
          provider,
          depth,
          alignment,
          bufferedFallback,
          dataSync,
          exclusive,
          loop,
          ioClass,
          limits,
          layoutView,
          metrics);
    }
  }
}
