package io.penstock.testkit.oracle;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.file.EndOfIo;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One request of a run: what was asked, what happened so far, and what has to come out. */
final class Flight {
  /** How the engine refuses a request that it never begins. */
  enum Refusal {
    NEVER,
    MAY,
    MUST
  }

  // What was asked.
  final int number;
  final boolean write;
  final boolean async;
  final long position;
  final RequestMemory memory;
  final IoFlags flags;
  final Faults faults;
  final int writer;
  final boolean dataSync;
  final String where;

  // What is expected beforehand.
  long length;
  Refusal refusal = Refusal.NEVER;
  @Nullable Errno refusalErrno;
  @Nullable String refusalNames;
  boolean immediate;
  boolean waitedFor;
  long immediateBytes;
  boolean buffered;
  @Nullable IOException cacheError;
  Walk walk;
  long sizeAtStart;
  boolean beyondEnd;
  boolean afterSyncFailure;
  boolean pastEndOverwrite;
  boolean readOnlyMemory;
  long publishTo;
  @Nullable LazySegments lazySource;
  FileModel.@Nullable Reading reading;

  // What happened.
  @Nullable IoRequest request;
  long generation;
  int mapCalls;
  int bioCount;
  int outstanding;
  int errorBatch;
  boolean mustBeRefusedDirty;
  int hookCalls;
  int syncCalls;
  int invalidations;
  int writeBacks;
  int drops;
  boolean ended;
  boolean returned;
  boolean cancelWished;
  boolean walkLied;
  boolean inExecutor;
  final List<Bios.Sent> bios = new ArrayList<>();
  @Nullable Exception walkError;
  final List<IOException> deviceErrors = new ArrayList<>();
  @Nullable IOException memoryError;
  @Nullable IOException hookError;
  @Nullable IOException syncError;
  @Nullable IOException errorAtHook;
  long bytesAtHook;

  Flight(
      int number,
      boolean write,
      boolean async,
      long position,
      RequestMemory memory,
      IoFlags flags,
      Faults faults,
      int writer,
      boolean dataSync,
      Walk walk,
      String where) {
    this.number = number;
    this.write = write;
    this.async = async;
    this.position = position;
    this.memory = memory;
    this.flags = flags;
    this.faults = faults;
    this.writer = writer;
    this.dataSync = dataSync;
    this.walk = walk;
    this.where = where;
    length = memory.total();
  }

  /** Whether its submission returns only when it is done. */
  boolean isWaitedFor() {
    return !async || waitedFor;
  }

  /** Whether the engine has to reckon with memory that cannot be had. */
  boolean mayLoseMemory() {
    return lazySource != null || memory.isOf(MemoryBank.Origin.SHARED);
  }

  boolean touches(long from, long to) {
    return position < to && from < position + length;
  }

  static int errno(@Nullable Throwable error) {
    return error instanceof BlockIoException block ? block.errno() : -1;
  }

  private static boolean contains(@Nullable Throwable error, Throwable wanted) {
    for (Throwable each = error; each != null; each = each.getCause()) {
      if (each == wanted) {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String expectSame(@Nullable IOException error, Exception wanted) {
    if (contains(error, wanted) || (errno(error) == errno(wanted) && errno(wanted) > 0)) {
      return errno(wanted) > 0 && errno(error) != errno(wanted)
          ? "the error has lost its number, which was " + errno(wanted)
          : null;
    }
    return "expected the error " + wanted;
  }

  /** What is wrong with a result before any hook had its say, or null (CMP-1). */
  @Nullable String wrongResult(long bytes, @Nullable IOException error, String mapperName) {
    if (cancelWished && error != null && (errno(error) == Errno.ECANCELED.number())) {
      return null;
    }
    if (cacheError != null) {
      return expectSame(error, cacheError);
    }
    if (walkLied) {
      return error != null && String.valueOf(error.getMessage()).contains(mapperName)
          ? null
          : "expected an error that names the mapper (MAP-2)";
    }
    if (walkError != null) {
      return expectSame(error, walkError);
    }
    Errno must = walk.mustFail();
    if (must != null && (memoryError == null || errno(error) == must.number())) {
      return errno(error) == must.number() ? null : "expected " + must;
    }
    Errno may = walk.mayFail();
    if (may != null && errno(error) == may.number()) {
      return null;
    }
    if (!deviceErrors.isEmpty()) {
      return wrongDeviceError(error);
    }
    long expected = buffered ? 0 : walk.bytes();
    if (expected > 0) {
      return error == null && bytes == expected ? null : "expected " + expected + " bytes";
    }
    if (memoryError != null) {
      return expectSame(error, memoryError);
    }
    return error == null && bytes == 0 ? null : "expected 0 bytes";
  }

  private @Nullable String wrongDeviceError(@Nullable IOException error) {
    String wrong = expectSame(error, deviceErrors.getFirst());
    if (wrong != null || error == null) {
      return wrong;
    }
    for (IOException later : deviceErrors.subList(1, deviceErrors.size())) {
      boolean attached = false;
      for (Throwable each : error.getSuppressed()) {
        attached |= contains(each, later) || errno(each) == errno(later);
      }
      if (!attached) {
        return "expected a later error to be attached as suppressed: " + later + " (CMP-2)";
      }
    }
    return null;
  }

  /** What is wrong with what the end-of-I/O hook is told, or null (CMP-4). */
  @Nullable String wrongEnd(EndOfIo end, String mapperName) {
    if (hookCalls != 1) {
      return "the hook was called " + hookCalls + " times";
    }
    if (outstanding != 0) {
      return outstanding + " bios are still in flight";
    }
    if (end.position() != position || end.isWrite() != write) {
      return "position " + end.position() + (end.isWrite() ? " write" : " read");
    }
    if (walk.mappings() > 0 && end.sampledSize() != walk.sampled()) {
      return "sampled size " + end.sampledSize() + ", but the mapper was told " + walk.sampled();
    }
    if (end.error() != null && end.bytes() != 0) {
      return "bytes " + end.bytes() + " beside an error";
    }
    if (walk.cookie() != end.cookie()) {
      return "cookie " + end.cookie() + ", expected " + walk.cookie() + " (MAP-7)";
    }
    return wrongResult(end.bytes(), end.error(), mapperName);
  }

  /** What is wrong with the result as the caller gets it, or null. */
  @Nullable String wrongFinal(long bytes, @Nullable IOException error, String mapperName) {
    if (hookCalls == 0) {
      return wrongResult(bytes, error, mapperName);
    }
    if (errorAtHook != null) {
      return error == errorAtHook || errno(error) == errno(errorAtHook)
          ? null
          : "the hook was told " + errorAtHook;
    }
    if (hookError != null) {
      return expectSame(error, hookError);
    }
    if (syncError != null) {
      return expectSame(error, syncError);
    }
    return error == null && bytes == bytesAtHook
        ? null
        : "the hook was told " + bytesAtHook + " bytes";
  }

  /** What was written and told to the layout, also when the sync after that failed. */
  long bytesWrittenBeforeSync() {
    return hookCalls == 1 && errorAtHook == null && hookError == null ? bytesAtHook : 0;
  }

  boolean isAdmitted() {
    return mapCalls > 0;
  }

  boolean has(IoFlag flag) {
    return flags.has(flag);
  }

  @Override
  public String toString() {
    return "#"
        + number
        + (async ? " async " : " sync ")
        + (write ? "write" : "read")
        + " at "
        + position
        + " length "
        + length
        + " ("
        + memory
        + ")"
        + (flags.isEmpty() ? "" : " flags " + flags)
        + (dataSync ? " data-sync" : "")
        + (writer > 0 ? " writer " + writer : "")
        + (faults == Faults.NONE ? "" : " " + faults)
        + " seen size "
        + sizeAtStart
        + where;
  }
}
