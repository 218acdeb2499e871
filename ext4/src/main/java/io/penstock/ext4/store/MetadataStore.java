package io.penstock.ext4.store;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.IoCounters;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.device.QueueLimits;
import io.penstock.ext4.format.Geometry;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Blocks of metadata, read from the device when first asked for and remembered as long as there is
 * room: those that were used longest ago are forgotten first. Nothing else reads the device without
 * the engine. Block numbers are the volume's; all of them are checked.
 *
 * <p>On a volume that is written to, the newest contents of a block may not be at its place yet:
 * they are <em>pinned</em> here until they are. What the transaction under way has changed is seen
 * by its own thread only ({@link Draft}).
 *
 * <p>Thread-safe. A block that two threads ask for at the same time may be read twice.
 */
public final class MetadataStore {
  /** No {@link #version}. */
  public static final long UNKNOWN = -1;

  private static final int LEAST_BLOCKS = 32;

  private final BlockDevice device;
  private final Geometry geometry;
  private final IoCounters counters;
  private final Cache cache;
  private final ConcurrentHashMap<Long, MetadataBlock> pinned = new ConcurrentHashMap<>();
  private volatile Relocation relocation = Relocation.NONE;
  private volatile @Nullable Draft draft;

  /** How often what blocks hold has changed; counted after the change can be seen. */
  private final AtomicLong version = new AtomicLong();

  /** Blocks that a thread has changed and not published. */
  public interface Draft {
    /** Whether this thread is the one. */
    boolean isOwn();

    /** What the block holds now, sealed and copied; null when it was not changed. */
    @Nullable MetadataBlock find(long number);
  }

  /**
   * The metadata of a volume.
   *
   * @param cacheBytes most bytes of blocks that are remembered; a few blocks at least
   * @param counters counts what is read
   */
  public MetadataStore(
      BlockDevice device, Geometry geometry, long cacheBytes, IoCounters counters) {
    this.device = device;
    this.geometry = geometry;
    this.counters = counters;
    cache = new Cache(Math.max(LEAST_BLOCKS, cacheBytes >> geometry.blockShift()));
  }

  /** The device it reads. */
  public BlockDevice device() {
    return device;
  }

  /** How the volume is divided. */
  public Geometry geometry() {
    return geometry;
  }

  /** Where the newest contents of blocks are. */
  public Relocation relocation() {
    return relocation;
  }

  /** From now on blocks are read from where this says. Before others use the store. */
  public void relocate(Relocation newest) {
    relocation = newest;
    cache.forgetAll();
    version.incrementAndGet();
  }

  /**
   * A block.
   *
   * @throws IOException the device's error; EUCLEAN when the number is not one of the volume
   */
  public MetadataBlock read(long number) throws IOException {
    while (true) {
      MetadataBlock found = peek(number);
      if (found != null) {
        return found;
      }
      long before = cache.changes();
      MetadataBlock block = load(number);
      if (!pinned.containsKey(number) && cache.put(block, before)) {
        return block;
      }
      // it has changed meanwhile, and what was read may be old, or in the middle of being written
    }
  }

  private MetadataBlock load(long number) throws IOException {
    if (number < 0 || number >= geometry.blocks()) {
      throw geometry
          .superblock()
          .place()
          .structure("block number")
          .damaged(number + " is not one of " + geometry.blocks());
    }
    byte[] bytes = new byte[geometry.blockSize()];
    Relocation where = relocation;
    BlockDevice from = where.isMoved(number) ? where.device(device) : device;
    readBytes(from, where.locate(number) << geometry.blockShift(), bytes, counters);
    int firstWord = where.firstWord(number);
    if (firstWord != 0) {
      for (int i = 0; i < 4; i++) {
        bytes[i] = (byte) (firstWord >>> (24 - 8 * i));
      }
    }
    return new MetadataBlock(number, bytes);
  }

  /** A block if it is remembered; null when it would have to be read. */
  public @Nullable MetadataBlock peek(long number) {
    Draft own = draft;
    if (own != null && own.isOwn()) {
      MetadataBlock changed = own.find(number);
      if (changed != null) {
        return changed;
      }
    }
    MetadataBlock newest = pinned.get(number);
    return newest != null ? newest : cache.find(number);
  }

  /**
   * Tells times apart between which a block may have changed for this thread: what was read when
   * this gave a number holds as long as it gives the same. {@link #UNKNOWN} in a thread that has
   * changed some itself and not published them: nothing it has read before holds.
   */
  public long version() {
    Draft own = draft;
    return own != null && own.isOwn() ? UNKNOWN : version.get();
  }

  // --- of volumes that are written to ---

  /** From now on the draft's own thread sees what it has changed; null when there is none. */
  public void show(@Nullable Draft changed) {
    draft = changed;
  }

  /** The newest contents of a block, which are not at its place: they stay until unpinned. */
  public void pin(MetadataBlock block) {
    pinned.put(block.number(), block);
    version.incrementAndGet();
  }

  /** These contents of a block are at its place now; does nothing when there are newer ones. */
  public void unpin(MetadataBlock block) {
    cache.replace(block);
    pinned.remove(block.number(), block);
  }

  /** A block holds no metadata any more. */
  public void forget(long number) {
    cache.forget(number);
    pinned.remove(number);
    version.incrementAndGet();
  }

  /** How many blocks are not at their places. */
  public int pinnedBlocks() {
    return pinned.size();
  }

  /** Fills an array with what is at an offset, whole logical blocks; for what has no number yet. */
  static void readBytes(BlockDevice device, long offset, byte[] target, IoCounters counters)
      throws IOException {
    DeviceIo.read(device, offset, MemorySegment.ofArray(target), counters);
  }

  /**
   * A small device in memory with these contents, for files that have no blocks of their own, so
   * that their data too moves through the engine.
   *
   * @param size a multiple of 512, bytes
   */
  public static BlockDevice deviceOf(byte[] contents, int size, String name) throws IOException {
    MemoryDevice small =
        MemoryDevice.builder().name(name).size(size).limits(QueueLimits.of(512)).build();
    byte[] padded = new byte[size];
    System.arraycopy(contents, 0, padded, 0, contents.length);
    DeviceIo.write(small, 0, MemorySegment.ofArray(padded));
    return small;
  }

  /** Blocks by number, those used last at the end. */
  private static final class Cache {
    private final long most;
    private final LinkedHashMap<Long, MetadataBlock> blocks;
    private long changes;

    Cache(long most) {
      this.most = most;
      blocks = new LinkedHashMap<>(64, 0.75f, true);
    }

    synchronized @Nullable MetadataBlock find(long number) {
      return blocks.get(number);
    }

    /** How often a block was written or forgotten. */
    synchronized long changes() {
      return changes;
    }

    synchronized boolean put(MetadataBlock block, long before) {
      if (changes != before) {
        return false;
      }
      keep(block);
      return true;
    }

    synchronized void replace(MetadataBlock block) {
      changes++;
      keep(block);
    }

    synchronized void forget(long number) {
      changes++;
      blocks.remove(number);
    }

    private void keep(MetadataBlock block) {
      blocks.put(block.number(), block);
      while (blocks.size() > most) {
        Map.Entry<Long, MetadataBlock> eldest = blocks.firstEntry();
        blocks.remove(eldest.getKey());
      }
    }

    synchronized void forgetAll() {
      changes++;
      blocks.clear();
    }
  }
}
