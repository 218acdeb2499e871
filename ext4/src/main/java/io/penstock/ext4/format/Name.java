package io.penstock.ext4.format;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A name of a file or an attribute: any 1 to 255 bytes, in a directory no zero and no slash.
 * Usually UTF-8, but nothing makes sure of it, so names are compared as bytes. Immutable.
 */
public final class Name implements Comparable<Name> {
  private final byte[] bytes;

  private Name(byte[] bytes) {
    this.bytes = bytes;
  }

  /** A name of text, in UTF-8. */
  public static Name of(String text) {
    return new Name(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A name of these bytes. */
  public static Name of(byte[] bytes) {
    return new Name(bytes.clone());
  }

  /** How long it is, bytes. */
  public int length() {
    return bytes.length;
  }

  /** Whether it is these ASCII characters. */
  public boolean is(String ascii) {
    return toString().equals(ascii);
  }

  /** Its bytes, copied. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Whether it is {@code .} or {@code ..}. */
  public boolean isDots() {
    return bytes.length > 0
        && bytes.length <= 2
        && bytes[0] == '.'
        && bytes[bytes.length - 1] == '.';
  }

  /** Whether it is UTF-8, so that its text leads back to it. */
  public boolean isText() {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  @Override
  public int compareTo(Name other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name name && Arrays.equals(bytes, name.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** Its text; bytes that are no UTF-8 are replaced. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
