package io.penstock.testkit.fuzz;

import io.penstock.testkit.Dice;
import java.util.Arrays;
import java.util.List;

/**
 * Changes inputs: bits, bytes, numbers at the edge of their type, words, lengths; cuts, repeats and
 * joins them. The dice determine every change. Not thread-safe.
 */
public final class Mutator {
  /** Most bytes of an input. */
  public static final int MAX_BYTES = 1 << 16;

  private static final long[] NUMBERS = {
    0,
    1,
    -1,
    0x7f,
    0x80,
    0xff,
    0x100,
    511,
    512,
    513,
    4096,
    0x7fff,
    0x8000,
    0xffff,
    0x7fffffffL,
    0x80000000L,
    0x80000001L,
    0xffffffffL,
    0x100000000L,
    Long.MAX_VALUE,
    Long.MAX_VALUE - 4095,
    Long.MIN_VALUE,
    Long.MIN_VALUE + 1,
  };

  private static final String[] DIGITS = {
    "0",
    "-1",
    "00",
    "1e999",
    "-0.0",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "99999999999999999999999",
    "NaN",
    "+",
    "\uffff",
  };

  private final Dice dice;
  private final List<byte[]> words;

  /** A mutator that puts these words in now and then. */
  public Mutator(Dice dice, List<byte[]> words) {
    this.dice = dice;
    this.words = List.copyOf(words);
  }

  /**
   * An input made out of another one by one to eight changes.
   *
   * @param other is joined with it now and then
   */
  public byte[] mutate(byte[] input, byte[] other) {
    byte[] made = input.clone();
    int changes = 1 + dice.below(dice.below(8) + 1);
    for (int i = 0; i < changes; i++) {
      made = change(made, other);
    }
    return made.length > MAX_BYTES ? Arrays.copyOf(made, MAX_BYTES) : made;
  }

  private byte[] change(byte[] input, byte[] other) {
    if (input.length == 0) {
      return random(1 + dice.below(64));
    }
    int at = dice.below(input.length);
    return switch (dice.below(13)) {
      case 0 -> flipped(input, at);
      case 1 -> withByte(input, at, dice.below(256));
      case 2 -> withByte(input, at, input[at] + dice.between(-8, 8));
      case 3, 4, 5 -> withNumber(input, at, dice.pickInt(1, 2, 4, 4, 8, 8));
      case 6 -> Arrays.copyOf(input, at);
      case 7 -> spliced(input, at, at + dice.below(input.length - at) + 1, new byte[0]);
      case 8 -> spliced(input, at, at, random(1 + dice.below(16)));
      case 9 -> spliced(input, at, at, word());
      case 10 -> overwritten(input, at, word());
      case 11 -> repeated(input, at);
      default -> spliced(input, at, input.length, tailOf(other));
    };
  }

  private byte[] flipped(byte[] input, int at) {
    input[at] ^= (byte) (1 << dice.below(8));
    return input;
  }

  private static byte[] withByte(byte[] input, int at, int value) {
    input[at] = (byte) value;
    return input;
  }

  /** A number of so many bytes, the lowest first, mostly where a field of that size would be. */
  private byte[] withNumber(byte[] input, int at, int bytes) {
    int begin = dice.oneIn(4) ? at : at / bytes * bytes;
    long value = NUMBERS[dice.below(NUMBERS.length)] + (dice.oneIn(4) ? dice.between(-2, 2) : 0);
    if (dice.oneIn(6)) {
      value = (long) input.length - begin + dice.between(-1, 1); // a length that nearly fits
    }
    for (int i = 0; i < bytes && begin + i < input.length; i++) {
      input[begin + i] = (byte) (value >> 8 * i);
    }
    return input;
  }

  private byte[] word() {
    if (words.isEmpty() || dice.oneIn(3)) {
      return dice.pick(DIGITS).getBytes(java.nio.charset.StandardCharsets.UTF_8);
    }
    return words.get(dice.below(words.size()));
  }

  private static byte[] overwritten(byte[] input, int at, byte[] word) {
    System.arraycopy(word, 0, input, at, Math.min(word.length, input.length - at));
    return input;
  }

  /** A part of it many times over: deep nesting, long lists. */
  private byte[] repeated(byte[] input, int at) {
    int part = 1 + dice.below(Math.min(16, input.length - at));
    int times = 1 << dice.below(dice.oneIn(8) ? 15 : 6);
    byte[] more = new byte[Math.min(part * times, MAX_BYTES)];
    for (int i = 0; i < more.length; i++) {
      more[i] = input[at + i % part];
    }
    return spliced(input, at, at, more);
  }

  private byte[] tailOf(byte[] other) {
    return other.length == 0
        ? other
        : Arrays.copyOfRange(other, dice.below(other.length), other.length);
  }

  private byte[] random(int length) {
    byte[] made = new byte[length];
    for (int i = 0; i < length; i++) {
      made[i] = (byte) dice.below(256);
    }
    return made;
  }

  private static byte[] spliced(byte[] input, int from, int to, byte[] between) {
    byte[] made = new byte[from + between.length + input.length - to];
    System.arraycopy(input, 0, made, 0, from);
    System.arraycopy(between, 0, made, from, between.length);
    System.arraycopy(input, to, made, from + between.length, input.length - to);
    return made;
  }
}
