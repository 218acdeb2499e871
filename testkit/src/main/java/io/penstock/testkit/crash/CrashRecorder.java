package io.penstock.testkit.crash;

import io.penstock.core.bio.Bio;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.InterposingDevice;
import io.penstock.testkit.crash.CrashEvent.Acknowledged;
import io.penstock.testkit.crash.CrashEvent.Begun;
import io.penstock.testkit.crash.CrashEvent.Completed;
import io.penstock.testkit.crash.CrashEvent.FlushBegun;
import io.penstock.testkit.crash.CrashEvent.Flushed;
import io.penstock.testkit.crash.CrashEvent.Submitted;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A device that keeps what is written, with which content, when it was submitted and reported, and
 * when flushes began and ended, so that {@link CrashSweep} can make every image that a crash could
 * have left. Between them stand the workload's notes: what it is about to do, and what it has been
 * told is durable. Everything goes on to the device behind as it is. Offsets and lengths are bytes.
 *
 * <p>Keeps all written content in memory: for workloads of some ten MiB. Thread-safe; a run can
 * only be repeated, though, when the workload decides the order of everything.
 */
public final class CrashRecorder extends InterposingDevice {
  private static final int CHUNK = 1 << 20;

  private final SparsePages before;
  private final boolean volatileCache;
  private final List<CrashEvent> events = new ArrayList<>();
  private final Map<Bio, LoggedWrite> inFlight = new HashMap<>();
  private int writes;
  private int flushes;

  private CrashRecorder(BlockDevice delegate, boolean volatileCache, SparsePages before) {
    super(delegate);
    this.volatileCache = volatileCache;
    this.before = before;
  }

  /**
   * Records from now on what happens to {@code delegate}, whose contents are read once, whole, and
   * count as durable.
   *
   * @param volatileCache whether a write that was reported can still be lost until it is flushed;
   *     otherwise only those in flight can
   * @throws IOException when the contents cannot be read
   */
  public static CrashRecorder over(BlockDevice delegate, boolean volatileCache) throws IOException {
    byte[] first = new byte[(int) Math.min(delegate.size(), delegate.limits().logicalBlock())];
    DeviceIo.read(delegate, 0, MemorySegment.ofArray(first));
    SparsePages before = new SparsePages(first[0]);
    try (Arena arena = Arena.ofShared()) {
      MemorySegment buffer = arena.allocate(CHUNK, delegate.limits().memoryAlignment());
      for (long at = 0; at < delegate.size(); at += CHUNK) {
        MemorySegment part = buffer.asSlice(0, Math.min(CHUNK, delegate.size() - at));
        DeviceIo.read(delegate, at, part);
        keep(before, at, part.toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return new CrashRecorder(delegate, volatileCache, before);
  }

  /**
   * Records from now on what happens to {@code delegate}, every byte of which is {@code contents}:
   * for devices too large to be read.
   */
  public static CrashRecorder over(BlockDevice delegate, boolean volatileCache, byte contents) {
    return new CrashRecorder(delegate, volatileCache, new SparsePages(contents));
  }

  private static void keep(SparsePages image, long position, byte[] bytes) {
    byte[] background = image.background();
    for (int from = 0; from < bytes.length; from += SparsePages.PAGE) {
      int length = Math.min(SparsePages.PAGE, bytes.length - from);
      if (!Arrays.equals(bytes, from, from + length, background, 0, length)) {
        image.write(position + from, bytes, from, length);
      }
    }
  }

  // --- what the workload says ---

  /**
   * The workload is about to do what {@code note} stands for: what a crash finds from now on may
   * show it. Notes are kept as they are and must not change.
   */
  public void begin(Object note) {
    log(new Begun(note));
  }

  /** The workload has been told that {@code note} is durable: a crash from now on must keep it. */
  public void acknowledge(Object note) {
    acknowledgeAll(List.of(note));
  }

  /** As {@link #acknowledge}, for several at once. */
  public void acknowledgeAll(Collection<?> notes) {
    log(new Acknowledged(List.copyOf(notes)));
  }

  // --- what the device sees ---

  @Override
  public void submit(Bio bio) {
    if (!bio.isWrite()) {
      delegate().submit(bio);
      return;
    }
    byte[] content = contentOf(bio);
    synchronized (events) {
      LoggedWrite write =
          new LoggedWrite(
              ++writes, bio.deviceOffset(), content, bio.isForcedUnitAccess(), bio.isAtomic());
      inFlight.put(bio, write);
      events.add(new Submitted(write));
    }
    interpose(bio);
  }

  @Override
  protected void ended(Bio bio, @Nullable IOException error) {
    synchronized (events) {
      LoggedWrite write = inFlight.remove(bio);
      if (write != null) {
        events.add(new Completed(write, error != null));
      }
    }
    bio.complete(error);
  }

  @Override
  public void flush() throws IOException {
    int flush;
    synchronized (events) {
      flush = ++flushes;
      events.add(new FlushBegun(flush));
    }
    delegate().flush();
    log(new Flushed(flush));
  }

  private static byte[] contentOf(Bio bio) {
    byte[] content = new byte[Math.toIntExact(bio.length())];
    MemorySegment target = MemorySegment.ofArray(content);
    long done = 0;
    for (int i = 0; i < bio.pieces(); i++) {
      MemorySegment.copy(bio.segment(i), bio.pieceOffset(i), target, done, bio.pieceLength(i));
      done += bio.pieceLength(i);
    }
    return content;
  }

  private void log(CrashEvent event) {
    synchronized (events) {
      events.add(event);
    }
  }

  // --- what the sweep reads ---

  /** Writes so far. */
  public int writes() {
    synchronized (events) {
      return writes;
    }
  }

  /** Flushes so far. */
  public int flushes() {
    synchronized (events) {
      return flushes;
    }
  }

  List<CrashEvent> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  /** What was there before the first event. */
  SparsePages before() {
    return before;
  }

  /** Whether a write that has completed, and not by force, can be lost. */
  boolean hasVolatileCache() {
    return volatileCache;
  }
}
