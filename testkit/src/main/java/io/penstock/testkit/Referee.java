package io.penstock.testkit;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.error.Errno;
import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.file.SyncHook;
import io.penstock.core.file.SyncScope;
import io.penstock.core.file.WarningListener;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.core.request.IoFlag;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sees every call the engine makes, finds the request it is for, and says when it is not what the
 * request needs.
 */
final class Referee
    implements ModelDevice.Host,
        ModelLayout.Host,
        LazySegments.Host,
        CacheHook,
        SyncHook,
        WarningListener {
  private final RunShape shape;
  private final Dice dice;
  private final StepExecutor executor;
  private final CompletionExecutor completions;
  private final List<String> trace = new ArrayList<>();
  private final boolean tracing;
  private @Nullable BlockTable table;
  private @Nullable BlockFile file;

  final List<Flight> active = new ArrayList<>();
  final List<Bios.Sent> held = new ArrayList<>();
  private final List<Bios.Sent> completing = new ArrayList<>();
  private final List<Flight> hooked = new ArrayList<>();
  @Nullable Flight current;
  boolean inlineAll;
  boolean maintenance;
  @Nullable IOException stickySync;
  private @Nullable Divergence divergence;
  private int batch;
  long bytesRead;
  long bytesWritten;
  long reads;
  long writes;
  int truncations;
  int expectedWarnings;
  final List<String> warnings = new ArrayList<>();

  Referee(
      RunShape shape,
      Dice dice,
      StepExecutor executor,
      CompletionExecutor completions,
      boolean tracing) {
    this.shape = shape;
    this.dice = dice;
    this.executor = executor;
    this.completions = completions;
    this.tracing = tracing;
  }

  /** Tells the referee of the things that need it to be made. */
  void attach(BlockTable blocks, BlockFile made) {
    table = blocks;
    file = made;
  }

  private BlockFile file() {
    return Objects.requireNonNull(file);
  }

  // --- divergences ---

  @Override
  public Divergence diverged(String message) {
    Divergence made = new Divergence(message);
    if (divergence == null) {
      divergence = made;
    }
    return made;
  }

  void throwDivergence() {
    if (divergence != null) {
      throw divergence;
    }
  }

  boolean hasDiverged() {
    return divergence != null;
  }

  @SuppressWarnings("AnnotateFormatMethod") // its annotation would be a dependency
  void note(String format, @Nullable Object... arguments) {
    if (tracing) {
      trace.add(String.format(format, arguments));
      if (trace.size() > 4000) {
        trace.subList(0, 2000).clear();
      }
    }
  }

  List<String> trace() {
    return Collections.unmodifiableList(trace);
  }

  String activeForPeople() {
    StringBuilder text = new StringBuilder();
    for (Flight each : active) {
      text.append("\n  ").append(each).append("; next bio ").append(each.walk.next());
    }
    return text.toString();
  }

  // --- the mapper ---

  @Override
  public ModelLayout.@Nullable Lie asked(MapQuery query) throws IOException {
    if (maintenance) {
      note("  map %s for maintenance", query);
      asking = null;
      return null;
    }
    Flight flight = asker(query);
    note("  map %s size %d for #%d", query, query.fileSize(), flight.number);
    asking = flight;
    flight.mapCalls++;
    if (flight.immediate || flight.refusal == Flight.Refusal.MUST || flight.buffered) {
      throw diverged(
          "the mapper was asked " + query + " for a request that needs no mapping: " + flight);
    }
    if (flight.errorBatch > 0) {
      throw diverged(
          "the mapper was asked after a bio of the same request had failed (BIO-6): " + flight);
    }
    String unsent = flight.walk.unsentBeforeQuestion();
    if (unsent != null && flight.deviceErrors.isEmpty()) {
      throw diverged(
          unsent + " was not sent before the next question (BIO-4): " + query + " for " + flight);
    }
    if (!shape.traits().ownInFlightScheme()
        && (file().requestsUsingBlockMap() < 1 || file().requestsInFlight() < 1)) {
      throw diverged("the mapper was asked while nothing counts as in flight (ADM-10): " + flight);
    }
    if (shape.traits().locking() && !flight.write && !file().lock().isHeld()) {
      throw diverged("a locking layout was asked without the file's lock (ADM-11): " + flight);
    }
    if (flight.write
        ? flight.writeBacks != 1
        : flight.writeBacks < (shape.traits().locking() ? 1 : 0)) {
      throw diverged(
          "the mapper was asked after "
              + flight.writeBacks
              + " write-backs of cached bytes (ADM-11, ADM-14): "
              + flight);
    }
    if (flight.mapCalls == flight.faults.mapCall()) {
      return fault(flight, query);
    }
    return null;
  }

  private @Nullable Flight asking;

  private ModelLayout.@Nullable Lie fault(Flight flight, MapQuery query) throws IOException {
    ModelLayout.Lie lie = flight.faults.mapLie();
    if (lie == ModelLayout.Lie.ALLOCATED_ON_LOOK_UP
        && query.intent() != io.penstock.core.map.MapIntent.LOOK_UP) {
      lie = ModelLayout.Lie.OUTSIDE_DEVICE;
    }
    if (lie != null) {
      flight.walkLied = true;
      flight.walk.stop();
      return lie;
    }
    flight.walk.stop();
    if (flight.faults.mapUnchecked()) {
      IllegalStateException failure = new IllegalStateException("injected: the mapper is broken");
      flight.walkError = failure;
      throw failure;
    }
    IOException failure = Faults.error(Errno.ENXIO, "map");
    flight.walkError = failure;
    throw failure;
  }

  private Flight asker(MapQuery query) {
    Flight first = null;
    if (current != null && !current.ended && fits(current, query)) {
      return current;
    }
    for (Flight each : active) {
      if (fits(each, query)) {
        first = first == null ? each : first;
      }
    }
    if (first != null) {
      return first;
    }
    StringBuilder text =
        new StringBuilder(
            "the mapper was asked "
                + query
                + " with file size "
                + query.fileSize()
                + " (MAP-1, MAP-3, MAP-4); expected");
    for (Flight each : active) {
      text.append("\n  ")
          .append(each.walk.wrongQuestion(query, each.sizeAtStart, file().size()))
          .append(" for ")
          .append(each);
    }
    throw diverged(text.toString());
  }

  private boolean fits(Flight flight, MapQuery query) {
    return flight.walk.wrongQuestion(query, flight.sizeAtStart, file().size()) == null;
  }

  @Override
  public void answered(MapQuery query, Mapping answer) {
    note("    -> %s cookie %s", answer, answer.cookie());
    Flight flight = asking;
    if (flight == null) {
      return;
    }
    if (!flight.walkLied) {
      flight.walk.answered(query, answer);
      OneBio.judge(flight, shape.limits().getFirst());
    } else if (answer.cookie() != null) {
      throw new AssertionError();
    }
  }

  @Override
  public void aliasesDropped(ModelDevice device, long offset, long length) throws IOException {
    note("  drop aliases %s+%d length %d", device.name(), offset, length);
    for (Flight each : active) {
      for (Walk.Fresh fresh : each.walk.fresh()) {
        if (!fresh.dropped
            && fresh.device == device
            && fresh.deviceOffset == offset
            && fresh.length == length) {
          fresh.dropped = true;
          if (each.faults.alias()) {
            IOException failure = Faults.error(Errno.ESTALE, "drop aliases");
            each.walkError = failure;
            each.walk.dropLastAnswer();
            throw failure;
          }
          return;
        }
      }
    }
    throw diverged(
        "aliases were dropped of a range that is no new mapping (MAP-6): "
            + device.name()
            + "+"
            + offset
            + " length "
            + length);
  }

  // --- bios ---

  @Override
  public int nextBatch() {
    return ++batch;
  }

  @Override
  public void submitted(ModelDevice device, Bio bio, int batchNumber) {
    if (maintenance) {
      note("  maintenance %s", bio);
      device.transfer(bio, bio.length());
      bio.complete();
      return;
    }
    Flight flight = sender(device, bio);
    note("  %s for #%d batch %d", bio, flight.number, batchNumber);
    List<Walk.Slice> slices = flight.walk.slices(bio.length());
    if (slices == null) {
      throw diverged(
          bio
              + " goes beyond what belongs together (BIO-2, BIO-4), which begins "
              + flight.walk.next()
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    Bios.Sent sent =
        new Bios.Sent(flight, device, bio, slices, flight.walk.sent(bio.length()), batchNumber);
    sent.index = ++flight.bioCount;
    checkSent(sent, bio);
    flight.bios.add(sent);
    flight.outstanding++;
    boolean inline = inlineAll || flight.isWaitedFor() || dice.percent(shape.inlinePercent());
    if (inline) {
      complete(sent);
    } else {
      held.add(sent);
    }
  }

  private void checkSent(Bios.Sent sent, Bio bio) {
    Flight flight = sent.flight;
    String split = Bios.splitPiece(bio, sent.device.limits());
    if (split != null) {
      throw diverged(split + " (BIO-1): " + bio + " of " + flight);
    }
    if (bio.isNoWait() != flight.has(IoFlag.NOWAIT)
        || bio.isAtomic() != flight.has(IoFlag.ATOMIC)) {
      throw diverged(
          "a bio with the wrong marks: no-wait "
              + bio.isNoWait()
              + " atomic "
              + bio.isAtomic()
              + ": "
              + bio
              + " of "
              + flight);
    }
    if (bio.isForcedUnitAccess() && !(flight.dataSync && sent.device.limits().forcedUnitAccess())) {
      throw diverged(
          "forced unit access where it is not wanted or not there (BIO-9): "
              + bio
              + " of "
              + flight);
    }
    if (flight.outstanding >= shape.maxOutstandingBios()) {
      throw diverged(
          "more than "
              + shape.maxOutstandingBios()
              + " bios outstanding (BIO-6) with "
              + bio
              + " of "
              + flight);
    }
    if (!flight.isWaitedFor()
        && (flight.dataSync || flight.walk.defers())
        && !completions.exists()) {
      throw diverged(
          "sent before the completion executor exists (ADM-13): " + bio + " of " + flight);
    }
    for (Walk.Fresh fresh : flight.walk.fresh()) {
      boolean overlaps =
          fresh.device == sent.device
              && sent.deviceOffset < fresh.deviceOffset + fresh.length
              && fresh.deviceOffset < sent.deviceOffset + sent.length;
      if (overlaps && !fresh.dropped) {
        throw diverged(
            "new blocks are written before their aliases were dropped (MAP-6): "
                + bio
                + " of "
                + flight);
      }
    }
  }

  private Flight sender(ModelDevice device, Bio bio) {
    List<Flight> candidates = new ArrayList<>();
    for (Flight each : active) {
      if (each.write == bio.isWrite()
          && each.walk.isNext(device, bio.deviceOffset(), bio.fileOffset())) {
        candidates.add(each);
      }
    }
    if (candidates.isEmpty()) {
      throw diverged("nobody needs " + bio + " now; requests in flight:" + activeForPeople());
    }
    if (candidates.size() == 1) {
      return candidates.getFirst();
    }
    if (current != null && candidates.contains(current)) {
      return current;
    }
    for (Flight each : candidates) {
      if (isOf(bio, each)) {
        return each;
      }
    }
    candidates.removeIf(
        each -> each.outstanding >= shape.maxOutstandingBios() || !each.memory.mayBeCopied());
    if (candidates.isEmpty()) {
      throw diverged(
          "nobody needs " + bio + " with this memory now; requests in flight:" + activeForPeople());
    }
    return candidates.getFirst();
  }

  private boolean isOf(Bio bio, Flight flight) {
    List<Walk.Slice> slices = flight.walk.slices(bio.length());
    if (slices == null) {
      return false;
    }
    if (bio.isWrite()) {
      return wrongContent(bio, slices, flight.writer) == null;
    }
    for (int i = 0; i < flight.memory.count(); i++) {
      MemorySegment piece = bio.segment(0).asSlice(bio.pieceOffset(0), bio.pieceLength(0));
      if (flight.memory.segment(i).asOverlappingSlice(piece).isPresent()) {
        return true;
      }
    }
    return false;
  }

  /** Why the bytes of a write are not the request's, or null. */
  private static @Nullable String wrongContent(Bio bio, List<Walk.Slice> slices, int writer) {
    int piece = 0;
    long inPiece = 0;
    for (Walk.Slice slice : slices) {
      for (long done = 0; done < slice.length(); ) {
        long bytes = Math.min(slice.length() - done, bio.pieceLength(piece) - inPiece);
        long wrong =
            Pattern.mismatch(
                bio.segment(piece),
                bio.pieceOffset(piece) + inPiece,
                bytes,
                slice.zeros() ? 0 : writer,
                slice.offset() + done);
        if (wrong >= 0) {
          return "byte "
              + (slice.offset() + done + wrong)
              + " of the file would not be "
              + (slice.zeros() ? "zero" : "the caller's");
        }
        done += bytes;
        inPiece += bytes;
        if (inPiece == bio.pieceLength(piece)) {
          piece++;
          inPiece = 0;
        }
      }
    }
    return null;
  }

  @Override
  public void cancelled(ModelDevice device, Bio bio, long generation) {
    note("  cancel %s", bio);
    for (Bios.Sent each : held) {
      if (each.bio == bio && each.generation == generation) {
        each.cancelWished = true;
        if (!each.flight.cancelWished) {
          throw diverged("a bio is cancelled of a request that nobody cancelled: " + each.flight);
        }
      }
    }
  }

  /** Carries a bio out and tells the engine. */
  void complete(Bios.Sent sent) {
    Flight flight = sent.flight;
    Bio bio = sent.bio;
    IOException error = null;
    if (sent.cancelWished && dice.percent(80)) {
      error = Faults.error(Errno.ECANCELED, "cancelled");
    } else if (sent.index == flight.faults.bio()) {
      error = Faults.error(Errno.EREMOTEIO, "transfer");
    } else if (sent.index == flight.faults.secondBio()) {
      error = Faults.error(Errno.EIO, "transfer");
    }
    note("  done %s of #%d %s", sent, flight.number, error == null ? "" : error.getMessage());
    if (bio.generation() != sent.generation) {
      throw diverged("a bio was used again while in flight: " + bio + " of " + flight);
    }
    if (bio.isWrite()) {
      String wrong = wrongContent(bio, sent.slices, flight.writer);
      if (wrong != null) {
        throw diverged(wrong + ": " + bio + " " + sent.slices + " of " + flight);
      }
    }
    long sectors = sent.length / shape.sectorBytes();
    sent.device.transfer(
        bio, error == null ? sent.length : dice.below(sectors + 1) * shape.sectorBytes());
    sent.done = true;
    flight.outstanding--;
    if (error == null) {
      count(bio.isWrite(), sent.length);
      sent.slices.forEach(flight.walk::written);
    } else {
      flight.deviceErrors.add(error);
      flight.errorBatch = flight.errorBatch == 0 ? batch : flight.errorBatch;
    }
    Flight before = current;
    current = flight;
    completing.add(sent);
    bio.complete(error);
    completing.remove(sent);
    current = before;
  }

  private void count(boolean write, long bytes) {
    if (write) {
      bytesWritten += bytes;
      writes++;
    } else {
      bytesRead += bytes;
      reads++;
    }
  }

  @Override
  public boolean isInUse(MemorySegment segment) {
    for (Bios.Sent each : held) {
      for (int i = 0; i < each.bio.pieces(); i++) {
        MemorySegment piece =
            each.bio.segment(i).asSlice(each.bio.pieceOffset(i), each.bio.pieceLength(i));
        if (segment.asOverlappingSlice(piece).isPresent()) {
          return true;
        }
      }
    }
    return false;
  }

  @Override
  public void failed(int index, IOException fault) {
    throw new AssertionError("asked of the request's own host");
  }

  // --- the end of a request ---

  @Override
  public void ended(EndOfIo end) throws IOException {
    note(
        "  end of I/O %s at %d bytes %d error %s uninitialised %d",
        end.isWrite() ? "write" : "read",
        end.position(),
        end.bytes(),
        end.error(),
        end.uninitialisedRanges());
    Flight flight = ender(end);
    flight.hookCalls++;
    String wrong = flight.wrongEnd(end, "model layout");
    if (wrong != null) {
      throw diverged(
          "end of I/O with "
              + end.bytes()
              + " bytes and error "
              + end.error()
              + " (CMP-1, CMP-4): "
              + wrong
              + " for "
              + flight
              + "\nplan "
              + flight.walk.plan());
    }
    if (end.error() == null
        && !flight.buffered
        && !(flight.walk.isOver() && flight.walk.everythingSent())) {
      throw diverged(
          "ended without error, but still has to send "
              + flight.walk.next()
              + " ("
              + (flight.walk.isOver() ? "" : "and to map, ")
              + ") for "
              + flight);
    }
    if ((flight.walkError != null || flight.walkLied)
        && flight.deviceErrors.isEmpty()
        && !flight.cancelWished
        && !flight.walk.everythingSent()) {
      throw diverged(
          "what was assembled before the mapper failed was not sent (MAP-9): "
              + flight.walk.next()
              + " for "
              + flight);
    }
    if (!shape.traits().ownInFlightScheme() && file().requestsUsingBlockMap() < 1) {
      throw diverged(
          "the hook is called when the request no longer counts as in flight (ADM-10): " + flight);
    }
    boolean deferred = !flight.isWaitedFor() && flight.walk.defers() && !flight.bios.isEmpty();
    if (deferred && !executor.isRunningTask()) {
      throw diverged("a deferred completion does not run on the executor (MAP-8): " + flight);
    }
    checkUninitialised(flight, end);
    flight.errorAtHook = end.error();
    flight.bytesAtHook = end.bytes();
    hooked.add(flight);
    endingFlight = flight;
    if (flight.faults.hook()) {
      IOException failure = Faults.error(Errno.EDQUOT, "end of I/O");
      flight.hookError = failure;
      throw failure;
    }
    keepInitialised(flight, end);
  }

  private @Nullable Flight endingFlight;

  private Flight ender(EndOfIo end) {
    List<Flight> candidates = new ArrayList<>();
    for (Flight each : active) {
      if (each.position == end.position()
          && each.write == end.isWrite()
          && each.hookCalls == 0
          && each.outstanding == 0
          && !each.immediate) {
        if (each == current) {
          candidates.addFirst(each);
        } else {
          candidates.add(each);
        }
      }
    }
    if (candidates.isEmpty()) {
      throw diverged(
          "the end-of-I/O hook is called for no request in flight (CMP-4): position "
              + end.position()
              + activeForPeople());
    }
    for (Flight each : candidates) {
      each.hookCalls++;
      boolean fits =
          each.wrongEnd(end, "model layout") == null
              && (end.error() != null || each.walk.isOver() || each.buffered);
      each.hookCalls--;
      if (fits) {
        return each;
      }
    }
    return candidates.getFirst();
  }

  private void checkUninitialised(Flight flight, EndOfIo end) {
    List<Long> told = new ArrayList<>();
    for (int i = 0; i < end.uninitialisedRanges(); i++) {
      long from = end.uninitialisedStart(i);
      long to = end.uninitialisedEnd(i);
      if (from % shape.blockBytes() != 0 || to % shape.blockBytes() != 0 || from >= to) {
        throw diverged(
            "an uninitialised range "
                + from
                + ".."
                + to
                + " that is not whole blocks (ZERO-3): "
                + flight);
      }
      for (long each = from / shape.blockBytes(); each < to / shape.blockBytes(); each++) {
        told.add(each);
      }
    }
    List<Long> expected = new ArrayList<>();
    flight
        .walk
        .writtenOfNew()
        .forEach(
            (block, bytes) -> {
              if (bytes < shape.blockBytes()) {
                expected.add(block);
              }
            });
    Collections.sort(told);
    Collections.sort(expected);
    if (!told.equals(expected)) {
      throw diverged(
          "uninitialised blocks " + told + ", expected " + expected + " (ZERO-3) for " + flight);
    }
  }

  /**
   * New blocks of a failed write that were initialised may be made reachable: they must not show
   * what the device held before.
   */
  private void keepInitialised(Flight flight, EndOfIo end) {
    if (!shape.reachableAfterFailure() || end.error() == null) {
      return;
    }
    BlockTable blocks = Objects.requireNonNull(table);
    flight
        .walk
        .writtenOfNew()
        .forEach(
            (block, bytes) -> {
              boolean inside = (block + 1) * shape.blockBytes() <= file().size();
              if (bytes == shape.blockBytes()
                  && inside
                  && blocks.kind(block) == MappingKind.UNWRITTEN) {
                blocks.become(block, MappingKind.MAPPED);
              }
            });
  }

  @Override
  public boolean mayFree(long block) {
    long from = block * shape.blockBytes();
    for (Flight each : active) {
      if (each != endingFlight && each.touches(from, from + shape.blockBytes())) {
        return false;
      }
    }
    return dice.oneIn(2);
  }

  @Override
  public void truncated(long newSize) {
    truncations++;
  }

  @Override
  public void sync(BlockFile syncing, SyncScope scope) throws IOException {
    Flight flight = null;
    for (Flight each : hooked) {
      if (!each.ended
          && each.dataSync
          && each.syncCalls == 0
          && each.errorAtHook == null
          && each.hookError == null
          && each.bytesAtHook > 0) {
        flight = each;
      }
    }
    note("  sync %s for %s", scope, flight == null ? "nobody" : "#" + flight.number);
    if (flight == null) {
      throw diverged("a sync nobody needs (CMP-5)" + activeForPeople());
    }
    flight.syncCalls++;
    if (!flight.isWaitedFor() && !executor.isRunningTask()) {
      throw diverged(
          "a sync of an asynchronous request does not run on the executor (CMP-9): " + flight);
    }
    boolean alone = active.size() == 1 && !shape.traits().ownInFlightScheme();
    if (alone && (file().requestsUsingBlockMap() != 0 || file().requestsInFlight() != 1)) {
      throw diverged(
          "a sync while "
              + file().requestsUsingBlockMap()
              + " requests use the block map and "
              + file().requestsInFlight()
              + " are open, expected 0 and 1 (CMP-5): "
              + flight);
    }
    if (flight.faults.sync()) {
      IOException failure = Faults.error(Errno.EIO, "sync");
      flight.syncError = failure;
      stickySync = failure;
      throw failure;
    }
    syncing.flushDevices();
  }

  @Override
  public void flushed(ModelDevice device) {
    note("  flush %s", device.name());
  }

  // --- the cache ---

  private @Nullable Flight cacheFlight(boolean write, long from) {
    if (current != null
        && current.write == write
        && current.position == from
        && current.mapCalls == 0) {
      return current;
    }
    for (Flight each : active) {
      if (each.write == write
          && each.position == from
          && each.mapCalls == 0
          && each.writeBacks == 0) {
        return each;
      }
    }
    return null;
  }

  @Override
  public boolean hasDirty(BlockFile asked, long from, long to) {
    Flight flight = current;
    if (flight != null
        && flight.has(IoFlag.NOWAIT)
        && (flight.faults.cache() || flight.faults.undroppable())) {
      flight.walk.mayFail(Errno.EAGAIN);
      flight.mustBeRefusedDirty = true;
      return true;
    }
    return false;
  }

  private Flight writingBack(boolean write, long from, long to) throws IOException {
    Flight flight = cacheFlight(write, from);
    note("  write back %d..%d for %s", from, to, flight == null ? "nobody" : "#" + flight.number);
    if (flight == null) {
      throw diverged(
          "cached bytes " + from + ".." + to + " are written back for nobody (ADM-11, ADM-14)");
    }
    if (to > flight.position + flight.length
        || (to < flight.position + flight.length
            && (write || to < Math.min(flight.position + flight.length, file().size())))) {
      throw diverged(
          "cached bytes "
              + from
              + ".."
              + to
              + " are written back, expected to "
              + (flight.position + flight.length)
              + " for "
              + flight);
    }
    flight.writeBacks++;
    if (flight.writeBacks > 1) {
      throw diverged("cached bytes are written back twice for " + flight);
    }
    if (flight.faults.cache()) {
      IOException failure = Faults.error(Errno.ENODEV, "write back");
      flight.cacheError = failure;
      throw failure;
    }
    return flight;
  }

  @Override
  public void writeBack(BlockFile asked, long from, long to) throws IOException {
    writingBack(false, from, to);
  }

  @Override
  public boolean writeBackAndDrop(BlockFile asked, long from, long to) throws IOException {
    Flight flight = writingBack(true, from, to);
    if (flight.faults.undroppable()) {
      flight.buffered = true;
      if (flight.has(IoFlag.ATOMIC)) {
        flight.walk.mustFail(Errno.EAGAIN);
      } else if (flight.has(IoFlag.NOWAIT) || flight.has(IoFlag.OVERWRITE_ONLY)) {
        flight.walk.mayFail(Errno.EAGAIN);
      }
      return false;
    }
    return true;
  }

  @Override
  public void invalidate(BlockFile asked, long from, long to) throws IOException {
    note("  invalidate %d..%d", from, to);
    Flight found = null;
    for (Flight each : hooked) {
      boolean whole =
          each.errorAtHook == null ? to == from + each.bytesAtHook : to <= from + each.length;
      if (!each.ended && each.write && each.position == from && whole && each.invalidations == 0) {
        found = each;
      }
    }
    if (found == null) {
      throw diverged(
          "cached pages "
              + from
              + ".."
              + to
              + " are invalidated for nobody (CMP-5)"
              + activeForPeople());
    }
    found.invalidations++;
    if (found.syncCalls > 0) {
      throw diverged("cached pages are invalidated after the sync (CMP-5): " + found);
    }
    if (found.faults.invalidate()) {
      expectedWarnings++;
      throw Faults.error(Errno.EBUSY, "invalidate");
    }
  }

  @Override
  public void warn(String subject, String what, Throwable cause) {
    note("  warning %s: %s: %s", subject, what, cause);
    warnings.add(subject + ": " + what + ": " + cause);
    if (cause instanceof Divergence diverged) {
      diverged(String.valueOf(diverged.getMessage()));
    }
  }

  // --- accounts ---

  /** Takes the counters as they are: what maintenance adds is not told apart. */
  void expectCounters(BlockFile counted, List<ModelDevice> devices) {
    bytesRead = counted.counters().readBytes();
    bytesWritten = counted.counters().writtenBytes();
    reads = counted.counters().reads();
    writes = counted.counters().writes();
    maintenanceRead = -bytesRead;
    maintenanceWritten = -bytesWritten;
    for (ModelDevice each : devices) {
      maintenanceRead += each.counters().readBytes();
      maintenanceWritten += each.counters().writtenBytes();
    }
  }

  private long maintenanceRead;
  private long maintenanceWritten;

  @Nullable String wrongCounters(BlockFile counted, List<ModelDevice> devices) {
    long deviceRead = 0;
    long deviceWritten = 0;
    for (ModelDevice each : devices) {
      deviceRead += each.counters().readBytes();
      deviceWritten += each.counters().writtenBytes();
    }
    boolean right =
        counted.counters().readBytes() == bytesRead
            && counted.counters().writtenBytes() == bytesWritten
            && counted.counters().reads() == reads
            && counted.counters().writes() == writes
            && deviceRead == bytesRead + maintenanceRead
            && deviceWritten == bytesWritten + maintenanceWritten;
    return right
        ? null
        : "the file counts "
            + counted.counters()
            + ", its devices "
            + deviceRead
            + " bytes read and "
            + deviceWritten
            + " written; expected reads="
            + reads
            + " ("
            + bytesRead
            + " bytes) writes="
            + writes
            + " ("
            + bytesWritten
            + " bytes) (BIO-10)";
  }

  void forget(Flight flight) {
    active.remove(flight);
    hooked.remove(flight);
  }
}
