package io.penstock.testkit.sweep;

import io.penstock.core.file.BlockFile;
import io.penstock.core.file.CacheHook;

/** A cache that has one dirty range of a file, and puts it on the device when it is told to. */
final class DirtyCache implements CacheHook {
  private final long start;
  private final long end;
  private final Runnable writer;
  private final boolean droppable;
  private boolean dirty = true;

  /**
   * @param writer puts the range on the device
   * @param droppable whether the copy can be dropped
   */
  DirtyCache(long start, long end, Runnable writer, boolean droppable) {
    this.start = start;
    this.end = end;
    this.writer = writer;
    this.droppable = droppable;
  }

  @Override
  public boolean hasDirty(BlockFile file, long from, long to) {
    return dirty && from < end && start < to;
  }

  @Override
  public void writeBack(BlockFile file, long from, long to) {
    if (hasDirty(file, from, to)) {
      writer.run();
      dirty = false;
    }
  }

  @Override
  public boolean writeBackAndDrop(BlockFile file, long from, long to) {
    boolean overlaps = from < end && start < to;
    writeBack(file, from, to);
    return droppable || !overlaps;
  }
}
