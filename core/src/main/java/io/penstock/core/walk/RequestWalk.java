package io.penstock.core.walk;

import io.penstock.core.admission.Admission;
import io.penstock.core.bio.Bio;
import io.penstock.core.bio.BioOwner;
import io.penstock.core.bio.Direction;
import io.penstock.core.completion.Completable;
import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.completion.References;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.Waiter;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.core.walk.RequestTimeline.Phase;
import java.io.IOException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: {@link Admission}, {@link Preparation}, {@link Walker}, {@link
 * RequestEnd}. All state of a request hangs here, so that a walk can be suspended and go on on
 * another thread, and so that a request used again allocates nothing.
 *
 * <p><b>Who touches it.</b> One thread at a time prepares and walks; it holds the submitter's
 * {@linkplain References reference}. Ends of bios come from any thread and touch only the {@link
 * BioSender}. Whoever drops the last reference completes the request, and nobody touches it after
 * dropping theirs (CMP-8).
 */
public final class RequestWalk extends Completable
    implements IoRequest, BioOwner, Waiter, Runnable {
  private final Admission admission = new Admission();
  private final StopControl control = new StopControl();
  private final References references = new References();
  private final Terms terms = new Terms();
  private final Faults faults = new Faults();
  private final Preparation preparation = new Preparation(terms);
  private final RequestTimeline timeline = new RequestTimeline();
  private final BioSender sender =
      new BioSender(terms, faults, control, references, timeline, this);
  private final Walker walker = new Walker(terms, preparation, faults, control, sender, timeline);
  private final RequestEnd end =
      new RequestEnd(terms, preparation, walker, sender, faults, control);

  private long tag;
  private long timeoutNanos;
  private @Nullable IoHandler handler;
  private @Nullable Future<?> deadline;
  private @Nullable ConfinedCopy confinedCopy;

  /** Whether only the handler has still to be told. */
  private boolean ended;

  /** A request not in flight. */
  public RequestWalk() {}

  // --- submission ---

  /**
   * Carries out a request in the calling thread, which {@linkplain HandlerQueue#requireMayWait may
   * wait}.
   *
   * @return bytes, or {@link IoRequest#END_OF_FILE}
   */
  public long runAndWait(
      Direction direction, BlockFile file, IoVector vector, long position, IoFlags flags)
      throws IOException {
    long known = admit(direction, file, vector, position, flags, true);
    if (known != Admission.PROCEED) {
      return known;
    }
    begin(direction, file, vector, position, flags, true);
    advance();
    IOException error = end.error();
    long result = end.result();
    idle();
    if (error != null) {
      throw error;
    }
    return result;
  }

  /**
   * Starts a request with a handler.
   *
   * @return the generation of this use
   */
  public long submit(
      Direction direction,
      BlockFile file,
      IoVector vector,
      long position,
      IoFlags flags,
      IoHandler toTell)
      throws IOException {
    if (control.isInFlight()) {
      throw new IllegalStateException(
          "this request is in flight: " + this + "; wait for its handler or use another");
    }
    boolean waits =
        flags.has(IoFlag.FORCE_WAIT) || extendsUnpublished(direction, file, vector, position);
    if (waits) {
      HandlerQueue.forbidWaiting("a submission that has to wait");
    }
    long known = admit(direction, file, vector, position, flags, waits);
    HandlerQueue queue = HandlerQueue.current();
    queue.open();
    try {
      begin(
          direction,
          file,
          known == Admission.PROCEED ? vector : IoVector.empty(),
          position,
          flags,
          waits);
      handler = toTell;
      long generation = control.generation();
      if (known != Admission.PROCEED) {
        end.setKnown(known);
        ended = true;
        references.dropLast();
        queue.add(this);
        return generation;
      }
      if (timeoutNanos > 0) {
        terms.expireAfter(timeoutNanos);
        deadline = Deadlines.schedule(this, generation, timeoutNanos);
      }
      advance();
      return generation;
    } finally {
      queue.close();
    }
  }

  /** Checks a request; what ends here already, refused or known, is told to the timeline. */
  private long admit(
      Direction direction,
      BlockFile file,
      IoVector vector,
      long position,
      IoFlags flags,
      boolean waits)
      throws IOException {
    timeline.start(file);
    long known;
    try {
      known = admission.check(file, direction, vector, position, flags, waits);
      if (!waits && Terms.isDataSync(direction, file, flags)) {
        // ADM-13: before anything is sent
        file.completions().require();
      }
    } catch (IOException | RuntimeException refused) {
      if (timeline.isRunning()) {
        timeline.end(file, direction, position, vector.total(), 0, refused);
      }
      throw refused;
    }
    if (known != Admission.PROCEED && timeline.isRunning()) {
      timeline.end(file, direction, position, vector.total(), known, null);
    }
    return known;
  }

  /**
   * ADM-8: nobody may see a size before its data; where the layout does not publish the size
   * itself, the return of the submission tells that it may be.
   */
  private static boolean extendsUnpublished(
      Direction direction, BlockFile file, IoVector vector, long position) {
    return direction == Direction.WRITE
        && !file.traits().publishesSize()
        && position > file.size() - vector.total();
  }

  private void begin(
      Direction direction,
      BlockFile file,
      IoVector vector,
      long position,
      IoFlags flags,
      boolean waits) {
    IoVector walked = vector;
    if (!waits && direction == Direction.WRITE && vector.hasConfinedMemory()) {
      ConfinedCopy copy = ConfinedCopy.of(vector, file.limits().memoryAlignment());
      confinedCopy = copy;
      walked = copy.vector();
    }
    MemoryCursor memory = walker.memory();
    memory.start(walked, direction);
    terms.set(
        direction,
        file,
        position,
        admission.count(),
        admission.unit(),
        flags,
        waits,
        memory.mayFail(),
        waits || file.bounceRoom() == null ? 0 : walked.copiedBytes(!file.limits().acceptsHeap()));
    faults.clear();
    preparation.begin();
    sender.begin();
    walker.begin();
    ended = false;
    references.start();
    control.begin();
  }

  // --- going on ---

  /** Prepares and walks as far as possible; the end of the walk, if it is reached, included. */
  private void advance() {
    try {
      if (!preparation.isDone() && !preparation.advance(this)) {
        return;
      }
      if (!walker.advance(this)) {
        return;
      }
    } catch (IOException | RuntimeException | Error failure) {
      walker.fail(terms.asIo(failure, "walk"));
    }
    endWalk();
  }

  /** It is this request's turn for the lock, the gate, the room or its claim. */
  @Override
  public void granted() {
    preparation.granted();
    goOnElsewhere();
  }

  /** Goes on off the thread that made it possible, which may be a device's. */
  private void goOnElsewhere() {
    try {
      terms.file().completions().require().execute(this);
    } catch (IOException | RuntimeException | Error failure) {
      walker.fail(terms.asIo(failure, "resume"));
      HandlerQueue queue = HandlerQueue.current();
      queue.open();
      endWalk();
      queue.close();
    }
  }

  /** On the completion executor: goes on, or completes. */
  @Override
  public void run() {
    HandlerQueue queue = HandlerQueue.current();
    queue.open();
    try {
      if (references.count() == 0) {
        timeline.enter(Phase.COMPLETION);
        queue.add(this);
      } else {
        advance();
      }
    } finally {
      queue.close();
    }
  }

  /**
   * The walk is over: sends or drops what was assembled and lets go of the request. Exits: (1) the
   * submitter waits: it finishes the request here; (2) bios are in flight: whoever ends the last
   * completes the request; (3) none is: this thread does.
   */
  private void endWalk() {
    if (walker.dropsUnsent()) {
      sender.discard();
    } else {
      sender.flush();
    }
    preparation.releaseLock();
    if (sender.sentAny()) {
      timeline.enter(Phase.DEVICE);
    }
    if (terms.waits()) {
      sender.awaitBios();
      references.dropLast();
      timeline.leaveDevice(Phase.COMPLETION);
      finish();
      if (handler != null) {
        HandlerQueue.current().add(this);
      }
    } else if (references.dropSubmitter()) {
      complete();
    }
  }

  // --- the end ---

  @Override
  public void bioDone(Bio bio, @Nullable IOException failure) {
    switch (sender.ended(bio, failure)) {
      case NOT_LAST, SUBMITTER_LEFT -> {}
      case RESUME -> goOnElsewhere();
      case LAST -> complete();
    }
  }

  @Override
  public void bioReturned(Bio bio) {
    BioSender.returned(bio);
  }

  /**
   * The last reference is gone: completes here or, where it may have to wait, on the executor
   * (CMP-9). A result that is known at submission completes there (CMP-7).
   */
  private void complete() {
    if (sender.sentAny() && (walker.isDeferred() || terms.isDataSync())) {
      BlockFile file = terms.file();
      timeline.leaveDevice(Phase.DEFERRED);
      try {
        file.completions().require().execute(this);
        return;
      } catch (IOException | RuntimeException | Error failure) {
        file.warnings()
            .warn(
                file.name(),
                "completing on this thread because the completion executor failed",
                failure);
      }
    }
    timeline.leaveDevice(Phase.COMPLETION);
    HandlerQueue.current().add(this);
  }

  /** From the handler queue: nobody else has the request any more. */
  @Override
  protected void runCompletion() {
    if (!ended) {
      finish();
    }
    report();
  }

  private void finish() {
    end.run();
    ConfinedCopy copy = confinedCopy;
    if (copy != null) {
      confinedCopy = null;
      copy.free();
    }
    if (timeline.isRunning()) {
      timeline.end(
          terms.file(),
          terms.direction(),
          terms.position(),
          terms.end() - terms.position(),
          end.result(),
          end.error());
    }
    ended = true;
  }

  /** Hands the request back to its user, then tells the handler; nothing is touched after that. */
  private void report() {
    IoHandler told = handler;
    assert told != null;
    BlockFile file = terms.file();
    long result = end.result();
    IOException error = end.error();
    Future<?> timer = deadline;
    if (timer != null) {
      timer.cancel(false);
      deadline = null;
    }
    idle();
    try {
      told.completed(this, result, error);
    } catch (Throwable thrown) {
      file.warnings().warn(file.name(), "a completion handler threw", thrown);
    }
  }

  private void idle() {
    handler = null;
    walker.end();
    control.end();
  }

  // --- cancelling ---

  @Override
  public boolean cancel(long generation) {
    return stop(generation, StopControl.CANCELLED);
  }

  /** The timeout of that use has passed. */
  void expire(long generation) {
    stop(generation, StopControl.TIMED_OUT);
  }

  private boolean stop(long generation, long why) {
    boolean noted = control.request(generation, why);
    if (noted) {
      sender.cancel(generation);
    }
    return noted;
  }

  // --- what its user sees ---

  @Override
  public long tag() {
    return tag;
  }

  @Override
  public IoRequest tag(long value) {
    tag = value;
    return this;
  }

  @Override
  public IoRequest timeoutNanos(long nanos) {
    if (nanos < 0) {
      throw new IllegalArgumentException("timeout " + nanos + " ns must not be negative");
    }
    timeoutNanos = nanos;
    return this;
  }

  @Override
  public long generation() {
    return control.generation();
  }

  @Override
  public boolean isInFlight() {
    return control.isInFlight();
  }

  @Override
  public @Nullable BlockFile file() {
    return terms.fileIfAny();
  }

  @Override
  public Direction direction() {
    return terms.direction();
  }

  @Override
  public long position() {
    return terms.position();
  }

  @Override
  public String toString() {
    return "request "
        + terms
        + " generation "
        + generation()
        + (isInFlight() ? " in flight, walked to " + walker.cursor() : "");
  }
}
