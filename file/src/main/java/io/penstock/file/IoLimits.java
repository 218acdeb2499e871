package io.penstock.file;

import io.penstock.core.bio.Bio;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What may be outstanding at the same time (FILE-8): operations and bytes in all, and of the {@link
 * IoClass#BACKGROUND} class. Given to files by {@link DirectFileOptions#withLimits}; one object
 * that all files of a disk are opened with limits the disk, one of a single file the file. Counted
 * are device operations: one request has several if it is large or unaligned.
 *
 * <pre>{@code
 * IoLimits disk = IoLimits.builder("nvme0").operations(64).background(4, 4 << 20).build();
 * DirectFile index = DirectFile.open(path, DirectFileOptions.DEFAULT.withLimits(disk));
 * DirectFile bulk = DirectFile.open(path,
 *     DirectFileOptions.DEFAULT.withLimits(disk).withIoClass(IoClass.BACKGROUND));
 * }</pre>
 *
 * <p>What exceeds a limit waits in the order it came, foreground before background; a no-wait
 * request gets EAGAIN instead. Whoever submits asynchronously does not wait, whoever makes a
 * blocking call parks. Background never has more than its share, whether foreground is there or
 * not: a foreground request finds no more than that in front of it, whenever it comes. While
 * background waits, it gets a turn after every {@value #FOREGROUND_STREAK} operations of
 * foreground.
 *
 * <p>Thread-safe; needs no closing.
 */
public final class IoLimits {
  /** Foreground operations that may begin, one after the other, while background waits. */
  public static final int FOREGROUND_STREAK = 16;

  /** Smallest limit of bytes. */
  public static final long MIN_BYTES = 64 * 1024;

  private static final AtomicLong MADE = new AtomicLong();

  /** What became of an operation that wants to begin. */
  enum Arrival {
    BEGINS,
    WAITS,
    REFUSED
  }

  /** The operations of one class. All guarded by the limits. */
  private static final class Lane {
    final int mostOperations;
    final long mostBytes;
    final ArrayDeque<Bio> waiting = new ArrayDeque<>();
    int operations;
    long bytes;
    int peakOperations;
    long peakBytes;
    long delayed;

    Lane(int mostOperations, long mostBytes) {
      this.mostOperations = mostOperations;
      this.mostBytes = mostBytes;
    }

    boolean hasRoom(long length) {
      return operations < mostOperations && bytes <= mostBytes - length;
    }

    void begin(long length) {
      operations++;
      bytes += length;
      peakOperations = Math.max(peakOperations, operations);
      peakBytes = Math.max(peakBytes, bytes);
    }

    void end(long length) {
      operations--;
      bytes -= length;
      assert operations >= 0 && bytes >= 0 : operations + " " + bytes;
    }
  }

  private final String name;
  private final long order = MADE.incrementAndGet();
  private final Lane all;
  private final Lane foreground;
  private final Lane background;

  /** Foreground operations begun since background was there and had no turn; guarded by this. */
  private int streak;

  /** Whether a thread is starting what waits; guarded by this. */
  private boolean dispatching;

  private IoLimits(Builder builder) {
    name = builder.name;
    all = new Lane(builder.operations, builder.bytes);
    foreground = new Lane(builder.operations, builder.bytes);
    background =
        new Lane(
            Math.min(builder.operations, builder.backgroundOperations),
            Math.min(builder.bytes, builder.backgroundBytes));
  }

  /**
   * Limits to be described.
   *
   * @param name for people
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * Describes {@link IoLimits}; what is not said is not limited, but for background operations:
   * {@value #BACKGROUND_OPERATIONS}.
   */
  public static final class Builder {
    /** Background operations outstanding, if not said. */
    public static final int BACKGROUND_OPERATIONS = 4;

    private final String name;
    private int operations = Integer.MAX_VALUE;
    private long bytes = Long.MAX_VALUE;
    private int backgroundOperations = BACKGROUND_OPERATIONS;
    private long backgroundBytes = Long.MAX_VALUE;

    private Builder(String name) {
      this.name = name;
    }

    /** Most device operations outstanding, at least 1. */
    public Builder operations(int most) {
      operations = atLeastOne("operations", most);
      return this;
    }

    /** Most bytes outstanding, at least {@link #MIN_BYTES}; larger transfers are split. */
    public Builder bytes(long most) {
      bytes = enough("bytes", most);
      return this;
    }

    /**
     * The share of background.
     *
     * @param mostOperations device operations outstanding, at least 1
     * @param mostBytes bytes outstanding, at least {@link #MIN_BYTES}; larger transfers are split
     */
    public Builder background(int mostOperations, long mostBytes) {
      backgroundOperations = atLeastOne("background operations", mostOperations);
      backgroundBytes = enough("background bytes", mostBytes);
      return this;
    }

    private static int atLeastOne(String what, int value) {
      if (value < 1) {
        throw new IllegalArgumentException(
            what + " " + value + " must be at least 1, or nothing would ever begin");
      }
      return value;
    }

    private static long enough(String what, long value) {
      if (value < MIN_BYTES) {
        throw new IllegalArgumentException(
            what + " " + value + " must be at least " + MIN_BYTES + ", the largest block");
      }
      return value;
    }

    /** The limits, with nothing outstanding. */
    public IoLimits build() {
      return new IoLimits(this);
    }
  }

  // --- what is outstanding ---

  /** Name for people. */
  public String name() {
    return name;
  }

  /** Device operations of a class that have begun and not ended. */
  public synchronized int outstanding(IoClass ioClass) {
    return lane(ioClass).operations;
  }

  /** Bytes of the operations of a class that have begun and not ended. */
  public synchronized long outstandingBytes(IoClass ioClass) {
    return lane(ioClass).bytes;
  }

  /** Device operations of a class that wait to begin. */
  public synchronized int queued(IoClass ioClass) {
    return lane(ioClass).waiting.size();
  }

  /** Device operations of a class that had to wait, so far. */
  public synchronized long delayed(IoClass ioClass) {
    return lane(ioClass).delayed;
  }

  /** Most device operations of a class that were outstanding at the same time. */
  public synchronized int peak(IoClass ioClass) {
    return lane(ioClass).peakOperations;
  }

  /** Most device operations that were outstanding at the same time, both classes. */
  public synchronized int peak() {
    return all.peakOperations;
  }

  /** Most bytes that were outstanding at the same time, both classes. */
  public synchronized long peakBytes() {
    return all.peakBytes;
  }

  /**
   * Bytes that one operation of a class may have at most, so that it can begin when nothing is
   * outstanding.
   */
  long mostBytes(IoClass ioClass) {
    return lane(ioClass).mostBytes;
  }

  /**
   * Where it stands among others: whoever needs room in several takes it in this order, so that no
   * two wait for each other.
   */
  long order() {
    return order;
  }

  private Lane lane(IoClass ioClass) {
    return switch (ioClass) {
      case FOREGROUND -> foreground;
      case BACKGROUND -> background;
    };
  }

  // --- beginning ---

  /** An operation wants to begin. If it waits, {@code device} is told when its turn has come. */
  synchronized Arrival arrive(Bio bio, LimitedDevice device, IoClass ioClass) {
    Lane lane = lane(ioClass);
    if (lane.waiting.isEmpty() && mayBegin(lane, bio.length())) {
      begin(lane, bio.length());
      return Arrival.BEGINS;
    }
    if (bio.isNoWait()) {
      return Arrival.REFUSED;
    }
    bio.deviceData(device);
    lane.waiting.add(bio);
    lane.delayed++;
    device.queueing().queued.incrementAndGet();
    device.queueing().delayed.increment();
    return Arrival.WAITS;
  }

  private boolean mayBegin(Lane lane, long length) {
    boolean isItsTurn = lane == background ? foreground.waiting.isEmpty() : !isBackgroundOverdue();
    return isItsTurn && lane.hasRoom(length) && all.hasRoom(length);
  }

  /** Whether foreground has to leave the next room to background. */
  private boolean isBackgroundOverdue() {
    Bio first = background.waiting.peekFirst();
    return streak >= FOREGROUND_STREAK && first != null && background.hasRoom(first.length());
  }

  private void begin(Lane lane, long length) {
    lane.begin(length);
    all.begin(length);
    streak = lane == background || background.waiting.isEmpty() ? 0 : streak + 1;
  }

  /** The first that may begin now, counted as begun; or null. */
  private @Nullable Bio takeNext() {
    Lane lane = isBackgroundOverdue() || foreground.waiting.isEmpty() ? background : foreground;
    Bio first = lane.waiting.peekFirst();
    if (first == null || !lane.hasRoom(first.length()) || !all.hasRoom(first.length())) {
      return null;
    }
    lane.waiting.removeFirst();
    begin(lane, first.length());
    return first;
  }

  // --- ending ---

  /** An operation has ended; {@link #startWaiting()} is called after it. */
  synchronized void end(IoClass ioClass, long length) {
    lane(ioClass).end(length);
    all.end(length);
  }

  /**
   * Takes an operation that waits out of the queue.
   *
   * @return false when it does not wait any more
   */
  synchronized boolean withdraw(Bio bio, long generation, IoClass ioClass) {
    return bio.generation() == generation && lane(ioClass).waiting.remove(bio);
  }

  /**
   * Starts what waits and has room now. One thread at a time does that, the others leave it to it:
   * operations that end inside of their submission do not nest.
   */
  void startWaiting() {
    Bio next = firstToStart();
    while (next != null) {
      LimitedDevice device = (LimitedDevice) next.deviceData();
      assert device != null;
      device.start(next);
      next = nextToStart();
    }
  }

  private synchronized @Nullable Bio firstToStart() {
    return dispatching ? null : nextToStart();
  }

  private synchronized @Nullable Bio nextToStart() {
    Bio next = takeNext();
    dispatching = next != null;
    return next;
  }

  @Override
  public synchronized String toString() {
    return "limits "
        + name
        + ": foreground "
        + foreground.operations
        + " outstanding, "
        + foreground.waiting.size()
        + " waiting; background "
        + background.operations
        + " outstanding, "
        + background.waiting.size()
        + " waiting; "
        + all.bytes
        + " bytes";
  }
}
