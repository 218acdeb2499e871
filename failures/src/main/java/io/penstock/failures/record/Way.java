package io.penstock.failures.record;

/** How records are written and made durable. */
public enum Way {
  /** Several threads append, every write is data-sync by the option of the file. */
  APPEND_DATA_SYNC(true, 3),
  /** Several threads append and then sync. */
  APPEND_THEN_SYNC(true, 3),
  /** A stream, synced every few records. */
  STREAM_SYNC(true, 1),
  /** Several threads overwrite slots that share blocks, every write with the data-sync flag. */
  SLOTS_DATA_SYNC(false, 4),
  /** Slots of whole blocks, several in flight, every write with the data-sync flag. */
  PAGES_IN_FLIGHT(false, 1),
  /** A batch of slots of whole blocks, then a sync. */
  PAGES_BATCH_SYNC(false, 1);

  /** Slots of a file. */
  public static final int SLOTS = 64;

  private final boolean isLog;
  private final int writers;

  Way(boolean isLog, int writers) {
    this.isLog = isLog;
    this.writers = writers;
  }

  /** Whether records follow each other; slots that are overwritten otherwise. */
  public boolean isLog() {
    return isLog;
  }

  /** Threads that write. */
  public int writers() {
    return writers;
  }

  /** Whether several records of one writer may be on their way. */
  boolean hasSeveralInFlight() {
    return this == STREAM_SYNC;
  }

  /** Bytes of a slot; 700 share their blocks with the neighbours. */
  public int slotBytes() {
    return this == SLOTS_DATA_SYNC ? 700 : 8192;
  }
}
