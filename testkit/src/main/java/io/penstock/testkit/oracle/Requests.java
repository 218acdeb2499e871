package io.penstock.testkit.oracle;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoRequest;
import io.penstock.testkit.Dice;
import io.penstock.testkit.Divergence;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Starts requests, takes their ends, and has everything looked at that a request may have changed.
 */
final class Requests {
  private final long seed;
  private final int most;
  private final Dice dice;
  private final Course course;
  private final RunShape shape;
  private final FileModel model;
  private final BlockFile file;
  private final MemoryBank bank;
  private final RequestMaker maker;
  private final Verification verification;
  private final Runnable settleAll;
  private final Runnable pause;
  private final IdentityHashMap<IoRequest, Flight> byRequest = new IdentityHashMap<>();
  private final Deque<IoRequest> idleRequests = new ArrayDeque<>();
  private final List<Flight> late = new ArrayList<>();
  private final Thread thread = Thread.currentThread();
  private int made;
  private @Nullable Thread inHandler;

  /** Whether the run itself holds the file's lock. */
  boolean lockHeld;

  /**
   * Of one run.
   *
   * @param settleAll waits until nothing is in flight
   * @param pause does that and what is to be done then
   */
  Requests(
      long seed,
      int most,
      Dice dice,
      Course course,
      FileModel model,
      MemoryBank bank,
      RequestMaker maker,
      Verification verification,
      Runnable settleAll,
      Runnable pause) {
    this.seed = seed;
    this.most = most;
    this.dice = dice;
    this.course = course;
    this.model = model;
    this.bank = bank;
    this.maker = maker;
    this.verification = verification;
    this.settleAll = settleAll;
    this.pause = pause;
    shape = course.shape;
    file = course.file();
    course.executor.around(this::runTask);
  }

  /** Requests started so far. */
  int made() {
    return made;
  }

  /** Looks at memory that could not be looked at where its request ended. */
  void checkLate() {
    late.forEach(this::checkMemory);
    late.clear();
  }

  /**
   * Starts the next request, if it can be started now.
   *
   * @param maySync whether it may be a synchronous one
   * @param where for messages
   */
  void start(boolean maySync, String where) {
    boolean idle = course.active.isEmpty() && !lockHeld;
    boolean async = !maySync || dice.percent(60);
    Flight flight =
        maker.make(
            made,
            Dice.of(seed, 1000L + made),
            new RequestMaker.Wish(async, idle && maySync, true, !file.hasUncleanTail(), where),
            file.size());
    if (flight == null) {
      if (course.active.isEmpty()) {
        bank.reset();
        made++;
      } else if (maySync) {
        pause.run();
      }
      return;
    }
    boolean waits = flight.async && (flight.has(IoFlag.FORCE_WAIT) || extendsUnpublished(flight));
    if (waits && !maySync) {
      return;
    }
    boolean holdsBack = flight.async && flight.write && !shape.traits().publishesSize();
    if (holdsBack && !maySync) {
      return;
    }
    boolean mayWait =
        (!flight.async || holdsBack)
            && (shape.traits().locking()
                || (flight.write && (shape.blockBytes() > shape.sectorBytes() || claims(flight))));
    if (!idle && (waits || mayWait) && flight.refusal != Flight.Refusal.MUST && !flight.immediate) {
      settleAll.run();
      idle = true;
      flight.sizeAtStart = file.size();
      flight.immediate = false;
      flight.refusal = Flight.Refusal.NEVER;
      flight.beyondEnd = false;
      flight.pastEndOverwrite = false;
      maker.expect(flight, file.size());
      waits = flight.async && (flight.has(IoFlag.FORCE_WAIT) || extendsUnpublished(flight));
    }
    made++;
    if (hasTwin(flight) || clearsTail(flight)) {
      return;
    }
    if (flight.has(IoFlag.NOWAIT) && !idle) {
      flight.walk.mayFail(Errno.EAGAIN);
    }
    boolean locked = flight.write && shape.traits().locking();
    if (locked && !file.lock().tryAcquire()) {
      return;
    }
    flight.waitedFor = waits;
    begin(flight, waits);
    if (locked) {
      file.lock().release();
    }
  }

  /**
   * A task that is a request says which request goes on; that helps to tell requests for the same
   * bytes apart.
   */
  private void runTask(Runnable task) {
    Flight before = course.current;
    course.current = task instanceof IoRequest request ? byRequest.get(request) : null;
    try {
      task.run();
    } finally {
      course.current = before;
    }
  }

  /** Whether the referees could not tell this request's end from that of another one in flight. */
  private boolean hasTwin(Flight flight) {
    boolean partial =
        flight.write
            && shape.blockBytes() > shape.sectorBytes()
            && flight.position % shape.blockBytes() != 0
            && !flight.has(IoFlag.OVERWRITE_ONLY);
    for (Flight each : course.active) {
      boolean alone = partial && !each.has(IoFlag.OVERWRITE_ONLY);
      if (each.write == flight.write && each.position == flight.position && !alone) {
        return true;
      }
    }
    return false;
  }

  /**
   * Whether the engine would first clear what a failed write has left (ZERO-8), for which the
   * referees know no request: the write may have failed since this one was made.
   */
  private boolean clearsTail(Flight flight) {
    return flight.write && flight.position > file.size() && file.hasUncleanTail();
  }

  /**
   * Whether this write or one in flight claims its blocks where no block can be written in part.
   */
  private boolean claims(Flight flight) {
    boolean any = flight.mayLoseMemory();
    for (Flight each : course.active) {
      any |= each.write && each.mayLoseMemory();
    }
    return any;
  }

  private boolean extendsUnpublished(Flight flight) {
    return flight.write
        && !shape.traits().publishesSize()
        && flight.position + flight.length > file.size();
  }

  private void begin(Flight flight, boolean waits) {
    course.note("start %s", flight);
    boolean counts = flight.refusal != Flight.Refusal.MUST && !flight.immediate;
    if (counts && flight.write) {
      model.beginWrite(
          flight.writer, flight.position, flight.position + flight.length, flight.sizeAtStart);
    } else if (counts) {
      flight.reading = model.beginRead(flight.position, flight.position + flight.length);
    }
    flight.afterSyncFailure = course.stickySync != null;
    course.active.add(flight);
    IoVector vector = flight.memory.vector(flight.lazySource, flight.readOnlyMemory);
    Flight before = course.current;
    course.current = flight;
    course.inlineAll = waits;
    course.executor.atOnce(waits);
    try {
      if (flight.async) {
        submit(flight, vector);
      } else {
        call(flight, vector);
      }
    } finally {
      course.inlineAll = false;
      course.executor.atOnce(false);
      course.current = before;
    }
    flight.returned = true;
    if (waits && !flight.ended) {
      throw course.diverged(
          "the submission returned before the end of a request that it has to wait for (ADM-8): "
              + flight);
    }
    if (flight.ended && flight.write && flight.publishTo > 0) {
      file.extendTo(flight.publishTo);
    }
    checkLockFree(flight);
  }

  /** The lock of a read is let go before the device is waited for (ADM-11). */
  private void checkLockFree(Flight flight) {
    boolean alone = course.active.size() == 1 && !lockHeld;
    if (!flight.write
        && alone
        && !flight.ended
        && shape.traits().locking()
        && flight.walk.isOver()
        && flight.walk.everythingSent()
        && file.lock().isHeld()) {
      throw course.diverged(
          "a read holds the lock although everything is mapped (ADM-11): " + flight);
    }
  }

  private void call(Flight flight, IoVector vector) {
    try {
      long bytes =
          flight.write
              ? DirectIo.write(file, vector, flight.position, flight.flags)
              : DirectIo.read(file, vector, flight.position, flight.flags);
      finish(flight, bytes, null, false);
    } catch (IOException failure) {
      finish(
          flight,
          0,
          failure,
          flight.mapCalls == 0 && flight.hookCalls == 0 && flight.writeBacks == 0);
    } catch (RuntimeException failure) {
      refusedUnchecked(flight, failure);
    }
  }

  private void refusedUnchecked(Flight flight, RuntimeException failure) {
    if (flight.refusal != Flight.Refusal.MUST || flight.refusalErrno != null) {
      throw new Divergence("threw " + failure + " for " + flight, failure);
    }
    finish(flight, 0, new IOException(failure), true);
  }

  private void submit(Flight flight, IoVector vector) {
    IoRequest request =
        idleRequests.isEmpty() || dice.oneIn(20) ? DirectIo.newRequest() : idleRequests.pop();
    flight.request = request;
    flight.generation = request.generation() + 1;
    request.tag(flight.number);
    byRequest.put(request, flight);
    try {
      long generation =
          DirectIo.submit(
              request,
              flight.write ? Direction.WRITE : Direction.READ,
              file,
              vector,
              flight.position,
              flight.flags,
              (done, bytes, error) -> handle(flight, done, bytes, error));
      if (!flight.ended) {
        flight.generation = generation;
      }
    } catch (IOException refused) {
      finish(flight, 0, refused, true);
    } catch (RuntimeException refused) {
      refusedUnchecked(flight, refused);
    }
  }

  private void handle(Flight flight, IoRequest request, long bytes, @Nullable IOException error) {
    Thread before = inHandler;
    try {
      course.note("  handler of #%d: %d bytes, error %s", flight.number, bytes, error);
      if (inHandler == Thread.currentThread()) {
        throw course.diverged("a handler is called from inside of another (CMP-7): " + flight);
      }
      if (flight.request != request || request.tag() != flight.number) {
        throw course.diverged("a handler is called with another request (CMP-8): " + flight);
      }
      if (request.isInFlight()) {
        throw course.diverged("a handler is called while its request is in flight: " + flight);
      }
      boolean deferred =
          !flight.isWaitedFor()
              && !flight.bios.isEmpty()
              && (flight.walk.defers()
                  || (flight.dataSync && !flight.walk.isForced() && error == null));
      if (deferred && !course.executor.isRunningTask()) {
        throw course.diverged("a deferred handler does not run on the executor (CMP-9): " + flight);
      }
      finish(flight, bytes, error, false);
      inHandler = Thread.currentThread();
      if (course.active.size() < shape.concurrency()
          && made < most
          && dice.oneIn(6)
          && !course.inlineAll
          && flight.returned
          && Thread.currentThread() == thread) {
        start(false, " from the handler of #" + flight.number);
      }
    } finally {
      inHandler = before;
    }
    if (flight.faults.handlerThrows()) {
      course.expectedWarnings++;
      throw new IllegalStateException("injected: a handler that throws");
    }
  }

  private void finish(Flight flight, long bytes, @Nullable IOException error, boolean refused) {
    if (flight.ended) {
      throw course.diverged("a request ended twice (CMP-8): " + flight);
    }
    course.note(
        "end #%d %s bytes %d error %s", flight.number, refused ? "refused" : "", bytes, error);
    String wrong = new Verdict(flight, shape, course).wrong(bytes, error, refused);
    if (wrong != null) {
      throw course.diverged(
          "got "
              + bytes
              + " bytes and error "
              + error
              + (refused ? " at submission" : "")
              + ": "
              + wrong
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    flight.ended = true;
    boolean untouched = refused || flight.immediate || flight.buffered;
    settle(flight, bytes, error, untouched);
    if (Thread.currentThread() != thread && flight.memory.isOf(MemoryBank.Origin.CONFINED)) {
      late.add(flight);
    } else {
      wrong = verification.wrongMemory(flight, bytes, error, untouched);
    }
    if (wrong == null && flight.write && !untouched) {
      wrong = verification.wrongDevice(flight.position, flight.position + flight.length);
    }
    if (wrong != null) {
      throw course.diverged(
          wrong
              + " after "
              + bytes
              + " bytes and error "
              + error
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    if (flight.reading != null) {
      flight.reading.end();
    }
    course.forget(flight);
    if (flight.request != null) {
      byRequest.remove(flight.request);
      idleRequests.push(flight.request);
    }
  }

  /** Looks at memory that only this run's own thread may look at. */
  private void checkMemory(Flight flight) {
    String wrong = verification.wrongMemory(flight, 0, null, true);
    if (wrong != null) {
      throw course.diverged(wrong + " for " + flight);
    }
  }

  private void settle(Flight flight, long bytes, @Nullable IOException error, boolean untouched) {
    if (!flight.write || flight.immediate || flight.refusal == Flight.Refusal.MUST) {
      return;
    }
    long written = error == null ? Math.max(0, bytes) : flight.bytesWrittenBeforeSync();
    boolean failed = error != null && written == 0 && !untouched && !flight.bios.isEmpty();
    long sampled = flight.walk.mappings() > 0 ? flight.walk.sampled() : flight.sizeAtStart;
    boolean zeroed = !flight.bios.isEmpty() && flight.position + flight.length > sampled;
    long end = flight.position + flight.length;
    if (failed && flight.memoryError != null) {
      model.mayBeZeroed(flight.writer, flight.walk.touchedEnd(), end, sampled);
    }
    model.endWrite(
        flight.writer, flight.position, end, flight.sizeAtStart, written, failed, zeroed, sampled);
    if (written > 0 && !shape.traits().publishesSize()) {
      flight.publishTo = flight.position + written;
    }
  }
}
