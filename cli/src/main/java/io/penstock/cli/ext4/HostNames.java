package io.penstock.cli.ext4;

import io.penstock.ext4.format.Name;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.file.Path;

/**
 * Names on the host as the bytes they are. The text of a path loses those that are no UTF-8; its
 * URI has all of them, with escapes.
 */
final class HostNames {
  private HostNames() {}

  /** The last name of a path, which must have one. */
  static Name last(Path path) {
    String uri = path.toAbsolutePath().toUri().getRawPath();
    int end = uri.endsWith("/") ? uri.length() - 1 : uri.length();
    return Name.of(decode(uri.substring(uri.lastIndexOf('/', end - 1) + 1, end)));
  }

  private static byte[] decode(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        bytes.write(Integer.parseInt(text.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(text.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** The path of a name in a directory of the host. */
  static Path resolve(Path directory, Name name) {
    StringBuilder uri = new StringBuilder(directory.toAbsolutePath().toUri().toString());
    if (uri.charAt(uri.length() - 1) != '/') {
      uri.append('/');
    }
    for (byte each : name.bytes()) {
      uri.append("%%%02X".formatted(each & 0xFF));
    }
    return Path.of(URI.create(uri.toString()));
  }
}
