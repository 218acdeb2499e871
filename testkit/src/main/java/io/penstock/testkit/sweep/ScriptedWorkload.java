package io.penstock.testkit.sweep;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.LayoutTraits;
import io.penstock.testkit.Pattern;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** A workload on a {@link ScriptedLayout}; F=4096 and L=512. Described once, opened many times. */
final class ScriptedWorkload implements Workload {
  /** F. */
  static final int BLOCK = 4096;

  private static final int SECTOR = 512;
  private static final long DEVICE_BYTES = 256 << 10;

  /** Who wrote what the file holds in the beginning. */
  private static final int BEFORE = 40;

  /** Who wrote what only the cache holds in the beginning. */
  private static final int CACHED = 41;

  private final String name;
  private final List<Consumer<ScriptedLayout>> extents = new ArrayList<>();
  private final List<Integer> mapped = new ArrayList<>();
  private final List<Step> script = new ArrayList<>();
  private int blocks;
  private long size = -1;
  private QueueLimits limits =
      QueueLimits.of(SECTOR).withMemoryAccess(false, true).withMemoryAlignment(4);
  private LayoutTraits traits = LayoutTraits.DEFAULT;
  private int outstanding = BlockFile.DEFAULT_MAX_OUTSTANDING_BIOS;
  private int blocksAtATime = 2;
  private long dirtyFrom;
  private long dirtyTo;
  private boolean droppable = true;

  ScriptedWorkload(String name) {
    this.name = name;
  }

  // --- describing it ---

  ScriptedWorkload mapped(int count) {
    for (int i = 0; i < count; i++) {
      mapped.add(blocks + i);
    }
    blocks += count;
    extents.add(layout -> layout.mapped(count));
    return this;
  }

  ScriptedWorkload unwritten(int count) {
    blocks += count;
    extents.add(layout -> layout.unwritten(count));
    return this;
  }

  ScriptedWorkload hole(int count) {
    blocks += count;
    extents.add(layout -> layout.hole(count));
    return this;
  }

  /** The extent described last has a boundary mark. */
  ScriptedWorkload boundary() {
    extents.add(layout -> layout.marked(true, false, null));
    return this;
  }

  /** The extent described last has a defer mark and a cookie. */
  ScriptedWorkload deferred(String cookie) {
    extents.add(layout -> layout.marked(false, true, cookie));
    return this;
  }

  /** Bytes; the end of the last extent if not said. */
  ScriptedWorkload size(long bytes) {
    size = bytes;
    return this;
  }

  ScriptedWorkload limits(UnaryOperator<QueueLimits> change) {
    limits = change.apply(limits);
    return this;
  }

  ScriptedWorkload traits(UnaryOperator<LayoutTraits> change) {
    traits = change.apply(traits);
    return this;
  }

  ScriptedWorkload outstanding(int bios) {
    outstanding = bios;
    return this;
  }

  ScriptedWorkload blocksAtATime(int count) {
    blocksAtATime = count;
    return this;
  }

  /** A cache has this range dirty. */
  ScriptedWorkload dirty(long from, long to, boolean canBeDropped) {
    dirtyFrom = from;
    dirtyTo = to;
    droppable = canBeDropped;
    return this;
  }

  ScriptedWorkload script(Step... steps) {
    script.addAll(List.of(steps));
    return this;
  }

  private long sizeBefore() {
    return size < 0 ? (long) blocks * BLOCK : size;
  }

  // --- what the sweep asks ---

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Step> script() {
    return List.copyOf(script);
  }

  @Override
  public void holds(Contents contents) {
    for (int each : mapped) {
      contents.put((long) each * BLOCK, (each + 1L) * BLOCK, BEFORE);
    }
    contents.put(dirtyFrom, dirtyTo, CACHED);
  }

  @Override
  public BlockFile open(FaultSites sites) {
    MemoryDevice disk = MemoryDevice.builder().size(DEVICE_BYTES).limits(limits).build();
    disk.fill((byte) Pattern.POISON);
    BlockDevice device = sites.device(disk);
    ScriptedLayout layout = new ScriptedLayout(device, BLOCK).traits(traits);
    layout.blocksAtATime(blocksAtATime);
    extents.forEach(each -> each.accept(layout));
    mapped.forEach(each -> fill(disk, layout, each));
    BlockFile.Builder file =
        sites
            .file(device, layout, layout)
            .name(name)
            .blockSize(BLOCK)
            .size(sizeBefore())
            .maxOutstandingBios(outstanding)
            .sync(
                sites.sync(
                    (syncing, scope) -> {
                      syncing.flushDevices();
                      layout.synced();
                    }));
    if (dirtyTo > 0) {
      Runnable writer = () -> put(disk, layout, CACHED, dirtyFrom, dirtyTo);
      file.cache(sites.cache(new DirtyCache(dirtyFrom, dirtyTo, writer, droppable)));
    }
    return file.build();
  }

  /** What a block holds, zeros behind end of file up to the sector's end, and stale bytes. */
  private void fill(MemoryDevice disk, ScriptedLayout layout, int block) {
    long start = (long) block * BLOCK;
    long end = Math.max(start, Math.min(sizeBefore(), start + BLOCK));
    put(disk, layout, BEFORE, start, end);
    int zeros = (int) ((end + SECTOR - 1) / SECTOR * SECTOR - end);
    disk.write(layout.deviceOffset(block) + end - start, new byte[zeros]);
  }

  /** Puts what a writer has written on the device, past the sweep; within an extent. */
  private static void put(
      MemoryDevice disk, ScriptedLayout layout, int writer, long from, long to) {
    byte[] bytes = new byte[(int) (to - from)];
    WriterBytes.fill(MemorySegment.ofArray(bytes), 0, bytes.length, writer, from);
    disk.write(layout.deviceOffset((int) (from / BLOCK)) + from % BLOCK, bytes);
  }
}
