package io.penstock.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A range of bytes as an option, {@code OFFSET:LENGTH}.
 *
 * @param offset first byte
 * @param length how many
 */
record ByteRange(long offset, long length) {

  /** Understands {@code 1536:8k}. */
  static final class Converter implements ITypeConverter<ByteRange> {
    @Override
    public ByteRange convert(String text) {
      int colon = text.indexOf(':');
      if (colon < 0) {
        throw new TypeConversionException(
            "'" + text + "' is not OFFSET:LENGTH in bytes, such as 1536:8k");
      }
      try {
        return new ByteRange(
            ByteSize.parse(text.substring(0, colon)), ByteSize.parse(text.substring(colon + 1)));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }
}
