package io.penstock.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The length of a file as an option: {@link ByteSize#parse}, and not nothing. */
final class FileSize implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    long bytes = parse(text);
    if (bytes < 1) {
      throw new TypeConversionException("'" + text + "' must be at least one byte, such as 256m");
    }
    return bytes;
  }

  private static long parse(String text) {
    try {
      return ByteSize.parse(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
