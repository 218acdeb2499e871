package io.penstock.fuzz;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.SegmentSource;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Memory of the requests of an episode, cut out of a region whose other bytes must not change; and
 * sources of segments that give something else than they promise.
 */
final class HostileMemory implements AutoCloseable {
  private static final byte GUARD = (byte) 0xA5;
  private static final int REGION = 256 * 1024;

  /** Kept from episode to episode: it is dear to allocate. */
  private static final IoArena ARENA = IoArena.ofShared();

  private static final MemorySegment ALL = ARENA.allocate(REGION, 4096);

  private static final MemorySegment UNTOUCHED = ARENA.allocate(REGION, 4096).fill(GUARD);

  private static final MemorySegment DEAD = dead();

  private final Script script;
  private final Arena confined = Arena.ofConfined();

  /** Made when it is needed: to close one takes a handshake of all threads. */
  private @Nullable Arena closeable;

  private final List<long[]> used = new ArrayList<>();
  private final List<Source> sources = new ArrayList<>();
  private long at = 4096;

  HostileMemory(Script script) {
    this.script = script;
    ALL.copyFrom(UNTOUCHED);
  }

  private static MemorySegment dead() {
    try (Arena closed = Arena.ofShared()) {
      return closed.allocate(4096, 4096);
    }
  }

  /** Memory of a request, of whole units. */
  IoVector vector(int unit) {
    int segments = 1 + script.below(3);
    if (script.indulges(Vice.MEMORY_SOURCE)) {
      long[] lengths = new long[segments];
      for (int i = 0; i < segments; i++) {
        lengths[i] = (long) (1 + script.below(4)) * unit;
      }
      Source source = new Source(lengths);
      sources.add(source);
      return IoVector.of(source, lengths);
    }
    IoVector vector = IoVector.empty();
    for (int i = 0; i < segments; i++) {
      vector.add(segment((long) script.below(5) * unit));
    }
    return vector;
  }

  private MemorySegment segment(long length) {
    return switch (script.below(8)) {
      case 1 -> closeable().allocate(length, 4096);
      case 2 -> confined.allocate(length, 4096);
      case 3 -> MemorySegment.ofArray(new byte[Math.toIntExact(length)]);
      case 4 -> Arena.ofAuto().allocate(length, 4096);
      case 5 -> DEAD.asSlice(0, Math.min(length, DEAD.byteSize()));
      case 6 -> guarded(length).asReadOnly();
      default -> guarded(length);
    };
  }

  private Arena closeable() {
    Arena made = closeable;
    if (made == null) {
      made = Arena.ofShared();
      closeable = made;
    }
    return made;
  }

  private MemorySegment guarded(long length) {
    if (at + length + 4096 > REGION) {
      return Arena.ofAuto().allocate(length, 4096);
    }
    MemorySegment slice = ALL.asSlice(at, length);
    used.add(new long[] {at, at + length});
    at += length + 4096;
    return slice;
  }

  /** A byte of the region outside of every request has changed; -1 if none has. */
  long firstStrayByte() {
    long from = 0;
    for (long[] each : used) {
      long stray = stray(from, each[0]);
      if (stray >= 0) {
        return stray;
      }
      from = each[1];
    }
    return stray(from, REGION);
  }

  private static long stray(long from, long to) {
    long at = MemorySegment.mismatch(ALL, from, to, UNTOUCHED, from, to);
    return at < 0 ? -1 : from + at;
  }

  /** What the sources have still out, and what they got back too often. */
  void checkSources() {
    for (Source each : sources) {
      each.check();
    }
    if (ARENA.inFlight() != 0) {
      long held = ARENA.inFlight();
      while (ARENA.inFlight() > 0) {
        ARENA.release(); // or every input after this one would fail too
      }
      throw new AssertionError("the arena of the requests is held " + held + " times for ever");
    }
  }

  @Override
  public void close() {
    if (closeable != null) {
      closeable.close();
    }
    confined.close();
  }

  private final class Source implements SegmentSource {
    private final long[] lengths;
    private final int[] out;

    Source(long[] lengths) {
      this.lengths = lengths;
      out = new int[lengths.length];
    }

    @Override
    @SuppressWarnings("NullAway") // on purpose
    public synchronized MemorySegment acquire(int index) throws IOException {
      if (script.indulges(Vice.MEMORY_SOURCE)) {
        switch (script.below(8)) {
          case 0 -> throw new IOException("the source has nothing");
          case 1 -> script.throwSomething("the source");
          case 2 -> {
            return null; // nothing to be released
          }
          case 3 -> {
            return hand(index, guarded(lengths[index] + 512));
          }
          case 4 -> {
            return hand(index, DEAD);
          }
          case 5 -> {
            return hand(index, MemorySegment.NULL);
          }
          case 6 -> {
            return hand(index, guarded(lengths[index]).asReadOnly());
          }
          default -> {
            // throws on any thread but the one of the episode
            return hand(index, confined.allocate(lengths[index], 512));
          }
        }
      }
      return hand(index, guarded(lengths[index]));
    }

    private MemorySegment hand(int index, MemorySegment segment) {
      out[index]++;
      return segment;
    }

    @Override
    public synchronized void release(int index) {
      out[index]--;
      if (script.indulges(Vice.MEMORY_SOURCE)) {
        script.throwSomething("the release of the source");
      }
    }

    synchronized void check() {
      for (int i = 0; i < out.length; i++) {
        if (out[i] != 0) {
          throw new AssertionError(
              "segment " + i + " of a source is out " + out[i] + " times at the end");
        }
      }
    }
  }
}
