package io.penstock.core.map;

import io.penstock.core.device.BlockDevice;
import org.jspecify.annotations.Nullable;

/**
 * A mapper's answer: what the run of file blocks from the first asked one is, and where. Owned and
 * refilled by the engine, so that asking allocates nothing; the mapper fills it during {@link
 * BlockMapper#map} and keeps no reference to it.
 *
 * <p>Exactly one of the kind methods ({@link #hole}, {@link #mapped}, {@link #allocated}, {@link
 * #unwritten}, {@link #wouldBlock}) is called per answer, then any marks. The engine checks every
 * answer (MAP-2) and fails the request, naming the mapper, when one cannot be true.
 *
 * <p>References are written only where they change, and forgotten by a flag: most answers are like
 * the one before, and the collector makes a write of a reference dear.
 */
public final class Mapping {
  private boolean answered;
  private MappingKind kind = MappingKind.WOULD_BLOCK;
  private @Nullable BlockDevice device;
  private long deviceOffset;
  private long blocks;
  private boolean boundary;
  private boolean defer;
  private boolean dirty;
  private @Nullable Object cookie;

  /** Empty. */
  public Mapping() {}

  /** Forgets the last answer. */
  public Mapping clear() {
    answered = false;
    deviceOffset = 0;
    blocks = 0;
    boundary = false;
    defer = false;
    dirty = false;
    if (cookie != null) {
      cookie = null;
    }
    return this;
  }

  /** Nothing is allocated for so many file blocks. */
  public Mapping hole(long blocks) {
    return answer(MappingKind.HOLE, null, 0, blocks);
  }

  /** So many file blocks hold data on {@code device}, from {@code deviceOffset} (bytes) on. */
  public Mapping mapped(BlockDevice device, long deviceOffset, long blocks) {
    return answer(MappingKind.MAPPED, device, deviceOffset, blocks);
  }

  /**
   * So many file blocks were allocated by this call (kind {@link MappingKind#NEW}); what the device
   * holds there is undefined, and until the write completes every other request is answered a hole
   * or unwritten blocks (MAP-11).
   */
  public Mapping allocated(BlockDevice device, long deviceOffset, long blocks) {
    return answer(MappingKind.NEW, device, deviceOffset, blocks);
  }

  /** So many file blocks are allocated and read as zeros. */
  public Mapping unwritten(BlockDevice device, long deviceOffset, long blocks) {
    return answer(MappingKind.UNWRITTEN, device, deviceOffset, blocks);
  }

  /** Answering would mean to wait, and the query forbids it. */
  public Mapping wouldBlock() {
    return answer(MappingKind.WOULD_BLOCK, null, 0, 0);
  }

  /** Marks that the mapping after this one needs metadata I/O near here (BIO-4). */
  public Mapping boundary() {
    boundary = true;
    return this;
  }

  /** Marks that the request must be completed on the completion executor (MAP-8). */
  public Mapping defer() {
    defer = true;
    return this;
  }

  /**
   * Marks that what is needed to read this run back after a crash is not durable yet: the run was
   * allocated or converted by a write that no sync has followed. A data-sync write to it is then
   * followed by a sync of the file, since forced unit access would make only its data durable
   * (BIO-9). Setting it needlessly costs a sync and is never wrong.
   */
  public Mapping dirty() {
    dirty = true;
    return this;
  }

  /** Hands {@code cookie} to the end-of-I/O hook; the last one given wins (MAP-7). */
  public Mapping cookie(Object cookie) {
    this.cookie = cookie;
    return this;
  }

  private Mapping answer(
      MappingKind kind, @Nullable BlockDevice device, long deviceOffset, long blocks) {
    answered = true;
    if (this.kind != kind) {
      this.kind = kind;
    }
    if (this.device != device) {
      this.device = device;
    }
    this.deviceOffset = deviceOffset;
    this.blocks = blocks;
    return this;
  }

  /** What the run is. */
  public MappingKind kind() {
    return answered ? kind : MappingKind.WOULD_BLOCK;
  }

  /** Where the run lives; null for a hole. */
  public @Nullable BlockDevice device() {
    return answered ? device : null;
  }

  /** Bytes from the start of the device to the run's first block. */
  public long deviceOffset() {
    return deviceOffset;
  }

  /** Length of the run in file blocks. */
  public long blocks() {
    return blocks;
  }

  /** Whether the boundary mark is set. */
  public boolean isBoundary() {
    return boundary;
  }

  /** Whether the defer mark is set. */
  public boolean isDefer() {
    return defer;
  }

  /** Whether the dirty mark is set. */
  public boolean isDirty() {
    return dirty;
  }

  /** The cookie, if one was given. */
  public @Nullable Object cookie() {
    return cookie;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(kind()).append(" blocks=").append(blocks);
    BlockDevice where = device();
    if (where != null) {
      text.append(" at ").append(where.name()).append('+').append(deviceOffset);
    }
    return text.append(boundary ? " boundary" : "")
        .append(defer ? " defer" : "")
        .append(dirty ? " dirty" : "")
        .toString();
  }
}
