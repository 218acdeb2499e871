package io.penstock.linux;

import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.MemoryRegistration;
import io.penstock.linux.abi.Errno;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The regions of {@link IoArena}s that a ring knows (registered buffers): a transfer inside one
 * needs no look-up of its pages. A region becomes known when a transfer first touches it, and is
 * forgotten before its arena frees it (MEM-4). Memory of other kinds is never known.
 *
 * <p>For the loop's own thread.
 */
final class RingBuffers {
  /** Not known: the transfer goes by address. */
  static final int NONE = -1;

  /** The kernel counts at most so many bytes in one buffer. */
  private static final long MOST_BYTES = 1L << 30;

  private final RingTable table;
  private final RingLoop loop;

  /** Known regions, sorted by address: start, end, place in the table. */
  private long[] starts = new long[8];

  private long[] ends = new long[8];
  private int[] places = new int[8];
  private int count;
  private int last;
  private boolean refused;
  private final Set<Known> known = new HashSet<>();

  RingBuffers(RingTable table, RingLoop loop) {
    this.table = table;
    this.loop = loop;
    refused = table.places() == 0;
  }

  /** Place of the region that holds these bytes of a segment, or {@link #NONE}. */
  int placeOf(MemorySegment segment, long address, long bytes) {
    if (last < count && starts[last] <= address && address + bytes <= ends[last]) {
      return places[last];
    }
    if (refused && count == 0) {
      return NONE;
    }
    int index = indexOf(address);
    if (index >= 0) {
      last = index;
      return address + bytes <= ends[index] ? places[index] : NONE;
    }
    IoArena arena = refused ? null : IoArena.owning(segment);
    return arena == null ? NONE : register(arena, segment);
  }

  /** Index of the known region that holds an address, or -1. */
  private int indexOf(long address) {
    int at = Arrays.binarySearch(starts, 0, count, address);
    int index = at >= 0 ? at : -at - 2;
    return index >= 0 && address < ends[index] ? index : -1;
  }

  private int register(IoArena arena, MemorySegment segment) {
    MemorySegment region = arena.regionOf(segment);
    if (region.byteSize() > MOST_BYTES) {
      return NONE;
    }
    long place = table.addMemory(region.address(), region.byteSize());
    if (place < 0) {
      // A full table may get room again; the limit of locked memory will not be another one.
      refused |= place == -Errno.ENOMEM - 1;
      return NONE;
    }
    Known registration = new Known(arena, region.address());
    if (!arena.register(registration)) {
      table.removeMemory((int) place);
      return NONE;
    }
    insert(region.address(), region.byteSize(), (int) place);
    known.add(registration);
    return (int) place;
  }

  private void insert(long start, long bytes, int place) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
      places = Arrays.copyOf(places, 2 * count);
    }
    int at = -Arrays.binarySearch(starts, 0, count, start) - 1;
    assert at >= 0 : "known twice";
    System.arraycopy(starts, at, starts, at + 1, count - at);
    System.arraycopy(ends, at, ends, at + 1, count - at);
    System.arraycopy(places, at, places, at + 1, count - at);
    starts[at] = start;
    ends[at] = start + bytes;
    places[at] = place;
    count++;
    last = at;
  }

  private void forget(long start) {
    int at = Arrays.binarySearch(starts, 0, count, start);
    if (at < 0) {
      return; // the ring has ended before
    }
    table.removeMemory(places[at]);
    count--;
    System.arraycopy(starts, at + 1, starts, at, count - at);
    System.arraycopy(ends, at + 1, ends, at, count - at);
    System.arraycopy(places, at + 1, places, at, count - at);
  }

  /** Regions known at this moment. */
  int count() {
    return count;
  }

  /** The ring ends, and with it all it knows. */
  void forgetAll() {
    for (Known each : known) {
      each.arena.unregister(each);
    }
    known.clear();
    count = 0;
  }

  private final class Known implements MemoryRegistration {
    private final IoArena arena;
    private final long start;

    Known(IoArena arena, long start) {
      this.arena = arena;
      this.start = start;
    }

    @Override
    public boolean end(Runnable ended) {
      return loop.execute(
          () -> {
            known.remove(this);
            forget(start);
            ended.run();
          });
    }
  }
}
