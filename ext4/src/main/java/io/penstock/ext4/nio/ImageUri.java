package io.penstock.ext4.nio;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * URIs of volumes and of what is on them: {@code ext4:IMAGE!/PATH}, where the image is a URI of the
 * host, as with {@code jar:}. Bytes of the path are escaped with a percent sign, so that names that
 * are no UTF-8 have a URI too.
 */
final class ImageUri {
  static final String SCHEME = "ext4";

  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/+,=@:";

  private final Path image;
  private final byte[] path;

  private ImageUri(Path image, byte[] path) {
    this.image = image;
    this.path = path;
  }

  /** The file with the volume. */
  Path image() {
    return image;
  }

  /** The bytes behind the exclamation mark; the root where there is none. */
  byte[] path() {
    return path.clone();
  }

  /** The URI of a path on an image. */
  static URI of(Path image, byte[] path) {
    StringBuilder text = new StringBuilder(SCHEME).append(':');
    // an exclamation mark in the image's own name must not end it
    text.append(image.toUri().toString().replace("!", "%21")).append('!');
    for (byte each : path) {
      if (PLAIN.indexOf(each) >= 0) {
        text.append((char) each);
      } else {
        text.append("%%%02X".formatted(each & 0xFF));
      }
    }
    return URI.create(text.toString());
  }

  /**
   * What a URI says.
   *
   * @throws IllegalArgumentException when it is no such URI
   */
  static ImageUri parse(URI uri) {
    String rest = uri.getRawSchemeSpecificPart();
    if (!SCHEME.equalsIgnoreCase(uri.getScheme()) || rest == null || uri.getRawFragment() != null) {
      throw wrong(uri);
    }
    int mark = rest.indexOf('!');
    String image = mark < 0 ? rest : rest.substring(0, mark);
    String path = mark < 0 ? "/" : rest.substring(mark + 1);
    if (!path.startsWith("/")) {
      throw wrong(uri);
    }
    URI host = URI.create(image);
    if (host.getScheme() == null || SCHEME.equalsIgnoreCase(host.getScheme())) {
      throw wrong(uri);
    }
    return new ImageUri(Path.of(host), decode(path, uri));
  }

  private static IllegalArgumentException wrong(URI uri) {
    return new IllegalArgumentException(
        uri + " is not like ext4:file:///disk.img!/path, an image's URI and a path on it");
  }

  private static byte[] decode(String path, URI uri) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < path.length(); i++) {
      char each = path.charAt(i);
      if (each == '%') { // java.net.URI has checked that two digits follow
        bytes.write(Integer.parseInt(path.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        int length = Character.charCount(path.codePointAt(i));
        bytes.writeBytes(path.substring(i, i + length).getBytes(StandardCharsets.UTF_8));
        i += length - 1;
      }
    }
    byte[] decoded = bytes.toByteArray();
    for (byte each : decoded) {
      if (each == 0) {
        throw wrong(uri);
      }
    }
    return decoded;
  }
}
