package io.penstock.linux.abi;

/**
 * Where the words and entries of a ring's queues are in the memory it shares with the kernel: the
 * kernel's answer to io_uring_setup(2), believed only where it can be true, since memory is going
 * to be addressed by it. Offsets and sizes are bytes.
 *
 * @param features {@code FEAT_…} bits
 * @param sqEntries entries of the submission queue, a power of two
 * @param cqEntries entries of the completion queue, a power of two
 * @param sqBytes size of the mapping of the submission queue
 * @param cqBytes size of the mapping of the completion queue; the same one if {@link #isSingle()}
 * @param sqHead place of the word
 * @param sqTail place of the word
 * @param sqFlags place of the word
 * @param sqArray place of the array of indexes
 * @param cqHead place of the word
 * @param cqTail place of the word
 * @param cqes place of the completion entries
 */
record RingLayout(
    int features,
    int sqEntries,
    int cqEntries,
    long sqBytes,
    long cqBytes,
    long sqHead,
    long sqTail,
    long sqFlags,
    long sqArray,
    long cqHead,
    long cqTail,
    long cqes) {
  /** Bytes of {@code struct io_uring_cqe}. */
  static final int CQE_BYTES = 16;

  /** More than any kernel gives: IORING_MAX_ENTRIES is 32768, and twice that for completions. */
  private static final int MOST_ENTRIES = 1 << 20;

  private static final int MOST_OFFSET = 1 << 26;

  /**
   * From what the kernel has filled in.
   *
   * @param setupFlags {@code SETUP_…} bits that the ring was made with
   * @throws RingFailure EPROTO when it cannot be, naming the field
   */
  static RingLayout of(RingParams params, int setupFlags) throws RingFailure {
    int sqEntries = entries("sq_entries", params.sqEntries());
    int cqEntries = entries("cq_entries", params.cqEntries());
    boolean hasArray = (setupFlags & RingParams.SETUP_NO_SQARRAY) == 0;
    long sqArray =
        hasArray ? offset("sq_off.array", params.sqOffset(RingParams.SQ_OFF_ARRAY), 4) : 0;
    long cqes = offset("cq_off.cqes", params.cqOffset(RingParams.CQ_OFF_CQES), 8);
    long sqBytes = sqArray + (long) sqEntries * Integer.BYTES;
    long cqBytes = cqes + (long) cqEntries * CQE_BYTES;
    boolean single = (params.features() & RingParams.FEAT_SINGLE_MMAP) != 0;
    if (single) {
      sqBytes = Math.max(sqBytes, cqBytes);
      cqBytes = sqBytes;
    }
    return new RingLayout(
        params.features(),
        sqEntries,
        cqEntries,
        sqBytes,
        cqBytes,
        word("sq_off.head", params.sqOffset(RingParams.OFF_HEAD), sqBytes),
        word("sq_off.tail", params.sqOffset(RingParams.OFF_TAIL), sqBytes),
        word("sq_off.flags", params.sqOffset(RingParams.SQ_OFF_FLAGS), sqBytes),
        sqArray,
        word("cq_off.head", params.cqOffset(RingParams.OFF_HEAD), cqBytes),
        word("cq_off.tail", params.cqOffset(RingParams.OFF_TAIL), cqBytes),
        cqes);
  }

  /** Whether both queues are in one mapping. */
  boolean isSingle() {
    return (features & RingParams.FEAT_SINGLE_MMAP) != 0;
  }

  private static int entries(String field, int value) throws RingFailure {
    if (value < 1 || value > MOST_ENTRIES || Integer.bitCount(value) != 1) {
      throw refused(field, value, "is no power of two up to " + MOST_ENTRIES);
    }
    return value;
  }

  private static long offset(String field, int value, int alignment) throws RingFailure {
    if (value < 0 || value > MOST_OFFSET || value % alignment != 0) {
      throw refused(field, value, "is no multiple of " + alignment + " up to " + MOST_OFFSET);
    }
    return value;
  }

  private static long word(String field, int value, long mapped) throws RingFailure {
    long at = offset(field, value, Integer.BYTES);
    if (at > mapped - Integer.BYTES) {
      throw refused(field, value, "is outside of the queue's " + mapped + " bytes");
    }
    return at;
  }

  private static RingFailure refused(String field, int value, String problem) {
    return new RingFailure(
        "io_uring_setup: the kernel's "
            + field
            + " "
            + Integer.toUnsignedString(value)
            + " "
            + problem,
        Errno.EPROTO);
  }
}
