package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;

/**
 * Where the newest contents of a block are, for volumes whose journal has not been written back.
 * Thread-safe.
 */
public interface Relocation {
  /** Every block is where it is. */
  Relocation NONE =
      new Relocation() {
        @Override
        public BlockDevice device(BlockDevice volume) {
          return volume;
        }

        @Override
        public boolean isMoved(long block) {
          return false;
        }

        @Override
        public long locate(long block) {
          return block;
        }

        @Override
        public long nextMoved(long block) {
          return Long.MAX_VALUE;
        }

        @Override
        public int firstWord(long block) {
          return 0;
        }
      };

  /** The device that moved blocks are on, for a volume on this one. */
  BlockDevice device(BlockDevice volume);

  /** Whether the newest contents of a block are elsewhere. */
  boolean isMoved(long block);

  /** The block to be read instead of this one; the block itself when it has not moved. */
  long locate(long block);

  /** The first block from this one on that has moved; {@link Long#MAX_VALUE} when there is none. */
  long nextMoved(long block);

  /**
   * What the first four bytes of a moved block are, when the place it is read from has zeros there:
   * as an int of the order in which they lie; 0 where they are as they were read.
   */
  int firstWord(long block);
}
