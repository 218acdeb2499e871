package io.penstock.core.bio;

import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.QueueLimits;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Makes the fewest and largest bios out of the pieces of one request (BIO-1 to BIO-3), and collects
 * them until they are sent as a batch (plug, BIO-7). The last bio is held back while it can still
 * grow.
 *
 * <p>Belongs to one request and is used by one thread at a time; only the bios' ends come from
 * elsewhere.
 */
public final class BioAssembler {
  /** Most bios of one batch. */
  public static final int PLUG_SIZE = 64;

  private final BioOwner owner;
  private @Nullable Bio[] bios = new Bio[4];
  private int nextBio;

  private final Bio[] plug = new Bio[PLUG_SIZE];
  private int plugged;

  /**
   * The last bio held back, and whether one is: a flag is cheaper to write than a reference, which
   * the collector wants to hear of.
   */
  private @Nullable Bio current;

  private boolean holds;
  private long maxBytes;
  private long maxSegmentBytes;
  private int maxSegments;
  private long granule;

  /** For the request that owns the bios. */
  public BioAssembler(BioOwner owner) {
    this.owner = owner;
  }

  /** Bios filled and not sent: those plugged and the one held back. */
  public int unsent() {
    return plugged + (holds ? 1 : 0);
  }

  /** Whether one more bio would overfill the plug. */
  public boolean isPlugFull() {
    return plugged == PLUG_SIZE;
  }

  /**
   * Lets the held-back bio grow by as much of a piece as fits: the piece must continue it on the
   * device and in the file (BIO-2), within the device's limits (BIO-3).
   *
   * @return bytes taken, such that the rest is aligned as the piece was; 0 when the piece needs a
   *     new bio
   */
  @SuppressWarnings("MemorySegmentReferenceEquality") // only the same segment has the same lifetime
  public long extend(
      BlockDevice device,
      long deviceOffset,
      long fileOffset,
      MemorySegment segment,
      long offset,
      long bytes,
      boolean borrowed) {
    Bio bio = current();
    if (bio == null
        || bio.device() != device
        || bio.deviceEnd() != deviceOffset
        || bio.fileEnd() != fileOffset) {
      return 0;
    }
    long room = maxBytes - bio.length();
    int last = bio.pieces() - 1;
    boolean continues =
        bio.segment(last) == segment && bio.pieceOffset(last) + bio.pieceLength(last) == offset;
    long take = continues ? cut(bytes, Math.min(room, maxSegmentBytes - bio.pieceLength(last))) : 0;
    if (take == 0 && bio.pieces() < maxSegments) {
      take = cut(bytes, Math.min(room, maxSegmentBytes));
    }
    if (take > 0) {
      bio.add(segment, offset, take, borrowed, maxSegmentBytes);
    }
    return take;
  }

  /**
   * Begins a new bio, which is then held back; the one before must have been {@linkplain
   * #plugCurrent() plugged}.
   */
  public Bio begin(Direction direction, BlockDevice device, long deviceOffset, long fileOffset) {
    assert !holds;
    QueueLimits limits = device.limits();
    maxBytes = limits.maxBytes();
    maxSegmentBytes = limits.maxSegmentBytes();
    maxSegments = limits.maxSegments();
    granule = Math.max(limits.logicalBlock(), limits.memoryAlignment());
    Bio bio = idleBio().begin(direction, device, deviceOffset, fileOffset);
    holds = true;
    if (current != bio) {
      current = bio;
    }
    return bio;
  }

  /**
   * Puts the first piece into the bio just begun.
   *
   * @return bytes taken, at least one logical block
   */
  public long first(Bio bio, MemorySegment segment, long offset, long bytes, boolean borrowed) {
    long limit = Math.min(maxBytes, maxSegmentBytes);
    long aligned = cut(bytes, limit);
    long take = aligned > 0 ? aligned : limit;
    assert take > 0 : bytes;
    bio.add(segment, offset, take, borrowed, maxSegmentBytes);
    return take;
  }

  /**
   * As much of a piece as leaves a rest that is still aligned for the device's memory access; may
   * be nothing. Limit 5120, memory alignment 4096: of 8192 bytes 4096 are taken.
   */
  private long cut(long bytes, long limit) {
    return bytes <= limit ? bytes : limit & -granule;
  }

  /** The bio held back, or null. */
  public @Nullable Bio current() {
    return holds ? current : null;
  }

  /** Moves the held-back bio, if there is one, to the batch. */
  public void plugCurrent() {
    Bio bio = current();
    if (bio != null) {
      holds = false;
      if (plug[plugged] != bio) {
        plug[plugged] = bio;
      }
      plugged++;
    }
  }

  /** The batch so far; valid until {@link #unplugged()}. */
  public Bio[] plug() {
    return plug;
  }

  /** Number of bios in the batch. */
  public int plugged() {
    return plugged;
  }

  /** The batch was sent or discarded. */
  public void unplugged() {
    plugged = 0;
  }

  /** All bios this request ever had, some null: for cancelling. */
  public @Nullable Bio[] all() {
    return bios;
  }

  /**
   * Bios end mostly in the order they were sent, so the one after the last taken is mostly idle.
   */
  private Bio idleBio() {
    int length = bios.length;
    for (int i = 0; i < length; i++) {
      int index = nextBio + i;
      if (index >= length) {
        index -= length;
      }
      Bio bio = bios[index];
      if (bio == null) {
        bio = new Bio(owner);
        bios[index] = bio;
      } else if (!bio.isIdle()) {
        continue;
      }
      nextBio = index + 1;
      return bio;
    }
    bios = Arrays.copyOf(bios, length * 2);
    Bio bio = new Bio(owner);
    bios[length] = bio;
    nextBio = length + 1;
    return bio;
  }
}
