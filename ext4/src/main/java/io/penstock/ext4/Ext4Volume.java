package io.penstock.ext4;

import io.penstock.core.completion.HandlerQueue;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.IoCounters;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.check.CheckReport;
import io.penstock.ext4.check.VolumeCheck;
import io.penstock.ext4.data.OpenFiles;
import io.penstock.ext4.data.SharedFile;
import io.penstock.ext4.edit.Removal;
import io.penstock.ext4.format.Checksums;
import io.penstock.ext4.format.DiskBytes;
import io.penstock.ext4.format.Feature;
import io.penstock.ext4.format.Geometry;
import io.penstock.ext4.format.GroupDescriptor;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.Superblock;
import io.penstock.ext4.journal.JournalReplay;
import io.penstock.ext4.journal.ReplayedBlocks;
import io.penstock.ext4.namespace.Namespace;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataStore;
import io.penstock.ext4.store.Relocation;
import io.penstock.ext4.store.SuperblockReader;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A volume of ext2, ext3 or ext4 on a block device, opened for reading, or for writing too. The
 * data of its files moves through the engine only; its metadata is read from the device and
 * remembered up to a bound.
 *
 * <p>Nobody else may write to the device meanwhile. Every number on the disk is checked before it
 * is used: a damaged volume gives a {@link io.penstock.ext4.format.DamagedVolumeException} that
 * names what is damaged, or right data. Thread-safe.
 */
public final class Ext4Volume implements AutoCloseable {
  private final BlockDevice device;
  private final IoCounters metadataCounters;
  private final InodeTable table;
  private final @Nullable VolumeWriter writer;
  private final @Nullable OpenFiles openFiles;
  private final @Nullable Namespace names;
  private volatile boolean closed;

  private Ext4Volume(
      BlockDevice device,
      IoCounters metadataCounters,
      InodeTable table,
      @Nullable VolumeWriter writer) {
    this.device = device;
    this.metadataCounters = metadataCounters;
    this.table = table;
    this.writer = writer;
    OpenFiles open = writer == null ? null : new OpenFiles(writer);
    openFiles = open;
    names = writer == null || open == null ? null : new Namespace(writer, open);
  }

  /**
   * Opens a volume.
   *
   * @param device stays the caller's
   * @throws IOException EINVAL when there is no such volume, or its blocks are smaller than those
   *     of the device; EOPNOTSUPP when it has features that are not supported, which are named;
   *     when it is damaged
   */
  public static Ext4Volume open(BlockDevice device, Ext4Options options) throws IOException {
    IoCounters counters = new IoCounters();
    Superblock superblock = SuperblockReader.read(device, counters);
    InodeTable table = table(device, superblock, options, counters);
    if (options.writes()) {
      return openForWriting(device, table, options, counters);
    }
    if (options.replays() && JournalReplay.isNeeded(superblock)) {
      Relocation newest = JournalReplay.find(table, options.journal(), counters);
      if (newest != Relocation.NONE) {
        table = replayed(device, table, newest, options, counters);
      }
    }
    return new Ext4Volume(device, counters, table, null);
  }

  private static Ext4Volume openForWriting(
      BlockDevice device, InodeTable before, Ext4Options options, IoCounters counters)
      throws IOException {
    InodeTable table = before;
    // what a volume cannot be written for is found out before anything is written
    VolumeWriter.requireWritable(table.store());
    if (JournalReplay.isNeeded(superblock(table))) {
      JournalReplay.writeBack(table, options.journal(), counters);
      table = table(device, SuperblockReader.read(device, counters), options, counters);
    }
    VolumeWriter writer = VolumeWriter.of(table, options.journal(), counters);
    new Removal(writer).recover();
    return new Ext4Volume(device, counters, table, writer);
  }

  private static Superblock superblock(InodeTable table) {
    return table.store().geometry().superblock();
  }

  private static InodeTable table(
      BlockDevice device, Superblock superblock, Ext4Options options, IoCounters counters)
      throws IOException {
    Geometry geometry = geometry(device, superblock);
    MetadataStore store = new MetadataStore(device, geometry, options.cacheBytes(), counters);
    return new InodeTable(store, new Checksums(superblock));
  }

  /** The volume as it is with its journal: the superblock too may be in it. */
  private static InodeTable replayed(
      BlockDevice device,
      InodeTable before,
      Relocation newest,
      Ext4Options options,
      IoCounters counters)
      throws IOException {
    before.store().relocate(newest);
    Geometry geometry = before.store().geometry();
    int at = Superblock.OFFSET & (geometry.blockSize() - 1);
    DiskBytes bytes =
        before.store().read(geometry.superblockBlock()).bytes().slice(at, Superblock.LENGTH);
    Superblock superblock = Superblock.parse(bytes, device.name());
    if (superblock.logBlockSize() != geometry.superblock().logBlockSize()) {
      throw superblock.place().damaged("the journal holds one with other blocks");
    }
    InodeTable after = table(device, superblock, options, counters);
    after.store().relocate(newest);
    return after;
  }

  private static Geometry geometry(BlockDevice device, Superblock superblock) throws IOException {
    Geometry geometry = Geometry.of(superblock);
    int logicalBlock = device.limits().logicalBlock();
    if (geometry.blockSize() < logicalBlock) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open volume",
          device.name(),
          "its blocks of "
              + geometry.blockSize()
              + " bytes are smaller than the "
              + logicalBlock
              + " bytes the device transfers at least; copy it to a device that transfers less");
    }
    long size = device instanceof HostDevice host ? host.length() : device.size();
    if (geometry.blocks() > size >> geometry.blockShift()) {
      throw superblock
          .place()
          .damaged(
              "its " + geometry.blocks() + " blocks do not fit the device's " + size + " bytes");
    }
    return geometry;
  }

  InodeTable table() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
    return table;
  }

  /**
   * What changes it.
   *
   * @throws IOException EROFS when it was opened for reading
   */
  VolumeWriter writer() throws IOException {
    table();
    VolumeWriter found = writer;
    if (found == null) {
      throw new BlockIoException(
          Errno.EROFS, "write", device.name(), "the volume was opened for reading only");
    }
    return found;
  }

  /** The files that are open on a volume that was opened for writing. */
  OpenFiles openFiles() throws IOException {
    writer();
    return Objects.requireNonNull(openFiles);
  }

  /** Looks something up. */
  interface Look<T> {
    /** Does it; null for nothing. */
    @Nullable T up() throws IOException;
  }

  /** Looks something up in several blocks, with no change becoming visible meanwhile. */
  <T> @Nullable T look(Look<T> look) throws IOException {
    VolumeWriter found = writer;
    return found == null
        ? look.up()
        : found.transactions().look(() -> Optional.ofNullable(look.up())).orElse(null);
  }

  /** The names, to be changed. */
  Namespace names() throws IOException {
    writer();
    return Objects.requireNonNull(names);
  }

  /** One who had a file open has not any more. */
  void closeFile(long number, SharedFile file) throws IOException {
    OpenFiles found = openFiles;
    if (found != null && !closed) {
      found.close(number, file);
    }
  }

  /** Whether it was opened for writing. */
  public boolean isWritable() {
    return writer != null;
  }

  /**
   * Makes all that was changed durable, data and metadata.
   *
   * @throws IOException when that failed, now or earlier
   */
  public void sync() throws IOException {
    writer().commit();
  }

  // --- what it is ---

  /** The device's name. */
  public String name() {
    return device.name();
  }

  /** The device. */
  public BlockDevice device() {
    return device;
  }

  /** What the volume says of itself. */
  public Superblock superblock() {
    return geometry().superblock();
  }

  /** How it is divided. */
  public Geometry geometry() {
    return table.store().geometry();
  }

  /** Blocks whose newest contents are read from the journal, since a crash has left them there. */
  public int blocksInJournal() {
    return table.store().relocation() instanceof ReplayedBlocks blocks ? blocks.count() : 0;
  }

  /** What was read of metadata, of the device and not from memory (BIO-10). */
  public IoCounters metadataCounters() {
    return metadataCounters;
  }

  /**
   * How full it is.
   *
   * @throws IOException when group descriptors cannot be read or are damaged
   */
  public VolumeSpace space() throws IOException {
    Geometry geometry = geometry();
    long freeClusters = 0;
    long freeInodes = 0;
    for (long i = 0; i < geometry.groups(); i++) {
      GroupDescriptor group = table().group(i);
      freeClusters += group.freeClusters();
      freeInodes += group.freeInodes();
    }
    long free = freeClusters << geometry.clusterBlocksShift();
    return new VolumeSpace(
        geometry.blockSize(),
        geometry.blocks(),
        free,
        Math.max(0, free - superblock().reservedBlocks()),
        superblock().inodes(),
        freeInodes);
  }

  /**
   * Verifies the volume as a whole; takes long on a large one.
   *
   * @throws IOException when the device fails; damage is reported
   */
  public CheckReport check() throws IOException {
    return VolumeCheck.run(table(), blocksInJournal() > 0);
  }

  // --- what is on it ---

  /** The root directory. */
  public Ext4Node root() throws IOException {
    return node(Inode.ROOT);
  }

  /**
   * An inode in use.
   *
   * @throws IOException EINVAL when there is no such number, ESTALE when it is not in use; when it
   *     cannot be read or is damaged
   */
  public Ext4Node node(long inode) throws IOException {
    Inode found = table().inode(inode);
    if (found.isFree()) {
      throw new BlockIoException(
          Errno.ESTALE, "look up", device.name(), "inode " + inode + " is not in use");
    }
    return new Ext4Node(this, found);
  }

  /**
   * What a path leads to, from the root of the volume; symbolic links are followed.
   *
   * @param path names with slashes between them, in UTF-8
   * @throws IOException ENOENT, ENOTDIR, ELOOP; when something on the way is damaged
   */
  public Ext4Node resolve(String path) throws IOException {
    return resolve(path.getBytes(StandardCharsets.UTF_8), true);
  }

  /** What a path of bytes leads to; whether a symbolic link at its end is followed. */
  public Ext4Node resolve(byte[] path, boolean followLast) throws IOException {
    return PathWalk.walk(this, path, followLast);
  }

  /**
   * Creates an empty regular file.
   *
   * @param parent the directory it is put into
   * @param permissions the lower 12 bits of its mode
   * @throws IOException EEXIST, ENOTDIR, ENOSPC; EROFS when the volume was opened for reading
   */
  public Ext4Node create(Ext4Node parent, Name name, int permissions) throws IOException {
    return parent.createFile(name, permissions);
  }

  /**
   * Moves a name from one directory to another, or gives it another name there. Open files stay
   * open; what had the new name before loses it.
   *
   * @param replaces whether something may have the new name already
   * @throws IOException ENOENT; EEXIST if nothing is to be replaced; EISDIR, ENOTDIR, ENOTEMPTY for
   *     what cannot be replaced by it; EINVAL for a directory that would get below itself; EMLINK,
   *     ENAMETOOLONG, ENOSPC, EPERM; EROFS when the volume was opened for reading
   */
  public void rename(Ext4Node from, Name name, Ext4Node to, Name newName, boolean replaces)
      throws IOException {
    if (from.volume() != this || to.volume() != this) {
      throw new BlockIoException(
          Errno.EXDEV, "rename", name.toString(), "it is on another volume; copy it instead");
    }
    names().rename(from.inode(), name, to.inode(), newName, replaces);
  }

  /** Whether the volume makes use of a feature. */
  public boolean has(Feature feature) {
    return superblock().has(feature);
  }

  /**
   * Lets nobody look anything up any more. Files that were opened on a volume opened for reading
   * stay so, the others are closed; the device stays open. What was changed is made durable and
   * brought to its place. Idempotent.
   *
   * @throws IOException when that failed; the volume then is as after a crash
   * @throws IllegalStateException in a completion handler, where a volume that was opened for
   *     writing cannot be closed: what is in flight has to end first
   */
  @Override
  public void close() throws IOException {
    VolumeWriter found = writer;
    OpenFiles open = openFiles;
    if (found != null && HandlerQueue.isInHandler()) {
      throw new IllegalStateException(
          "volume "
              + name()
              + " cannot be closed by a completion handler, which would wait for what is in"
              + " flight; hand over to another thread");
    }
    if (closed || found == null || open == null) {
      closed = true;
      return;
    }
    closed = true;
    try (found) {
      open.closeAll();
    }
  }

  @Override
  public String toString() {
    return "ext4 volume " + superblock().uuid() + " on " + device.name();
  }
}
