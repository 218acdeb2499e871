package io.penstock.linux.abi;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/**
 * An array of {@code struct iovec} in native memory, filled from the front and reused; for one
 * thread at a time.
 *
 * <p>Entries are addresses: they hold no memory open. Whoever fills the vector holds the memory
 * until the kernel is done with it (MEM-4).
 *
 * <p>Field map of an entry, from {@code linux/uio.h}:
 *
 * <pre>
 * offset  size  name
 *      0     8  iov_base   address
 *      8     8  iov_len    bytes
 * </pre>
 */
public final class IoVec {
  /** Bytes of one entry. */
  public static final int ENTRY_BYTES = 16;

  /** Most entries of one call ({@code UIO_MAXIOV}). */
  public static final int MAX_ENTRIES = 1024;

  private static final long BASE = 0;
  private static final long LENGTH = 8;

  private final MemorySegment entries;
  private final int capacity;
  private int first;
  private int end;
  private long totalBytes;

  /**
   * An empty vector.
   *
   * @param allocator whose memory it lives in
   * @param capacity entries, 1 to {@link #MAX_ENTRIES}
   */
  public IoVec(SegmentAllocator allocator, int capacity) {
    if (capacity < 1 || capacity > MAX_ENTRIES) {
      throw new IllegalArgumentException("capacity " + capacity + " is not 1.." + MAX_ENTRIES);
    }
    this.capacity = capacity;
    this.entries =
        allocator.allocate(MemoryLayout.sequenceLayout(capacity * 2L, ValueLayout.JAVA_LONG));
  }

  /** Forgets all entries. */
  public void clear() {
    first = 0;
    end = 0;
    totalBytes = 0;
  }

  /** Whether one more entry has no room. */
  public boolean isFull() {
    return end == capacity;
  }

  /** Entries still to be transferred. */
  public int count() {
    return end - first;
  }

  /** Bytes still to be transferred. */
  public long totalBytes() {
    return totalBytes;
  }

  /**
   * Adds an entry.
   *
   * @param lengthBytes more than zero
   * @throws IllegalStateException if the vector is full
   */
  public void add(long address, long lengthBytes) {
    if (isFull()) {
      throw new IllegalStateException("all " + capacity + " entries are taken");
    }
    if (lengthBytes <= 0) {
      throw new IllegalArgumentException("length " + lengthBytes + " is not positive");
    }
    totalBytes = Math.addExact(totalBytes, lengthBytes);
    set(end++, address, lengthBytes);
  }

  /**
   * Adds the whole of a segment, by its address: its arena is not held open.
   *
   * @throws IllegalArgumentException if the segment is of the heap
   */
  public void add(MemorySegment segment) {
    if (!segment.isNative()) {
      throw new IllegalArgumentException("heap memory has no address: " + segment);
    }
    add(segment.address(), segment.byteSize());
  }

  /**
   * Takes bytes that were transferred off the front, so that what remains can be sent.
   *
   * <p>Entries of 4096 and 4096 bytes advanced by 5120: the first is gone, the second begins 1024
   * bytes later and has 3072 left.
   *
   * @param transferredBytes 0 to {@link #totalBytes()}
   */
  public void advance(long transferredBytes) {
    Objects.checkFromToIndex(0, transferredBytes, totalBytes);
    totalBytes -= transferredBytes;
    long left = transferredBytes;
    while (left > 0 && left >= length(first)) {
      left -= length(first++);
    }
    if (left > 0) {
      set(first, address(first) + left, length(first) - left);
    }
    assert totalBytes > 0 ? first < end : first == end;
  }

  /** The entries still to be transferred, for a downcall. */
  public MemorySegment pending() {
    return first == 0 ? entries : entries.asSlice((long) first * ENTRY_BYTES);
  }

  private long address(int entry) {
    return entries.get(ValueLayout.JAVA_LONG, (long) entry * ENTRY_BYTES + BASE);
  }

  private long length(int entry) {
    return entries.get(ValueLayout.JAVA_LONG, (long) entry * ENTRY_BYTES + LENGTH);
  }

  private void set(int entry, long address, long length) {
    entries.set(ValueLayout.JAVA_LONG, (long) entry * ENTRY_BYTES + BASE, address);
    entries.set(ValueLayout.JAVA_LONG, (long) entry * ENTRY_BYTES + LENGTH, length);
  }
}
