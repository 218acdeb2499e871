package io.penstock.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A block size as an option: {@link ByteSize#parseBlock}. */
final class BlockSize implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    try {
      return ByteSize.parseBlock(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(e.getMessage());
    }
  }
}
