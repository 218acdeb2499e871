package io.penstock.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The length of a file, bytes, written as {@link ByteSize} reads it: {@code 256m}. */
final class FileSize implements ITypeConverter<Long> {
  @Override
  public Long convert(String text) {
    long bytes = ByteSize.parse(text);
    if (bytes < 1) {
      throw new TypeConversionException("'" + text + "' must be at least one byte, such as 256m");
    }
    return bytes;
  }
}
