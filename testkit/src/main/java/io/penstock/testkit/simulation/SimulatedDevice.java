package io.penstock.testkit.simulation;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.Reaping;
import io.penstock.core.completion.Threading;
import io.penstock.core.device.BioCheck;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A disk made of one seed: it takes its time, of a {@link VirtualClock}, has a queue and a volatile
 * write cache, and all that is wrong with it is in its {@link FaultPlan}. Offsets and lengths are
 * bytes.
 *
 * <p><b>What it promises</b> is what every {@link BlockDevice} does, and no more. A write is on the
 * device at some moment between its submission and its completion, block by block. What was
 * completed is durable after a flush that began later, or at once with forced unit access; of the
 * rest any block may be durable. When the {@linkplain #cutPower() power goes}, every logical block
 * holds, as a whole, something that was written to it and nothing older than what was durable; an
 * atomic write is there or not. Nothing is ever torn inside of a logical block.
 *
 * <p><b>Who lets time pass.</b> Somebody has to run the clock's events, and bios are completed
 * there. In a {@link SimulatedMachine} it does. Elsewhere a {@linkplain Bio#isSynchronous()
 * synchronous} bio and a flush run them themselves until they are done.
 *
 * <p>Thread-safe; with one thread, or a machine, the seed determines all that happens.
 */
public final class SimulatedDevice implements BlockDevice {
  private static final int QUEUE = 4;
  private static final int BAD_BLOCKS = 3;
  private static final int SLOW = 100;

  private final String name;
  private final long size;
  private final QueueLimits limits;
  private final VirtualClock clock;
  private final FaultPlan faults;
  private final Dice dice;
  private final SectorStore store;
  private final LongConsumer written;
  private final LongConsumer forced;
  private final Supplier<Runnable> flushing;
  private final IoCounters counters = new IoCounters();
  private final List<Operation> inFlight = new ArrayList<>();
  private final Deque<Operation> waiting = new ArrayDeque<>();
  private final List<Operation> ended = new ArrayList<>();
  private final BitSet bad = new BitSet();
  private final List<Flush> flushes = new ArrayList<>();
  private boolean deliveryPlanned;
  private boolean powered = true;
  private boolean closed;
  private long number;
  private long lastEnd;
  private long violations;

  private SimulatedDevice(Builder builder) {
    name = builder.name;
    size = builder.size;
    limits = builder.limits;
    clock = builder.clock;
    faults = builder.faults;
    dice = Dice.of(builder.seed, 500);
    store = new SectorStore(limits.logicalBlock(), builder.fill);
    written = builder.written;
    forced = builder.forced;
    flushing = builder.flushing;
  }

  /** A device to be described, in the time of {@code clock}. */
  public static Builder builder(VirtualClock clock) {
    return new Builder(clock);
  }

  /** One flush; guarded by the device. */
  private static final class Flush {
    final Runnable effect;
    final Thread waiter = Thread.currentThread();
    @Nullable Errno error;
    volatile boolean done;

    Flush(Runnable effect) {
      this.effect = effect;
    }
  }

  // --- bios ---

  @Override
  public void submit(Bio bio) {
    IOException refusal = accept(bio);
    if (refusal != null) {
      bio.complete(refusal);
    }
  }

  private @Nullable IOException accept(Bio bio) {
    Operation operation;
    synchronized (this) {
      if (bio.isCancelRequested()) {
        return error(Errno.ECANCELED, bio, "cancelled before the device began it");
      }
      if (closed) {
        return error(Errno.ENODEV, bio, "the device is closed");
      }
      IOException violation = BioCheck.violation(bio, limits, size, name);
      if (violation != null) {
        violations++;
        return violation;
      }
      if (!powered) {
        return error(Errno.EIO, bio, "the device has no power");
      }
      boolean full = faults.has(FaultKind.FULL_QUEUE) && inFlight.size() >= QUEUE;
      if (full) {
        faults.hit(FaultKind.FULL_QUEUE);
        if (bio.isNoWait()) {
          return error(Errno.EAGAIN, bio, "the queue of " + QUEUE + " bios is full");
        }
      }
      operation = new Operation(bio, number++, limits.logicalBlock());
      clock.note(operation.number, operation.offset, operation.sectors, bio.isWrite() ? 1 : 0);
      if (full) {
        waiting.add(operation);
      } else {
        begin(operation);
      }
    }
    if (bio.isSynchronous() && !isSimulated()) {
      runUntil(operation::isReported);
    }
    return null;
  }

  private static boolean isSimulated() {
    return Threading.current() instanceof SimulatedMachine;
  }

  private void runUntil(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      if (!clock.runNext()) {
        Thread.onSpinWait(); // another thread runs the last event
      }
    }
  }

  /** Throws the dice for all that will happen to an operation, and plans it. */
  private void begin(Operation operation) {
    operation.begun = true;
    inFlight.add(operation);
    long time = 10_000 + dice.below(90_000) + operation.sectors * 200L;
    if (faults.strikes(FaultKind.LATENCY)) {
      faults.hit(FaultKind.LATENCY);
      time *= SLOW;
    }
    long now = clock.now();
    long end = now + time;
    if (!faults.has(FaultKind.REORDER)) {
      end = Math.max(end, lastEnd);
    }
    lastEnd = Math.max(lastEnd, end);
    time = end - now;
    decideFate(operation);
    int split = operation.sectors;
    if (faults.strikes(FaultKind.SHORT_TRANSFER)
        && operation.sectors > 1
        && !operation.isAtomic()) {
      faults.hit(FaultKind.SHORT_TRANSFER);
      split = 1 + faults.dice(FaultKind.SHORT_TRANSFER).below(operation.sectors - 1);
    }
    long first = dice.below(time + 1);
    int whole = split;
    clock.after(first, () -> transfer(operation, whole));
    if (whole < operation.sectors) {
      long second = first + dice.below(time - first + 1);
      clock.after(second, () -> transfer(operation, operation.sectors));
    }
    clock.after(time, () -> end(operation));
  }

  private void decideFate(Operation operation) {
    boolean transientError = faults.strikes(FaultKind.TRANSIENT_ERROR);
    int first = sectorOf(operation.offset);
    if (faults.strikes(FaultKind.STICKY_ERROR) && bad.cardinality() < BAD_BLOCKS) {
      bad.set(first + faults.dice(FaultKind.STICKY_ERROR).below(operation.sectors));
    }
    int wrong = bad.nextSetBit(first);
    boolean touchesBad = wrong >= 0 && wrong < first + operation.sectors;
    if (touchesBad && faults.has(FaultKind.STICKY_ERROR)) {
      faults.hit(FaultKind.STICKY_ERROR);
      operation.error = Errno.EIO;
    } else if (transientError) {
      faults.hit(FaultKind.TRANSIENT_ERROR);
      operation.error = Errno.EIO;
    }
  }

  private int sectorOf(long offset) {
    return (int) (offset / limits.logicalBlock());
  }

  /** The turn of an operation's blocks up to {@code to} has come. */
  private synchronized void transfer(Operation operation, int to) {
    if (!operation.over && operation.error == null) {
      try {
        transfer(operation, operation.done, to, null);
      } catch (RuntimeException memoryGone) {
        operation.error = Errno.EFAULT;
      }
      operation.done = to;
    }
  }

  /** Moves blocks; with dice, each only if it is lucky. Answers how many. */
  private int transfer(Operation operation, int from, int to, @Nullable Dice luck) {
    Bio bio = operation.bio();
    int block = limits.logicalBlock();
    int moved = 0;
    int last = 0;
    int index = 0;
    for (int piece = 0; piece < bio.pieces(); piece++) {
      for (long at = 0; at < bio.pieceLength(piece); at += block, index++) {
        if (index < from || index >= to || (luck != null && !luck.oneIn(2))) {
          continue;
        }
        long sector = operation.offset / block + index;
        if (operation.isWrite) {
          store.write(sector, bio.segment(piece), bio.pieceOffset(piece) + at, operation);
        } else {
          store.read(sector, bio.segment(piece), bio.pieceOffset(piece) + at);
        }
        moved++;
        last = index + 1;
      }
    }
    if (operation.isWrite && moved > 0) {
      written.accept(operation.offset + (long) last * block);
      if (dice.oneIn(8)) {
        store.evictSome(dice);
      }
    }
    return moved;
  }

  /** What a write leaves behind that is not carried out to its end: any of what was to come. */
  private void tear(Operation operation) {
    int rest = operation.sectors - operation.done;
    if (!operation.isWrite
        || operation.isAtomic()
        || rest == 0
        || !faults.has(FaultKind.TORN_WRITE)) {
      return;
    }
    Dice luck = faults.dice(FaultKind.TORN_WRITE);
    int moved = transfer(operation, operation.done, operation.sectors, luck);
    if (operation.done + moved > 0 && moved < rest) {
      faults.hit(FaultKind.TORN_WRITE);
    }
  }

  private synchronized void end(Operation operation) {
    if (operation.over) {
      return;
    }
    transfer(operation, operation.sectors); // another thread may be late with it
    if (operation.error != null) {
      tear(operation);
    } else if (operation.isForced) {
      for (int i = 0; i < operation.sectors; i++) {
        store.persist(operation.offset / limits.logicalBlock() + i);
      }
      forced.accept(operation.offset + (long) operation.sectors * limits.logicalBlock());
    }
    if (faults.has(FaultKind.REORDER) && isBeforeItsTurn(operation)) {
      faults.hit(FaultKind.REORDER);
    }
    over(operation);
    if (!deliveryPlanned) {
      deliveryPlanned = true;
      clock.after(dice.oneIn(3) ? dice.below(30_000L) : 0, this::deliver);
    }
    Operation next = waiting.poll();
    if (next != null) {
      begin(next);
    }
  }

  private boolean isBeforeItsTurn(Operation operation) {
    return inFlight.getFirst().number < operation.number;
  }

  private void over(Operation operation) {
    operation.over = true;
    inFlight.remove(operation);
    ended.add(operation);
  }

  private void deliver() {
    List<Operation> batch;
    synchronized (this) {
      deliveryPlanned = false;
      batch = List.copyOf(ended);
      ended.clear();
    }
    Reaping.begin();
    try {
      batch.forEach(this::complete);
    } finally {
      Reaping.end();
    }
  }

  private void complete(Operation operation) {
    Errno errno = operation.error;
    Bio bio = operation.bio();
    clock.note(operation.number, errno == null ? 0 : errno.number());
    IOException error = errno == null ? null : error(errno, bio, "simulated");
    operation.report();
    bio.complete(error);
  }

  @Override
  public void cancel(Bio bio, long generation) {
    Operation taken = null;
    synchronized (this) {
      for (Operation each : waiting) {
        taken = each.is(bio, generation) ? each : taken;
      }
      for (Operation each : inFlight) {
        taken = each.is(bio, generation) && each.done == 0 ? each : taken;
      }
      if (taken == null) {
        return;
      }
      waiting.remove(taken);
      taken.error = Errno.ECANCELED;
      over(taken);
      ended.remove(taken);
      Operation next = taken.begun ? waiting.poll() : null;
      if (next != null) {
        begin(next);
      }
    }
    complete(taken);
  }

  private IOException error(Errno errno, Bio bio, String detail) {
    return new BlockIoException(
        errno, bio.direction().word(), name, bio.deviceOffset(), bio.length(), detail);
  }

  // --- durability and power ---

  @Override
  public void flush() throws IOException {
    Flush flush;
    synchronized (this) {
      if (closed || !powered) {
        throw new BlockIoException(
            closed ? Errno.ENODEV : Errno.EIO, "flush", name, closed ? "closed" : "no power");
      }
      Runnable alsoDurable = flushing.get();
      Runnable data = store.flush();
      flush =
          new Flush(
              () -> {
                data.run();
                alsoDurable.run();
              });
      flushes.add(flush);
      clock.after(20_000 + dice.below(200_000), () -> end(flush));
    }
    if (isSimulated()) {
      while (!flush.done) {
        Threading.current().park(flush);
      }
    } else {
      runUntil(() -> flush.done);
    }
    Errno errno = flush.error;
    if (errno != null) {
      throw new BlockIoException(errno, "flush", name, "simulated");
    }
  }

  private synchronized void end(Flush flush) {
    if (!flushes.remove(flush)) {
      return;
    }
    if (faults.strikes(FaultKind.FLUSH_ERROR)) {
      faults.hit(FaultKind.FLUSH_ERROR);
      store.failFlush(faults.dice(FaultKind.FLUSH_ERROR));
      flush.error = Errno.EIO;
    } else {
      flush.effect.run();
    }
    clock.note(flush.error == null ? 0 : 1);
    finish(flush);
  }

  private static void finish(Flush flush) {
    flush.done = true;
    Threading.current().unpark(flush.waiter);
  }

  /**
   * Takes the power away: everything in flight fails with EIO, as all that follows does until
   * {@link #restart()}. Handlers run before this returns; in a machine it is best called by an
   * event of the clock.
   */
  public void cutPower() {
    synchronized (this) {
      if (!powered) {
        return;
      }
      powered = false;
      faults.hit(FaultKind.POWER_CUT);
      clock.note(4711);
      for (Operation each : List.copyOf(inFlight)) {
        tear(each);
        each.error = Errno.EIO;
        over(each);
      }
      waiting.forEach(each -> each.error = Errno.EIO);
      ended.addAll(waiting);
      waiting.clear();
      boolean loses = faults.has(FaultKind.LOST_CACHE);
      if (store.losePower(loses ? faults.dice(FaultKind.LOST_CACHE) : null) > 0) {
        faults.hit(FaultKind.LOST_CACHE);
      }
      for (Flush each : flushes) {
        each.error = Errno.EIO;
        finish(each);
      }
      flushes.clear();
    }
    deliver();
  }

  /** The power is back: the device holds what has survived. */
  public synchronized void restart() {
    powered = true;
  }

  /** Whether it has power. */
  public synchronized boolean isPowered() {
    return powered;
  }

  /** Blocks that went bad are good again. */
  public synchronized void repair() {
    bad.clear();
  }

  // --- what it is ---

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public IoCounters counters() {
    return counters;
  }

  /** Its clock. */
  public VirtualClock clock() {
    return clock;
  }

  /** What goes wrong with it. */
  public FaultPlan faults() {
    return faults;
  }

  /** Bios that broke its limits; whoever submits them has a mistake (BIO-3). */
  public synchronized long violations() {
    return violations;
  }

  /** Bios that are neither completed nor refused. */
  public synchronized int inFlight() {
    return inFlight.size() + waiting.size() + ended.size();
  }

  /** Logical blocks that are in the volatile cache only. */
  public synchronized int cachedBlocks() {
    return store.cached();
  }

  /** What one logical block holds, past all faults; {@code offset} is where it begins. */
  public synchronized byte[] peek(long offset) {
    return store.read(offset / limits.logicalBlock());
  }

  /** The blocks themselves, for a file on this device; guarded by the device. */
  SectorStore store() {
    return store;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return name + " (simulated, " + size + " bytes, " + inFlight() + " in flight)";
  }

  /**
   * Describes a {@link SimulatedDevice}. Defaults: 1 MiB, {@code L} = 512, forced unit access, no
   * faults, seed 1. Not thread-safe.
   */
  public static final class Builder {
    private final VirtualClock clock;
    private String name = "simulated disk";
    private long size = 1L << 20;
    private QueueLimits limits = QueueLimits.of(512).withForcedUnitAccess(true);
    private FaultPlan faults = FaultPlan.none();
    private long seed = 1;
    private byte fill;
    private LongConsumer written = end -> {};
    private LongConsumer forced = end -> {};
    private Supplier<Runnable> flushing = () -> () -> {};

    private Builder(VirtualClock clock) {
      this.clock = clock;
    }

    /** The name in messages. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Bytes; a multiple of the logical block. */
    public Builder size(long bytes) {
      size = bytes;
      return this;
    }

    /** What a bio may look like. */
    public Builder limits(QueueLimits value) {
      limits = value;
      return this;
    }

    /** What goes wrong. */
    public Builder faults(FaultPlan value) {
      faults = value;
      return this;
    }

    /** What determines when things happen. */
    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /** What every byte holds at first: what is on a disk that others have used. */
    public Builder fill(byte value) {
      fill = value;
      return this;
    }

    /** Hears where a write has ended when its blocks are there; called under the device's lock. */
    Builder written(LongConsumer listener) {
      written = listener;
      return this;
    }

    /** Hears where a write has ended that is durable now; called under the device's lock. */
    Builder forced(LongConsumer listener) {
      forced = listener;
      return this;
    }

    /**
     * Is asked when a flush begins, and what it answers is run in the moment that the flush takes
     * effect, under the device's lock: before anybody can cut the power.
     */
    Builder flushing(Supplier<Runnable> listener) {
      flushing = listener;
      return this;
    }

    /** The device. */
    public SimulatedDevice build() {
      if (size <= 0 || size % limits.logicalBlock() != 0) {
        throw new IllegalArgumentException(
            "size "
                + size
                + " must be a positive multiple of the logical block of "
                + limits.logicalBlock()
                + " bytes");
      }
      return new SimulatedDevice(this);
    }
  }
}
