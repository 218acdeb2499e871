package io.penstock.core.walk;

import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioAssembler;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.SubmitHook;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.References;
import io.penstock.core.completion.Threading;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.device.SubmitFailure;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.core.metric.FileMetrics;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts a request's pieces into bios and sends them in batches, at most so many outstanding (BIO-6,
 * BIO-7). Used by whoever walks; {@link #ended} is called from any thread.
 */
final class BioSender {
  /** Instead of bytes taken: the walk is suspended, and another thread may have it already. */
  static final long SUSPENDED = -1;

  /** Instead of bytes taken: a device error, a cancel or a timeout forbids to send more. */
  static final long STOPPED = 0;

  private final Terms terms;
  private final Faults faults;
  private final StopControl control;
  private final References references;
  private final RequestTimeline timeline;
  private final BioAssembler assembler;

  private boolean needsFlush;
  private boolean sentAny;
  private volatile boolean mayGoOn;

  /**
   * What was read for a thread that waits, by a thread that may not touch the caller's memory if
   * that is confined (MEM-4). Guarded by itself.
   */
  private final List<Bounce> unreturned = new ArrayList<>();

  private static final long NOBODY = 0;

  /**
   * The id of the thread that is handing over a batch, and how many of it were done inside that
   * call: they give their references back together.
   */
  private long sending = NOBODY;

  private int doneWhileSending;

  BioSender(
      Terms terms,
      Faults faults,
      StopControl control,
      References references,
      RequestTimeline timeline,
      BioOwner owner) {
    this.terms = terms;
    this.faults = faults;
    this.control = control;
    this.references = references;
    this.timeline = timeline;
    assembler = new BioAssembler(owner);
  }

  void begin() {
    assert assembler.unsent() == 0;
    needsFlush = false;
    sentAny = false;
  }

  /** Whether something was sent that is not durable by itself. */
  boolean needsFlush() {
    return needsFlush;
  }

  /** Whether a device was given anything. */
  boolean sentAny() {
    return sentAny;
  }

  /** Whether a device error, a cancel or a timeout ends the walk (BIO-6, CMP-11). */
  boolean isStopped() {
    return faults.deviceError() != null || control.isStopRequested();
  }

  /**
   * Puts a piece into the held-back bio or a new one.
   *
   * @param overwrite whether the piece is to be durable and goes where data is already, so that
   *     forced unit access is all it needs for that (BIO-9)
   * @return bytes taken, {@link #SUSPENDED} or {@link #STOPPED}
   * @throws IOException when the request must fit into one bio and does not
   */
  long place(
      BlockDevice device,
      long deviceOffset,
      long fileOffset,
      MemorySegment segment,
      long offset,
      long bytes,
      boolean borrowed,
      boolean overwrite)
      throws IOException {
    boolean forcedUnitAccess = overwrite && device.limits().forcedUnitAccess();
    needsFlush |= !forcedUnitAccess;
    Bio bio = assembler.current();
    if (bio != null) {
      long taken =
          assembler.extend(device, deviceOffset, fileOffset, segment, offset, bytes, borrowed);
      if (taken > 0) {
        if (!forcedUnitAccess) {
          bio.forcedUnitAccess(false);
        }
        return taken;
      }
    }
    long room = makeRoom();
    if (room <= 0) {
      return room;
    }
    bio = assembler.begin(terms.direction(), device, deviceOffset, fileOffset);
    bio.synchronous(terms.waits())
        .noWait(terms.isNoWait())
        .atomic(terms.isAtomic())
        .forcedUnitAccess(forcedUnitAccess)
        .deadline(terms.deadline());
    return assembler.first(bio, segment, offset, bytes, borrowed);
  }

  /**
   * Puts a piece that the device cannot be given as it is through pooled memory; else as {@link
   * #place}.
   */
  long placeBounced(
      BlockDevice device,
      long deviceOffset,
      long fileOffset,
      MemorySegment user,
      long offset,
      long bytes,
      boolean overwrite)
      throws IOException, MemoryFault {
    // not more than one piece may have: the rest would be copied again
    QueueLimits limits = device.limits();
    long piece =
        Math.min(
            Math.min(bytes, Bounce.MAX_BYTES),
            Math.min(limits.maxSegmentBytes(), limits.maxBytes()));
    Bounce bounce;
    try {
      bounce = Bounce.take(user, offset, piece, terms.isWrite());
    } catch (RuntimeException closed) {
      throw new MemoryFault(terms.asIo(closed, "copy memory"));
    }
    long taken = STOPPED;
    try {
      taken = place(device, deviceOffset, fileOffset, bounce.memory(), 0, piece, false, overwrite);
    } finally {
      if (taken <= 0) {
        bounce.giveBack();
      }
    }
    if (taken <= 0) {
      return taken;
    }
    Bio bio = assembler.current();
    assert bio != null;
    bounce.shorten(taken);
    IoEvents.bounce(terms.file(), terms.direction(), fileOffset, taken);
    bounce.chain((Bounce) bio.ownerData());
    bio.ownerData(bounce);
    return taken;
  }

  /** Makes room for a new bio: 1, {@link #SUSPENDED} or {@link #STOPPED}. */
  private long makeRoom() throws IOException {
    if (assembler.current() != null) {
      if (terms.isSingleBio()) {
        throw terms.failure(
            terms.isAtomic() ? Errno.EINVAL : Errno.EAGAIN,
            "more than one device operation is needed");
      }
      assembler.plugCurrent();
    }
    if (isStopped()) {
      return STOPPED;
    }
    if (assembler.isPlugFull()) {
      unplug();
    }
    int most = terms.file().maxOutstandingBios();
    if (references.bios() + assembler.plugged() < most) {
      return 1;
    }
    unplug();
    if (terms.waits()) {
      while (references.bios() >= most) {
        waitUntilResumed();
      }
    } else if (references.bios() >= most && references.suspendUnless(resumeAt())) {
      return SUSPENDED;
    }
    timeline.enter(RequestTimeline.Phase.ASSEMBLY);
    return isStopped() ? STOPPED : 1;
  }

  /**
   * A suspended walk goes on when half of its bios are done; counted in references, the submitter's
   * included.
   */
  private int resumeAt() {
    return terms.file().maxOutstandingBios() / 2 + 1;
  }

  /** Sends everything that was assembled. */
  void flush() {
    assembler.plugCurrent();
    unplug();
  }

  /** Drops everything that was assembled and not sent. */
  void discard() {
    assembler.plugCurrent();
    Bio[] bios = assembler.plug();
    for (int i = 0; i < assembler.plugged(); i++) {
      Bio bio = bios[i];
      faults.addFailed(bio.fileOffset(), bio.fileEnd());
      Bounce.end((Bounce) bio.ownerData(), false);
      bio.discard();
    }
    assembler.unplugged();
  }

  /** Sends the batch: bios of one device that follow each other go down together. */
  private void unplug() {
    int count = assembler.plugged();
    if (count == 0) {
      return;
    }
    Bio[] bios = assembler.plug();
    references.take(count);
    sentAny = true;
    doneWhileSending = 0;
    sending = Thread.currentThread().threadId();
    boolean recorded = IoEvents.wantsBios();
    long started = recorded || timeline.isRunning() ? System.nanoTime() | 1 : 0;
    timeline.send(count, started);
    int from = 0;
    while (from < count) {
      BlockDevice device = bios[from].device();
      assert device != null;
      long bytes = 0;
      int to = from;
      while (to < count && bios[to].device() == device) {
        bytes += bios[to].length();
        if (started != 0) {
          startMeasuring(bios[to], started, recorded);
        }
        bios[to].markInFlight();
        to++;
      }
      account(device, bytes, to - from);
      measureSent(device, to - from);
      send(device, bios, from, to);
      from = to;
    }
    sending = NOBODY;
    assembler.unplugged();
    if (doneWhileSending > 0) {
      references.giveBack(doneWhileSending);
    }
    if (control.isStopRequested()) {
      // the wish came while the batch was handed over and may have missed its bios
      cancel(control.generation());
    }
  }

  private static void startMeasuring(Bio bio, long started, boolean recorded) {
    bio.ownerTime(started);
    if (recorded) {
      BioEvent.begin(bio);
    }
  }

  private void account(BlockDevice device, long bytes, int operations) {
    terms.file().counters().add(terms.direction(), bytes, operations);
    try {
      device.counters().add(terms.direction(), bytes, operations);
    } catch (RuntimeException | Error broken) {
      // the bios are on their way: what they wait for must not hang on a count
      warn("the counters of its device threw", broken);
    }
  }

  private void warn(String what, Throwable broken) {
    terms.file().warnings().warn(terms.file().name(), what, broken);
  }

  private void send(BlockDevice device, Bio[] bios, int from, int to) {
    SubmitHook hook = terms.file().submitHook();
    if (hook != null) {
      send(hook, device, bios, from, to);
      return;
    }
    try {
      if (to - from == 1) {
        device.submit(bios[from]);
      } else {
        device.submit(bios, from, to);
      }
    } catch (RuntimeException | Error broken) {
      for (int i = from; i < to; i++) {
        abandon(bios[i], device, broken);
      }
    }
  }

  private void send(SubmitHook hook, BlockDevice device, Bio[] bios, int from, int to) {
    int next = from;
    try {
      while (next < to) {
        Bio bio = bios[next];
        next++;
        hook.submit(bio, device);
      }
    } catch (RuntimeException | Error broken) {
      abandon(bios[next - 1], device, broken);
      SubmitFailure.endRest(bios, next, to, device, broken);
    }
  }

  /**
   * A device or hook that throws has broken its contract: a bio that it did not complete would
   * leave its request waiting for ever. Whether it has begun with it nobody knows, so the memory
   * that is not the caller's own is kept as it is until it completes the bio, if it ever does.
   */
  private void abandon(Bio bio, BlockDevice device, Throwable broken) {
    if (bio.abandon()) {
      for (int i = 0; i < bio.pieces(); i++) {
        IoArena arena = IoArena.owning(bio.segment(i));
        boolean held = arena == null || arena.acquire();
        assert held : "the request holds it too";
      }
      BlockIoException failure = SubmitFailure.of(bio, device, broken);
      failed(bio, failure);
      if (bio.ownerTime() != 0) {
        endMeasuring(bio, failure);
      }
      doneWhileSending++;
      bio.setAside();
    }
  }

  /** An abandoned bio was completed after all. Its request may be used for another long since. */
  static void returned(Bio bio) {
    for (int i = 0; i < bio.pieces(); i++) {
      IoArena arena = IoArena.owning(bio.segment(i));
      if (arena != null) {
        arena.release();
      }
    }
    Bounce.end((Bounce) bio.ownerData(), false);
    bio.release();
  }

  /**
   * A bio is done.
   *
   * @return what that means for the request; unless it says to go on, nothing of the request may be
   *     touched any more
   */
  References.Drop ended(Bio bio, @Nullable IOException failure) {
    if (failure != null) {
      failed(bio, failure);
    }
    if (bio.ownerTime() != 0) {
      endMeasuring(bio, failure);
    }
    Bounce bounces = (Bounce) bio.ownerData();
    if (bounces != null && failure == null && isForWaiter()) {
      synchronized (unreturned) {
        unreturned.add(bounces);
      }
    } else if (bounces != null) {
      endBounces(bounces, failure == null);
    }
    bio.release();
    if (sending == Thread.currentThread().threadId()) {
      doneWhileSending++;
      return References.Drop.NOT_LAST;
    }
    boolean wakes = terms.waits();
    Thread sleeper = terms.waiter();
    References.Drop drop = references.dropBio(resumeAt());
    if (wakes && drop == References.Drop.RESUME) {
      mayGoOn = true;
    }
    if (wakes && (drop == References.Drop.RESUME || drop == References.Drop.SUBMITTER_LEFT)) {
      Threading.current().unpark(sleeper);
      return References.Drop.NOT_LAST;
    }
    return drop;
  }

  private void measureSent(BlockDevice device, int operations) {
    FileMetrics metrics = terms.file().metrics();
    if (metrics != null) {
      metrics.on(device).sent(operations);
    }
  }

  private void measureEnded(Bio bio, long latency, long queued, @Nullable IOException failure) {
    FileMetrics metrics = terms.file().metrics();
    BlockDevice device = bio.device();
    if (metrics != null && device != null) {
      metrics.on(device).ended(bio.direction(), latency, queued, bio.length(), failure);
    }
  }

  private void endMeasuring(Bio bio, @Nullable IOException failure) {
    long sent = bio.ownerTime();
    long now = System.nanoTime();
    long latency = now - sent;
    long begun = bio.begunTime();
    long queued = begun == 0 ? 0 : Math.clamp(begun - sent, 0, latency);
    timeline.endBio(now, queued);
    IoEvents.endBio(bio, latency, queued, failure);
    measureEnded(bio, latency, queued, failure);
    bio.ownerTime(0);
  }

  private void failed(Bio bio, IOException failure) {
    BlockDevice device = bio.device();
    assert device != null;
    account(device, -bio.length(), -1);
    faults.addFailed(bio.fileOffset(), bio.fileEnd());
    faults.addDeviceError(failure);
  }

  /** Whether what was read is copied to the caller's memory by the thread that waits for it. */
  private boolean isForWaiter() {
    return terms.waits() && !terms.isWrite() && Thread.currentThread() != terms.waiter();
  }

  /** On the thread that waits: copies what others have read for it. */
  private void returnBounces() {
    List<Bounce> all;
    synchronized (unreturned) {
      if (unreturned.isEmpty()) {
        return;
      }
      all = List.copyOf(unreturned);
      unreturned.clear();
    }
    for (Bounce each : all) {
      endBounces(each, true);
    }
  }

  private void endBounces(Bounce bounces, boolean success) {
    try {
      Bounce.end(bounces, success && !terms.isWrite());
    } catch (RuntimeException fault) {
      faults.addDeviceError(
          new BlockIoException(
              Errno.EFAULT.number(),
              terms.direction().word(),
              terms.file().name(),
              terms.position(),
              terms.end() - terms.position(),
              "the caller's memory was closed while the request was in flight",
              fault));
    }
  }

  private void waitUntilResumed() {
    mayGoOn = false;
    if (!references.suspendUnless(resumeAt())) {
      return;
    }
    HandlerQueue.current().unplug();
    boolean interrupted = false;
    while (!mayGoOn) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    returnBounces();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until every bio is done; an interrupt does not cut it short and is kept (ADM-7). */
  void awaitBios() {
    if (references.bios() > 0) {
      HandlerQueue.current().unplug();
    }
    boolean interrupted = false;
    while (references.bios() > 0) {
      Threading.current().park(this);
      interrupted |= Thread.interrupted();
    }
    if (!unreturned.isEmpty()) {
      // read without its lock: every bio is done, and the references have told us so
      returnBounces();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void cancel(BlockDevice device, Bio bio, long use) {
    try {
      device.cancel(bio, use);
    } catch (RuntimeException | Error broken) {
      // a wish, no more: the bio ends all the same
      warn("its device threw when asked to cancel", broken);
    }
  }

  /** Asks the devices to drop what they have of the use with this generation. */
  void cancel(long generation) {
    for (Bio bio : assembler.all()) {
      if (bio == null) {
        continue;
      }
      long use = bio.generation();
      BlockDevice device = bio.device();
      if (control.generation() != generation) {
        // what was read may belong to the next use of the request
        return;
      }
      bio.requestCancel(use);
      if (device != null && !bio.isIdle()) {
        cancel(device, bio, use);
      }
    }
  }
}
