package io.penstock.core.file;

import java.util.concurrent.atomic.AtomicLong;

/**
 * What all {@link BlockFile}s that stand for one file have in common, be they opened by different
 * ways: its size, and who writes which blocks (FILE-6). A {@code BlockFile} has one of its own
 * unless it is {@linkplain BlockFile.Builder#state given one}. Sizes are bytes. Thread-safe.
 *
 * <p><b>Claims</b> of a shared state are numbered in {@link #SHARED_CLAIM_BLOCK}, the largest that
 * every block is a multiple of, since the files may differ in their blocks. Every write of every
 * file takes part; whole-block writes are only counted as long as nobody claims a block alone.
 *
 * <p><b>Extensions.</b> While a write that ends past the size is in flight, the host's idea of the
 * length says nothing: the data may be there and not be reported yet, or padding may be there that
 * is going to be cut. {@link #unextended()} tells such times.
 */
public final class FileState {
  /** Bytes that a block number of a claim on a shared state stands for. */
  public static final int SHARED_CLAIM_BLOCK = 512;

  private static final long BEGUN = 1L << 32;
  private static final long IN_FLIGHT = BEGUN - 1;

  private final AtomicLong size;
  private final BlockExclusion exclusion;
  private final int claimShift;
  private final boolean shared;

  /** Extending writes in flight, and above them how many were begun in all. */
  private final AtomicLong extensions = new AtomicLong();

  private FileState(AtomicLong size, int claimShift, boolean shared) {
    this.size = size;
    this.claimShift = claimShift;
    this.shared = shared;
    exclusion = new BlockExclusion(shared);
  }

  /** Of a file that one {@link BlockFile} stands for. */
  static FileState own(long size, int blockShift) {
    return new FileState(new AtomicLong(size), blockShift, false);
  }

  /** Of a file that several may stand for. */
  public static FileState shared(long size) {
    int shift = Integer.numberOfTrailingZeros(SHARED_CLAIM_BLOCK);
    return new FileState(new AtomicLong(size), shift, true);
  }

  /**
   * The same size without claims: for the parts of an operation that holds its claims itself. What
   * it writes must not publish a size.
   */
  public FileState withoutClaims() {
    return new FileState(size, claimShift, false);
  }

  /** Whether several files may have it. */
  public boolean isShared() {
    return shared;
  }

  /** Binary logarithm of the bytes that a block number of a claim stands for. */
  int claimShift() {
    return claimShift;
  }

  /** Who writes which blocks. */
  public BlockExclusion exclusion() {
    return exclusion;
  }

  /** The size that everybody sees. */
  public long size() {
    return size.get();
  }

  /** Makes the file at least so long. */
  public void extendTo(long newSize) {
    long now = size.get();
    while (now < newSize && !size.compareAndSet(now, newSize)) {
      now = size.get();
    }
  }

  /** Sets the size, for one who has all users of the size excluded. */
  public void setSize(long newSize) {
    size.set(newSize);
  }

  // --- extensions ---

  /** A write that ends past the size begins; before anything of it is sent. */
  public void beginExtending() {
    extensions.addAndGet(BEGUN + 1);
  }

  /** It has ended, its size published and its padding cut. */
  public void endExtending() {
    long now = extensions.decrementAndGet();
    assert (now & IN_FLIGHT) != IN_FLIGHT : "ended more often than begun";
  }

  /**
   * A stamp of this moment, for {@link #adopt}; -1 while an extending write is in flight: the
   * host's length must not be believed then.
   */
  public long unextended() {
    long now = extensions.get();
    return (now & IN_FLIGHT) != 0 ? -1 : now;
  }

  /**
   * Takes over the length that the host tells: somebody else may have changed it.
   *
   * @param length asked for after {@code stamp} and {@code before} were taken
   * @param stamp of {@link #unextended()}
   * @param before the size at that time
   * @return false when a write has extended the file meanwhile; nothing was changed
   */
  public boolean adopt(long length, long stamp, long before) {
    return stamp >= 0 && extensions.get() == stamp && size.compareAndSet(before, length);
  }

  @Override
  public String toString() {
    return "size=" + size() + (shared ? " shared" : "") + " claims=" + exclusion.held();
  }
}
