package io.penstock.ext4.nio;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;

/**
 * The text of names, which are bytes: UTF-8, and each byte that is none as one unpaired surrogate
 * from U+DC80 to U+DCFF, so that every name has a text that leads back to it.
 *
 * <p>Example: the bytes 61 FF are the text {@code "a\uDCFF"}. No UTF-8 decodes to unpaired
 * surrogates, so the two cannot be mistaken for each other.
 */
final class NameText {
  private static final int ESCAPE = 0xDC00;

  private NameText() {}

  /** The text of some bytes. */
  static String of(byte[] bytes) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder(); // reports what it cannot decode
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (!result.isError()) {
        return out.flip().toString();
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE | in.get() & 0xFF));
      }
      decoder.reset();
    }
  }

  private static boolean isEscape(char each) {
    return each >= (ESCAPE | 0x80) && each <= (ESCAPE | 0xFF);
  }

  /**
   * The bytes of a text.
   *
   * @throws InvalidPathException when it has a zero or another unpaired surrogate
   */
  static byte[] bytes(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (each == 0) {
        throw new InvalidPathException(text, "a name cannot have a zero in it", i);
      }
      boolean paired = Character.isHighSurrogate(each) && i + 1 < text.length();
      if (paired && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (isEscape(each)) {
        encode(text, from, i, bytes);
        bytes.write(each & 0xFF);
        from = i + 1;
      }
    }
    encode(text, from, text.length(), bytes);
    return bytes.toByteArray();
  }

  private static void encode(String text, int from, int to, ByteArrayOutputStream bytes) {
    try {
      ByteBuffer encoded =
          StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text, from, to));
      while (encoded.hasRemaining()) {
        bytes.write(encoded.get());
      }
    } catch (CharacterCodingException e) {
      throw new InvalidPathException(text, "it has an unpaired surrogate that stands for no byte");
    }
  }
}
