package io.penstock.ext4.format;

/**
 * The hashes of names that indexed directories are ordered by. A hash of 32 bits, whose lowest bit
 * is always zero: in an index it marks a collision.
 *
 * <p>Three functions, each over signed or unsigned bytes: a hash of ext3's own ("legacy"), three
 * rounds of eight steps each of MD4 (RFC 1320), and TEA (Wheeler, Needham, 1994) used as a
 * compression function. The last two start from four words that the volume chooses, or from those
 * of MD4 when it has chosen none. {@code debugfs} computes them too (dx_hash).
 */
public enum NameHash {
  LEGACY,
  HALF_MD4,
  TEA;

  private static final int MANY = 0x7FFFFFFF;
  private static final int[] MD4_START = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  private static final int ROUND_2 = 0x5A827999;
  private static final int ROUND_3 = 0x6ED9EBA1;
  private static final int TEA_DELTA = 0x9E3779B9;

  /** The function of a version as it is in the root of an index: 0 to 5. */
  public static NameHash ofVersion(int version) {
    return values()[version % 3];
  }

  /** Whether a version has unsigned bytes. */
  public static boolean isUnsigned(int version) {
    return version >= 3;
  }

  /** Whether there is such a version. */
  public static boolean isVersion(int version) {
    return version >= 0 && version < 6;
  }

  /**
   * The hash of a name.
   *
   * @param seed four words of the volume
   * @param unsigned whether bytes above 127 are positive
   */
  public int of(byte[] name, int[] seed, boolean unsigned) {
    int hash =
        switch (this) {
          case LEGACY -> legacy(name, unsigned);
          case HALF_MD4 -> halfMd4(name, start(seed), unsigned);
          case TEA -> tea(name, start(seed), unsigned);
        };
    hash &= ~1;
    return hash == MANY << 1 ? (MANY - 1) << 1 : hash; // the last one means the end of a directory
  }

  private static int[] start(int[] seed) {
    return (seed[0] | seed[1] | seed[2] | seed[3]) == 0 ? MD4_START.clone() : seed.clone();
  }

  private static int legacy(byte[] name, boolean unsigned) {
    int hash = 0x12A3FE2D;
    int before = 0x37ABE8F9;
    for (byte each : name) {
      int next = before + (hash ^ ((unsigned ? each & 0xFF : each) * 7152373));
      if (next < 0) {
        next -= MANY;
      }
      before = hash;
      hash = next;
    }
    return hash << 1;
  }

  /** Some words of a name: four bytes each, filled up with its length. */
  private static int[] words(byte[] name, int from, int count, boolean unsigned) {
    int left = name.length - from;
    int padding = (left & 0xFF) | (left & 0xFF) << 8;
    padding |= padding << 16;
    int[] words = new int[count];
    int taken = Math.min(left, count * 4);
    int at = 0;
    int word = padding;
    for (int i = 0; i < taken; i++) {
      word = (unsigned ? name[from + i] & 0xFF : name[from + i]) + (word << 8);
      if ((i & 3) == 3) {
        words[at++] = word;
        word = padding;
      }
    }
    if (at < count) {
      words[at++] = word;
    }
    while (at < count) {
      words[at++] = padding;
    }
    return words;
  }

  private static int halfMd4(byte[] name, int[] state, boolean unsigned) {
    for (int from = 0; from < name.length; from += 32) {
      md4Rounds(state, words(name, from, 8, unsigned));
    }
    return state[1];
  }

  /** MD4's three functions, each with eight of its steps. */
  private static void md4Rounds(int[] state, int[] in) {
    int a = state[0];
    int b = state[1];
    int c = state[2];
    int d = state[3];
    int[] order1 = {0, 1, 2, 3, 4, 5, 6, 7};
    int[] order2 = {1, 3, 5, 7, 0, 2, 4, 6};
    int[] order3 = {3, 7, 2, 6, 1, 5, 0, 4};
    int[] turns1 = {3, 7, 11, 19};
    int[] turns2 = {3, 5, 9, 13};
    int[] turns3 = {3, 9, 11, 15};
    for (int step = 0; step < 24; step++) {
      int i = step & 7;
      int sum =
          switch (step >> 3) {
            case 0 -> a + (d ^ (b & (c ^ d))) + in[order1[i]];
            case 1 -> a + ((b & c) + ((b ^ c) & d)) + in[order2[i]] + ROUND_2;
            default -> a + (b ^ c ^ d) + in[order3[i]] + ROUND_3;
          };
      int turn =
          switch (step >> 3) {
            case 0 -> turns1[i & 3];
            case 1 -> turns2[i & 3];
            default -> turns3[i & 3];
          };
      int turned = Integer.rotateLeft(sum, turn);
      a = d;
      d = c;
      c = b;
      b = turned;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
  }

  private static int tea(byte[] name, int[] state, boolean unsigned) {
    for (int from = 0; from < name.length; from += 16) {
      int[] in = words(name, from, 4, unsigned);
      int left = state[0];
      int right = state[1];
      int sum = 0;
      for (int cycle = 0; cycle < 16; cycle++) {
        sum += TEA_DELTA;
        left += ((right << 4) + in[0]) ^ (right + sum) ^ ((right >>> 5) + in[1]);
        right += ((left << 4) + in[2]) ^ (left + sum) ^ ((left >>> 5) + in[3]);
      }
      state[0] += left;
      state[1] += right;
    }
    return state[0];
  }
}
