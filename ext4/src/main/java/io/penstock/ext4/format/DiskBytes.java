package io.penstock.ext4.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A view of bytes that came from a disk: numbers of ext4 are little-endian, those of its journal
 * big-endian. Offsets and lengths are bytes. What the numbers say is unchecked input; only that an
 * offset lies inside the view is checked, and a structure makes sure of that before it looks.
 *
 * <p>Immutable as long as nobody writes to the array behind it; thread-safe then.
 */
public final class DiskBytes {
  private static final VarHandle SHORT_LITTLE = view(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT_LITTLE = view(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG_LITTLE = view(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle SHORT_BIG = view(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT_BIG = view(int[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private final int from;
  private final int length;

  private DiskBytes(byte[] bytes, int from, int length) {
    this.bytes = bytes;
    this.from = from;
    this.length = length;
  }

  /** A view of all of them; the array is not copied. */
  public static DiskBytes of(byte[] bytes) {
    return new DiskBytes(bytes, 0, bytes.length);
  }

  private static VarHandle view(Class<?> type, ByteOrder order) {
    return MethodHandles.byteArrayViewVarHandle(type, order);
  }

  /** A view of a part. */
  public DiskBytes slice(int offset, int bytes) {
    return new DiskBytes(this.bytes, at(offset, bytes), bytes);
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

  /** One byte, unsigned. */
  public int u8(int offset) {
    return bytes[at(offset, 1)] & 0xFF;
  }

  /** Two bytes, little-endian, unsigned. */
  public int u16(int offset) {
    return (short) SHORT_LITTLE.get(bytes, at(offset, 2)) & 0xFFFF;
  }

  /** Four bytes, little-endian, signed. */
  public int s32(int offset) {
    return (int) INT_LITTLE.get(bytes, at(offset, 4));
  }

  /** Four bytes, little-endian, unsigned. */
  public long u32(int offset) {
    return s32(offset) & 0xFFFF_FFFFL;
  }

  /** Eight bytes, little-endian; may be negative. */
  public long s64(int offset) {
    return (long) LONG_LITTLE.get(bytes, at(offset, 8));
  }

  /** Two bytes, big-endian, unsigned. */
  public int big16(int offset) {
    return (short) SHORT_BIG.get(bytes, at(offset, 2)) & 0xFFFF;
  }

  /** Four bytes, big-endian, unsigned. */
  public long big32(int offset) {
    return (int) INT_BIG.get(bytes, at(offset, 4)) & 0xFFFF_FFFFL;
  }

  /** Some bytes, copied. */
  public byte[] copy(int offset, int size) {
    int start = at(offset, size);
    return Arrays.copyOfRange(bytes, start, start + size);
  }

  /** All bytes, copied. */
  public byte[] copy() {
    return copy(0, length);
  }

  /** Copies all bytes into an array, from an offset of it on. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, from, target, offset, length);
  }

  /** Text in a field of so many bytes, up to its first zero. */
  public String text(int offset, int size) {
    int start = at(offset, size);
    int end = start;
    while (end < start + size && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, start, end - start, StandardCharsets.UTF_8);
  }

  /** Continues a CRC-32C over some bytes; see {@link Crc32c}. */
  public int crc32c(int crc, int offset, int size) {
    return Crc32c.update(crc, bytes, at(offset, size), size);
  }

  /** Whether the bytes at an offset are these. */
  public boolean matches(int offset, byte[] other) {
    int start = at(offset, other.length);
    return Arrays.equals(bytes, start, start + other.length, other, 0, other.length);
  }

  /** Whether all bytes of a part are zero. */
  public boolean isZero(int offset, int size) {
    int start = at(offset, size);
    for (int i = start; i < start + size; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
