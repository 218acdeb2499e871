package io.penstock.cli.copy;

import io.penstock.core.DirectIo;
import io.penstock.core.device.HostDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.file.HostLayout;
import io.penstock.file.HostRanges;
import io.penstock.linux.LargePages;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of a copy on their way: memory, and the engine's files of both sides. All of it goes
 * through the engine; closing waits for what is in flight.
 */
final class Transfer implements AutoCloseable {
  private static final int PAGE = 4096;
  private static final int LARGEST_ZERO_BLOCK = 65536;

  private final HostDevice from;
  private final Target to;
  private final long size;
  private final CopyOptions options;
  private final int unit;
  private final int chunkBytes;
  private final BlockFile source;
  private final BlockFile target;
  private final IoArena arena = IoArena.ofShared();
  private final List<MemorySegment> memory = new ArrayList<>();

  Transfer(HostDevice from, Target to, long size, CopyOptions options) throws IOException {
    this.from = from;
    this.to = to;
    this.size = size;
    this.options = options;
    unit = Math.max(from.limits().logicalBlock(), to.device().limits().logicalBlock());
    chunkBytes = Math.ceilDiv(options.blockSize(), unit) * unit;
    source = open(from, size);
    target = open(to.device(), to.device().isBlockDevice() ? to.device().length() : size);
  }

  private static BlockFile open(HostDevice device, long size) {
    return BlockFile.builder(device, HostLayout.withHoles(device))
        .name(device.name())
        .size(size)
        .build();
  }

  /** Copies all; returns the bytes that were not moved. */
  long copy(CopyProgress.Factory progress) throws IOException {
    boolean zerosGo = options.sparse() == CopyOptions.Sparse.ALWAYS && !to.device().isBlockDevice();
    boolean holesStay = options.sparse() != CopyOptions.Sparse.NEVER && from.knowsHoles();
    boolean dense = !zerosGo && !(holesStay && hasHoles());
    to.prepare(size, dense);
    if (holesStay && !dense) {
      holesStay = leaveHolesOut();
    }
    Chunks chunks = chunks(holesStay ? List.of(new HostRanges(from, unit)) : List.of());
    LongAdder leftOut = new LongAdder();
    CopySlot.Work work =
        new CopySlot.Work(source, target, size, tail(), zerosGo ? zeroBlock() : 0, leftOut::add);
    List<CopySlot> slots = new ArrayList<>();
    provide(slotsWanted());
    for (int i = 0; i < slotsWanted(); i++) {
      slots.add(new CopySlot(work, memory.get(i)));
    }
    try (CopyProgress bar = progress.begin("copy", size)) {
      new Pump(chunks, slots).run(bar);
    }
    return chunks.skipped() + leftOut.sum();
  }

  /** Reads both and compares. */
  void verify(CopyProgress.Factory progress) throws IOException {
    List<HostRanges> both = new ArrayList<>();
    if (from.knowsHoles() && to.device().knowsHoles()) {
      both.add(new HostRanges(from, unit));
      both.add(new HostRanges(to.device(), unit));
    }
    Chunks chunks = chunks(both);
    List<CompareSlot> slots = new ArrayList<>();
    provide(2 * slotsWanted());
    for (int i = 0; i < slotsWanted(); i++) {
      slots.add(new CompareSlot(source, target, memory.get(2 * i), memory.get(2 * i + 1)));
    }
    try (CopyProgress bar = progress.begin("verify", size)) {
      new Pump(chunks, slots).run(bar);
    }
  }

  private Chunks chunks(List<HostRanges> ranges) {
    return new Chunks(ranges, size, chunkBytes, unit, to.device().isBlockDevice());
  }

  /** No more than there are chunks: a small file needs little memory. */
  private int slotsWanted() {
    return Math.clamp(Math.ceilDiv(size, (long) chunkBytes), 1, options.depth());
  }

  /**
   * Has so many buffers ready, side by side: most of a copy's processor time is spent on holding
   * their pages during each transfer, and large pages make that a tenth.
   */
  private void provide(int buffers) {
    if (memory.size() >= buffers) {
      return;
    }
    int alignment =
        Math.max(
            PAGE,
            Math.max(from.limits().memoryAlignment(), to.device().limits().memoryAlignment()));
    long whole = Math.ceilDiv(size, (long) unit) * unit;
    long bytes = Math.clamp(whole, unit, chunkBytes);
    long apart = Math.ceilDiv(bytes, (long) alignment) * alignment;
    int missing = buffers - memory.size();
    long room = missing * apart;
    boolean large = room >= LargePages.BYTES;
    MemorySegment all =
        arena.allocate(room, large ? Math.max(alignment, LargePages.BYTES) : alignment);
    LargePages.use(all);
    for (int i = 0; i < missing; i++) {
      memory.add(all.asSlice(i * apart, bytes));
    }
  }

  private boolean hasHoles() throws IOException {
    HostRanges.Range first = new HostRanges(from, unit).at(0);
    return size > 0 && (!first.isData() || first.end() < size);
  }

  /** Has the target read zeros where the source has holes; false when they must be written. */
  private boolean leaveHolesOut() throws IOException {
    HostRanges ranges = new HostRanges(from, unit);
    long end = size & -unit;
    long at = 0;
    while (at < end) {
      HostRanges.Range range = ranges.at(at);
      long rangeEnd = Math.min(end, range.end());
      if (!range.isData() && !to.leaveOut(at, rangeEnd - at)) {
        return false;
      }
      at = rangeEnd;
    }
    return true;
  }

  /** A zero run must be whole blocks of the target, and is looked for in pages at least. */
  private int zeroBlock() {
    int block = Math.max(PAGE, target.blockSize());
    return block <= LARGEST_ZERO_BLOCK ? block : 0;
  }

  /**
   * What follows the copy in the target's last block: zeros in a file, which is cut there; on a
   * device what is there already, since it is not part of the copy.
   */
  private MemorySegment tail() throws IOException {
    int block = target.blockSize();
    MemorySegment tail = arena.allocate(block, Math.max(PAGE, block));
    if (to.device().isBlockDevice() && size % block != 0) {
      DirectIo.read(target, IoVector.of(tail), size & -block);
    }
    return tail;
  }

  @Override
  public void close() {
    source.close();
    target.close();
    arena.close();
  }
}
