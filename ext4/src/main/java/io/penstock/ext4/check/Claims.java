package io.penstock.ext4.check;

import io.penstock.ext4.format.Geometry;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** Which clusters somebody uses: a bit for each, for groups that have any. Not thread-safe. */
final class Claims {
  private final Geometry geometry;
  private final Map<Long, BitSet> groups = new HashMap<>();
  private final BitSet none = new BitSet();

  Claims(Geometry geometry) {
    this.geometry = geometry;
  }

  /** Marks the cluster of a block; false when it was marked before. */
  boolean claim(long block) {
    if (block < geometry.firstBlock(0)) {
      return true;
    }
    long group = geometry.groupOf(block);
    int cluster = (int) ((block - geometry.firstBlock(group)) >> geometry.clusterBlocksShift());
    BitSet bits = groups.computeIfAbsent(group, _ -> new BitSet());
    boolean free = !bits.get(cluster);
    bits.set(cluster);
    return free;
  }

  /** The clusters of a group that are marked; not to be changed. */
  BitSet of(long group) {
    return groups.getOrDefault(group, none);
  }
}
