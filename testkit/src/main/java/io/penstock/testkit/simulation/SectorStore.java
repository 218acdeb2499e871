package io.penstock.testkit.simulation;

import io.penstock.testkit.Dice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The logical blocks of a simulated device: what each holds now, what it would hold without power,
 * and all it has held in between. Not thread-safe: the device locks.
 */
final class SectorStore {
  /** Who wrote something. */
  interface Writer {
    /** Whether its owner has been told that it is written. */
    boolean isReported();

    /** Whether its blocks survive all or none. */
    boolean isAtomic();
  }

  /** What was written to a block; not changed any more. */
  private static final class Version {
    final byte[] bytes;
    final @Nullable Writer writer;

    /** Whether a failed flush has given it up: no later one makes it durable. */
    boolean lost;

    Version(byte[] bytes, @Nullable Writer writer) {
      this.bytes = bytes;
      this.writer = writer;
    }

    boolean isReported() {
      return writer == null || writer.isReported();
    }

    boolean isAtomic() {
      return writer != null && writer.isAtomic();
    }
  }

  /** One logical block. */
  private static final class Sector {
    byte[] durable;

    /** What is only in the cache, the latest last. */
    final List<Version> versions = new ArrayList<>();

    Sector(byte[] background) {
      durable = background;
    }

    byte[] current() {
      return versions.isEmpty() ? durable : versions.getLast().bytes;
    }

    /** The latest that a flush must cover, or null. */
    @Nullable Version latestReported() {
      for (Version each : versions.reversed()) {
        if (each.isReported()) {
          return each;
        }
      }
      return null;
    }

    /** This version is durable, and with it all before it are past. */
    void persist(Version version) {
      int index = versions.indexOf(version);
      if (index >= 0) {
        durable = version.bytes;
        versions.subList(0, index + 1).clear();
      }
    }
  }

  /** A block and what a flush has to make durable of it. */
  private record Covered(Sector sector, Version version) {}

  private final int bytes;
  private final byte[] background;
  private final Map<Long, Sector> sectors = new HashMap<>();

  /** Those whose contents are not durable. */
  private final TreeMap<Long, Sector> cached = new TreeMap<>();

  /** Blocks of so many bytes, which hold {@code fill} until they are written. */
  SectorStore(int bytes, byte fill) {
    this.bytes = bytes;
    background = new byte[bytes];
    Arrays.fill(background, fill);
  }

  private byte[] current(long index) {
    Sector sector = sectors.get(index);
    return sector == null ? background : sector.current();
  }

  void read(long index, MemorySegment target, long offset) {
    MemorySegment.copy(current(index), 0, target, ValueLayout.JAVA_BYTE, offset, bytes);
  }

  byte[] read(long index) {
    return current(index).clone();
  }

  void write(long index, MemorySegment source, long offset, Writer writer) {
    byte[] written = new byte[bytes];
    MemorySegment.copy(source, ValueLayout.JAVA_BYTE, offset, written, 0, bytes);
    add(index, new Version(written, writer));
  }

  /** Replaces what a block holds; it is as good as reported. The array is the store's. */
  void replace(long index, byte[] contents) {
    add(index, new Version(contents, null));
  }

  private void add(long index, Version version) {
    Sector sector = sectors.computeIfAbsent(index, absent -> new Sector(background));
    sector.versions.add(version);
    cached.put(index, sector);
  }

  /** Indices of the blocks from {@code first} on that were ever written. */
  List<Long> writtenFrom(long first) {
    return sectors.keySet().stream().filter(each -> each >= first).sorted().toList();
  }

  /** What a block holds survives from now on. */
  void persist(long index) {
    Sector sector = cached.remove(index);
    if (sector != null) {
      sector.persist(sector.versions.getLast());
    }
  }

  /** The device writes a block of its cache back by itself. */
  void evictSome(Dice dice) {
    if (!cached.isEmpty()) {
      Long index = cached.firstKey();
      for (int steps = dice.below(cached.size()); steps > 0; steps--) {
        index = cached.higherKey(index);
      }
      Sector sector = Objects.requireNonNull(cached.get(index));
      if (sector.versions.stream().noneMatch(Version::isAtomic)) {
        persist(index);
      }
    }
  }

  /** What a flush that begins now makes durable when it ends: what has been reported written. */
  Runnable flush() {
    List<Covered> all = new ArrayList<>();
    for (Sector each : cached.values()) {
      Version version = each.latestReported();
      if (version != null && !version.lost) {
        all.add(new Covered(each, version));
      }
    }
    return () -> {
      all.forEach(each -> each.sector.persist(each.version));
      forgetDurable();
    };
  }

  private void forgetDurable() {
    cached.values().removeIf(each -> each.versions.isEmpty());
  }

  /** A flush fails: part of the cache is durable, the rest never will be. */
  void failFlush(Dice dice) {
    for (Sector each : cached.values()) {
      Version last = each.versions.getLast();
      if (!last.isAtomic() && dice.oneIn(2)) {
        each.persist(last);
      } else {
        each.versions.forEach(version -> version.lost = true);
      }
    }
    forgetDurable();
  }

  /**
   * The power goes.
   *
   * @param dice of what is lost; null for a cache that keeps everything
   * @return blocks that are not what they were
   */
  int losePower(@Nullable Dice dice) {
    int gone = 0;
    Map<Writer, Boolean> luck = new HashMap<>();
    for (Sector each : cached.values()) {
      byte[] before = each.current();
      for (Version version : List.copyOf(each.versions).reversed()) {
        if (dice == null || survives(version, luck, dice)) {
          each.persist(version);
          break;
        }
      }
      each.versions.clear();
      gone += each.durable == before ? 0 : 1;
    }
    cached.clear();
    return gone;
  }

  private static boolean survives(Version version, Map<Writer, Boolean> luck, Dice dice) {
    Writer writer = version.writer;
    return writer != null && version.isAtomic()
        ? luck.computeIfAbsent(writer, absent -> dice.oneIn(2))
        : dice.oneIn(2);
  }

  /** Blocks that are not durable. */
  int cached() {
    return cached.size();
  }
}
