package io.penstock.core.device;

import io.penstock.core.bio.Bio;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A device in native memory, of which only what was written takes space: a sparse device of many
 * GiB is cheap. Offsets and lengths are bytes.
 *
 * <p>Every bio is carried out inside {@code submit} and allocates nothing; one that violates the
 * limits is completed with the error of {@link BioCheck}, one whose memory cannot be touched with
 * EFAULT, one whose cancellation was asked for with ECANCELED. Bios on different blocks run in
 * parallel; two that overlap race like on any disk, except that an {@linkplain Bio#isAtomic()
 * atomic} write is seen whole or not at all.
 *
 * <p>With a {@linkplain Builder#volatileCache(boolean) volatile cache} what is written survives
 * {@link #losePower()} only after a flush or with forced unit access, like on a drive with its
 * write cache on.
 *
 * <p>Thread-safe. The memory is the device's and is freed by {@link #close()}.
 */
public final class MemoryDevice implements BlockDevice {
  private final String name;
  private final long size;
  private final QueueLimits limits;
  private final @Nullable AliasListener aliasListener;
  private final IoCounters counters = new IoCounters();
  private final SparseMemory memory;
  private final @Nullable VolatileCache cache;

  /**
   * Taken when something must be seen whole: atomic writes, and the contents together with what is
   * cached of them.
   */
  private final @Nullable StampedLock lock;

  private volatile boolean closed;

  private MemoryDevice(Builder builder) {
    name = builder.name;
    size = builder.size;
    limits = builder.limits;
    aliasListener = builder.aliasListener;
    memory = new SparseMemory(size);
    cache = builder.volatileCache ? new VolatileCache(memory, limits.logicalBlock()) : null;
    lock = cache != null || limits.atomicWriteMax() > 0 ? new StampedLock() : null;
  }

  /** A device of so many bytes with the {@linkplain Builder default} limits; all zero. */
  public static MemoryDevice of(long size) {
    return builder().size(size).build();
  }

  /** A device to be described. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public QueueLimits limits() {
    return limits;
  }

  @Override
  public void submit(Bio bio) {
    bio.complete(carryOut(bio));
  }

  private @Nullable IOException carryOut(Bio bio) {
    if (bio.isCancelRequested()) {
      return BioCheck.cancelled(bio, name);
    }
    if (closed) {
      return BioCheck.closed(bio, name);
    }
    IOException violation = BioCheck.violation(bio, limits, size, name);
    if (violation != null) {
      return violation;
    }
    try {
      if (lock == null) {
        transfer(bio);
      } else {
        transferLocked(bio, lock);
      }
      return null;
    } catch (RuntimeException | OutOfMemoryError failure) {
      return failed(bio, failure);
    }
  }

  private void transferLocked(Bio bio, StampedLock lock) {
    boolean alone = bio.isWrite() && (bio.isAtomic() || cache != null);
    long stamp = alone ? lock.writeLock() : lock.readLock();
    try {
      transfer(bio);
    } finally {
      lock.unlock(stamp);
    }
  }

  private void transfer(Bio bio) {
    long position = bio.deviceOffset();
    for (int i = 0; i < bio.pieces(); i++) {
      long length = bio.pieceLength(i);
      if (bio.isWrite()) {
        memory.copyIn(bio.segment(i), bio.pieceOffset(i), position, length);
      } else {
        memory.copyOut(position, bio.segment(i), bio.pieceOffset(i), length);
      }
      position += length;
    }
    if (cache != null && bio.isWrite()) {
      if (bio.isForcedUnitAccess()) {
        cache.wroteThrough(bio.deviceOffset(), bio.length());
      } else {
        cache.wrote(bio.deviceOffset(), bio.length());
      }
    }
  }

  private IOException failed(Bio bio, Throwable failure) {
    boolean outOfMemory = failure instanceof OutOfMemoryError;
    return new BlockIoException(
        outOfMemory ? Errno.ENOMEM.number() : Errno.EFAULT.number(),
        bio.direction().word(),
        name,
        bio.deviceOffset(),
        bio.length(),
        outOfMemory
            ? "no memory for the device's contents"
            : "the memory of a piece cannot be used: " + failure.getMessage(),
        failure);
  }

  @Override
  public void flush() throws IOException {
    requireOpen("flush");
    if (cache != null) {
      alone(cache::flush);
    }
  }

  @Override
  public void dropCachedAliases(long offset, long length) throws IOException {
    if (aliasListener != null) {
      aliasListener.dropCachedAliases(offset, length);
    }
  }

  @Override
  public IoCounters counters() {
    return counters;
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      memory.close();
    }
  }

  // --- for tests and tools: past the bios, at any byte ---

  /** Copies what is at {@code offset} into {@code target}, whole. */
  public void read(long offset, byte[] target) {
    requireRange(offset, target.length);
    alone(() -> memory.copyOut(offset, MemorySegment.ofArray(target), 0, target.length));
  }

  /** The {@code length} bytes at {@code offset}. */
  public byte[] read(long offset, int length) {
    byte[] bytes = new byte[length];
    read(offset, bytes);
    return bytes;
  }

  /** Puts {@code source} at {@code offset}; it survives a loss of power. */
  public void write(long offset, byte[] source) {
    requireRange(offset, source.length);
    alone(
        () -> {
          memory.copyIn(MemorySegment.ofArray(source), 0, offset, source.length);
          if (cache != null) {
            cache.wroteDurably(MemorySegment.ofArray(source), offset);
          }
        });
  }

  /**
   * Makes every byte {@code pattern}, durably and without taking space, whatever the size. Nothing
   * may be in flight.
   */
  public void fill(byte pattern) {
    alone(
        () -> {
          memory.fill(pattern);
          if (cache != null) {
            cache.fill(pattern);
          }
        });
  }

  /**
   * Drops everything that is not durable. The device goes on as it would after power returned.
   *
   * @throws IllegalStateException when the device has no volatile cache
   */
  public void losePower() {
    VolatileCache cache = requireCache();
    alone(cache::losePower);
  }

  /**
   * Logical blocks that {@link #losePower()} would drop at this moment.
   *
   * @throws IllegalStateException when the device has no volatile cache
   */
  public long cachedBlocks() {
    VolatileCache cache = requireCache();
    long[] blocks = new long[1];
    alone(() -> blocks[0] = cache.cachedBlocks());
    return blocks[0];
  }

  private VolatileCache requireCache() {
    if (cache == null) {
      throw new IllegalStateException(
          name + " has no volatile cache to lose; build it with volatileCache(true)");
    }
    return cache;
  }

  private void requireRange(long offset, long length) {
    if (offset < 0 || offset > size - length) {
      throw new IndexOutOfBoundsException(
          "range "
              + offset
              + " length "
              + length
              + " is not within the "
              + size
              + " bytes of "
              + name);
    }
  }

  private void requireOpen(String operation) throws IOException {
    if (closed) {
      throw new BlockIoException(Errno.ENODEV, operation, name, "the device is closed");
    }
  }

  private void alone(Runnable work) {
    if (lock == null) {
      work.run();
      return;
    }
    long stamp = lock.writeLock();
    try {
      work.run();
    } finally {
      lock.unlockWrite(stamp);
    }
  }

  @Override
  public String toString() {
    return name + " (memory, " + size + " bytes" + (closed ? ", closed" : "") + ')';
  }

  /**
   * Describes a {@link MemoryDevice}. Defaults: 64 MiB, {@code L} = 512, no bounds on pieces worth
   * mentioning, any memory of any alignment, forced unit access, no volatile cache. Not
   * thread-safe.
   */
  public static final class Builder {
    private String name = "memory";
    private long size = 64L << 20;
    private QueueLimits limits =
        QueueLimits.of(512).withMemoryAccess(true, true).withForcedUnitAccess(true);
    private @Nullable AliasListener aliasListener;
    private boolean volatileCache;

    private Builder() {}

    /** The name in messages. */
    public Builder name(String value) {
      name = value;
      return this;
    }

    /** Bytes; a multiple of the logical block. */
    public Builder size(long bytes) {
      size = bytes;
      return this;
    }

    /** What a bio may look like. */
    public Builder limits(QueueLimits value) {
      limits = value;
      return this;
    }

    /**
     * Whether what is written is lost with the power until it is flushed. Costs a lock and twice
     * the memory.
     */
    public Builder volatileCache(boolean value) {
      volatileCache = value;
      return this;
    }

    /** Who is told that cached aliases are to be dropped. */
    public Builder aliasListener(AliasListener value) {
      aliasListener = value;
      return this;
    }

    /** The device, all zero. */
    public MemoryDevice build() {
      if (size <= 0 || size % limits.logicalBlock() != 0) {
        throw new IllegalArgumentException(
            "size "
                + size
                + " must be a positive multiple of the logical block of "
                + limits.logicalBlock()
                + " bytes");
      }
      return new MemoryDevice(this);
    }
  }
}
