package io.penstock.testkit.oracle;

import io.penstock.core.map.MappingKind;
import io.penstock.testkit.Dice;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where each block of the file lives, and which blocks of the devices are free. One entry per
 * block, so that nothing can be wrong about it.
 */
final class BlockTable {
  /** Where a block is: a device by its index and a block of it. */
  record Place(int device, int block) {}

  private final MappingKind[] kinds;
  private final int[] deviceOf;
  private final int[] blockOf;
  private final BitSet[] used;

  /** Blocks that a crash would turn back, because no sync has come since they changed. */
  private final BitSet dirty = new BitSet();

  private final int deviceBlocks;
  private final int blockBytes;
  private final List<ModelDevice> devices;

  /** A table of holes. */
  BlockTable(RunShape shape, List<ModelDevice> devices) {
    this.devices = devices;
    blockBytes = shape.blockBytes();
    deviceBlocks = shape.deviceBlocks();
    kinds = new MappingKind[shape.blocks()];
    Arrays.fill(kinds, MappingKind.HOLE);
    deviceOf = new int[shape.blocks()];
    blockOf = new int[shape.blocks()];
    used = new BitSet[devices.size()];
    for (int i = 0; i < used.length; i++) {
      used[i] = new BitSet(deviceBlocks);
    }
  }

  int blocks() {
    return kinds.length;
  }

  MappingKind kind(long block) {
    return block < kinds.length ? kinds[(int) block] : MappingKind.HOLE;
  }

  ModelDevice device(long block) {
    return devices.get(deviceOf[(int) block]);
  }

  long deviceOffset(long block) {
    return (long) blockOf[(int) block] * blockBytes;
  }

  /**
   * How many blocks from {@code block} on, {@code most} at the most, are of the same kind and
   * follow each other on one device.
   */
  int run(long block, long most) {
    int first = (int) block;
    int length = 1;
    while (length < most && first + length < kinds.length && continues(first, length)) {
      length++;
    }
    return length;
  }

  /** Whether one of so many blocks is not durable as it is. */
  boolean isDirty(long block, long blocks) {
    int next = dirty.nextSetBit((int) block);
    return next >= 0 && next < block + blocks;
  }

  /** A sync has succeeded. */
  void synced() {
    dirty.clear();
  }

  private boolean continues(int first, int length) {
    int next = first + length;
    return kinds[next] == kinds[first]
        && (kinds[first] == MappingKind.HOLE
            || (deviceOf[next] == deviceOf[first] && blockOf[next] == blockOf[first] + length));
  }

  /** Finds room for up to {@code most} blocks in a row, or 0 of them when there is none. */
  int allocate(Dice dice, long block, long most, MappingKind kind) {
    int first = (int) block;
    Place place = room(dice, first);
    if (place == null) {
      return 0;
    }
    int length = 0;
    while (length < most
        && place.block + length < deviceBlocks
        && !used[place.device].get(place.block + length)
        && first + length < kinds.length
        && kinds[first + length] == MappingKind.HOLE) {
      put(first + length, place.device, place.block + length, kind);
      length++;
    }
    return length;
  }

  private @Nullable Place room(Dice dice, int first) {
    if (first > 0 && kinds[first - 1] != MappingKind.HOLE && dice.percent(60)) {
      int after = blockOf[first - 1] + 1;
      if (after < deviceBlocks && !used[deviceOf[first - 1]].get(after)) {
        return new Place(deviceOf[first - 1], after);
      }
    }
    int start = dice.below(used.length);
    for (int i = 0; i < used.length; i++) {
      int device = (start + i) % used.length;
      int block = used[device].nextClearBit(dice.below(deviceBlocks));
      if (block >= deviceBlocks) {
        block = used[device].nextClearBit(0);
      }
      if (block < deviceBlocks) {
        return new Place(device, block);
      }
    }
    return null;
  }

  void put(int fileBlock, int device, int block, MappingKind kind) {
    kinds[fileBlock] = kind;
    deviceOf[fileBlock] = device;
    blockOf[fileBlock] = block;
    used[device].set(block);
  }

  void become(long block, MappingKind kind) {
    kinds[(int) block] = kind;
    dirty.set((int) block);
  }

  /**
   * Makes a block a hole; what it held on the device becomes poison, so that nobody can read it
   * unnoticed.
   */
  void free(long block) {
    int i = (int) block;
    if (kinds[i] != MappingKind.HOLE) {
      used[deviceOf[i]].clear(blockOf[i]);
      devices.get(deviceOf[i]).poison((long) blockOf[i] * blockBytes, blockBytes);
      kinds[i] = MappingKind.HOLE;
    }
  }

  boolean isFree(int device, int block) {
    return !used[device].get(block);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int first = 0; first < kinds.length; ) {
      int length = run(first, kinds.length);
      text.append("  blocks ")
          .append(first)
          .append("..")
          .append(first + length - 1)
          .append(' ')
          .append(kinds[first]);
      if (kinds[first] != MappingKind.HOLE) {
        text.append(" at ").append(device(first).name()).append('+').append(deviceOffset(first));
      }
      text.append('\n');
      first += length;
    }
    return text.toString();
  }
}
