package io.penstock.core.map;

/**
 * One question to a {@link BlockMapper}. Owned and refilled by the engine; valid during the call
 * only. Blocks are file blocks of the file's block size {@code F}, counted from the start of the
 * file.
 */
public final class MapQuery {
  private long firstBlock;
  private long blocks;
  private MapIntent intent = MapIntent.LOOK_UP;
  private boolean noWait;
  private long fileSize;

  /** Empty. */
  public MapQuery() {}

  /** Refills the question. */
  public MapQuery set(
      long firstBlock, long blocks, MapIntent intent, boolean noWait, long fileSize) {
    assert firstBlock >= 0 && blocks > 0 : firstBlock + " " + blocks;
    this.firstBlock = firstBlock;
    this.blocks = blocks;
    if (this.intent != intent) {
      this.intent = intent;
    }
    this.noWait = noWait;
    this.fileSize = fileSize;
    return this;
  }

  /** The first file block needed. */
  public long firstBlock() {
    return firstBlock;
  }

  /** File blocks to the end of the request, the last, partial one included; at least 1. */
  public long blocks() {
    return blocks;
  }

  /** Whether blocks may be allocated. */
  public MapIntent intent() {
    return intent;
  }

  /**
   * Whether the mapper must answer {@link Mapping#wouldBlock()} rather than wait, read metadata or
   * allocate.
   */
  public boolean isNoWait() {
    return noWait;
  }

  /** The file's size in bytes as this request sampled it. */
  public long fileSize() {
    return fileSize;
  }

  @Override
  public String toString() {
    return intent + " blocks " + firstBlock + "+" + blocks + (noWait ? " no-wait" : "");
  }
}
