package io.penstock.ext4.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A view of bytes that are going to a disk: what {@link DiskBytes} reads, written. Numbers of ext4
 * are little-endian, those of its journal big-endian. Offsets and lengths are bytes; that they lie
 * inside the view is checked. A number is cut to the bytes of its field.
 *
 * <p>Not thread-safe: belongs to whoever edits the block.
 */
public final class BlockBytes {
  private static final VarHandle SHORT_LITTLE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT_LITTLE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG_LITTLE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT_BIG = view(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_BIG = view(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_BIG = view(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int from;
  private final int length;
  private final DiskBytes view;

  private BlockBytes(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
    view = DiskBytes.of(bytes).slice(from, length);
  }

  /** A view of all of them; the array is not copied. */
  public static BlockBytes of(byte[] bytes) {
    return new BlockBytes(bytes, 0, bytes.length);
  }

  private static VarHandle view(Class<?> type, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(type, order);
  }

  /** The same bytes, to be read; shows what is written here. */
  public DiskBytes view() {
    return view;
  }

  /** A view of a part. */
  public BlockBytes slice(int offset, int size) {
    return new BlockBytes(bytes, at(offset, size), size);
  }

  /** Bytes in view. */
  public int length() {
    return length;
  }

  private int at(int offset, int size) {
    if (offset < 0 || size < 0 || offset > length - size) {
      throw new IndexOutOfBoundsException(
          "bytes " + offset + "+" + size + " are not inside " + length);
    }
    return from + offset;
  }

  /** One byte. */
  public BlockBytes put8(int offset, int value) {
    bytes[at(offset, 1)] = (byte) value;
    return this;
  }

  /** Two bytes, little-endian. */
  public BlockBytes put16(int offset, int value) {
    SHORT_LITTLE.set(bytes, at(offset, 2), (short) value);
    return this;
  }

  /** Four bytes, little-endian. */
  public BlockBytes put32(int offset, long value) {
    INT_LITTLE.set(bytes, at(offset, 4), (int) value);
    return this;
  }

  /** Eight bytes, little-endian. */
  public BlockBytes put64(int offset, long value) {
    LONG_LITTLE.set(bytes, at(offset, 8), value);
    return this;
  }

  /** Two bytes, big-endian. */
  public BlockBytes putBig16(int offset, int value) {
    SHORT_BIG.set(bytes, at(offset, 2), (short) value);
    return this;
  }

  /** Four bytes, big-endian. */
  public BlockBytes putBig32(int offset, long value) {
    INT_BIG.set(bytes, at(offset, 4), (int) value);
    return this;
  }

  /** Eight bytes, big-endian. */
  public BlockBytes putBig64(int offset, long value) {
    LONG_BIG.set(bytes, at(offset, 8), value);
    return this;
  }

  /** Some bytes. */
  public BlockBytes put(int offset, byte[] source) {
    System.arraycopy(source, 0, bytes, at(offset, source.length), source.length);
    return this;
  }

  /** Some bytes of another view, which may be of the same block. */
  public BlockBytes put(int offset, DiskBytes source) {
    return put(offset, source.copy());
  }

  /** Zeros. */
  public BlockBytes clear(int offset, int size) {
    int start = at(offset, size);
    Arrays.fill(bytes, start, start + size, (byte) 0);
    return this;
  }

  /** Moves bytes inside the view; the two places may overlap. */
  public BlockBytes move(int offset, int to, int size) {
    System.arraycopy(bytes, at(offset, size), bytes, at(to, size), size);
    return this;
  }

  /** Whether a bit is set; bit 0 is the lowest of the first byte. */
  public boolean isSet(int bit) {
    return (bytes[at(bit >> 3, 1)] & 1 << (bit & 7)) != 0;
  }

  /** Sets or clears some bits in a row. */
  public BlockBytes setBits(int first, int count, boolean value) {
    int end = first + count;
    for (int bit = first; bit < end; ) {
      if ((bit & 7) == 0 && end - bit >= 8) {
        bytes[at(bit >> 3, 1)] = (byte) (value ? 0xFF : 0);
        bit += 8;
      } else {
        int mask = 1 << (bit & 7);
        int at = at(bit >> 3, 1);
        bytes[at] = (byte) (value ? bytes[at] | mask : bytes[at] & ~mask);
        bit++;
      }
    }
    return this;
  }
}
