package io.penstock.ext4.proof;

import io.penstock.ext4.Ext4File;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a file must hold, after all that was done to it. */
public final class ExpectedBytes {
  private byte[] bytes = new byte[0];

  /** All of it; not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  int size() {
    return bytes.length;
  }

  void written(int position, MemorySegment data) {
    growTo(position + (int) data.byteSize());
    MemorySegment.ofArray(bytes).asSlice(position, data.byteSize()).copyFrom(data);
  }

  /** The file is that long, if it is not longer. */
  void growTo(int size) {
    if (bytes.length < size) {
      bytes = Arrays.copyOf(bytes, size);
    }
  }

  /** The file was cut, or made longer. */
  void truncated(int size) {
    bytes = Arrays.copyOf(bytes, size);
  }

  /** A hole was made, which may reach behind the end. */
  void punched(int from, int length) {
    int end = Math.min(bytes.length, from + length);
    if (from < end) {
      Arrays.fill(bytes, from, end, (byte) 0);
    }
  }

  /** In what a file differs from it, of so many bytes at most; null if in nothing. */
  @Nullable String difference(Ext4File file, int from, int most) throws IOException {
    int length = Math.clamp(bytes.length - from, 0, most);
    if (length == 0) {
      return null;
    }
    byte[] found = new byte[length];
    long read = file.read(MemorySegment.ofArray(found), from);
    if (read != length) {
      return "read " + read + " of " + length + " at " + from;
    }
    int at = Arrays.mismatch(found, 0, length, bytes, from, from + length);
    return at < 0 ? null : "differs at " + (from + at);
  }

  /** In what a file as a whole differs from it; null if in nothing. */
  @Nullable String difference(Ext4File file) throws IOException {
    return file.size() == bytes.length
        ? difference(file, 0, bytes.length)
        : "has " + file.size() + " bytes, not " + bytes.length;
  }
}
