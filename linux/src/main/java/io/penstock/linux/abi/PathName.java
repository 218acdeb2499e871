package io.penstock.linux.abi;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.ProviderMismatchException;
import java.util.Arrays;

/**
 * A path as the bytes that the kernel knows it by.
 *
 * <p>Linux names are bytes. {@code Path.toString()} decodes them with the locale's encoding and
 * loses those that do not fit it (every non-ASCII name under {@code LANG=C}); the path's URI keeps
 * each byte as {@code %xx}, so the bytes are taken from there.
 */
final class PathName {
  private PathName() {}

  /**
   * A C string of the path.
   *
   * @throws ProviderMismatchException if the path is not of the default file system
   */
  static MemorySegment toNative(SegmentAllocator allocator, Path path) {
    byte[] name = toBytes(path);
    MemorySegment segment = allocator.allocate(name.length + 1L);
    MemorySegment.copy(name, 0, segment, ValueLayout.JAVA_BYTE, 0, name.length);
    segment.set(ValueLayout.JAVA_BYTE, name.length, (byte) 0);
    return segment;
  }

  static byte[] toBytes(Path path) {
    if (!path.getFileSystem().equals(FileSystems.getDefault())) {
      throw new ProviderMismatchException("not a path of the default file system: " + path);
    }
    String text = path.toString();
    if (text.isEmpty()) {
      return new byte[] {'.'};
    }
    return isAscii(text) ? text.getBytes(StandardCharsets.US_ASCII) : fromUri(path, text);
  }

  private static byte[] fromUri(Path path, String text) {
    String encoded = path.toUri().getRawPath();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        bytes.write(Integer.parseInt(encoded, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(c);
      }
    }
    byte[] name = bytes.toByteArray();
    // A directory's URI ends in a slash, which would follow a symbolic link that must not be.
    boolean slashAdded = name[name.length - 1] == '/' && !text.endsWith("/");
    return slashAdded ? Arrays.copyOf(name, name.length - 1) : name;
  }

  private static boolean isAscii(String text) {
    return text.chars().allMatch(c -> c > 0 && c < 0x80);
  }
}
