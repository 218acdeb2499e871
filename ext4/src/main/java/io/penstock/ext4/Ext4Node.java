package io.penstock.ext4;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.map.MapIntent;
import io.penstock.core.map.MapQuery;
import io.penstock.core.map.Mapping;
import io.penstock.core.map.MappingKind;
import io.penstock.ext4.data.DataFile;
import io.penstock.ext4.data.SharedFile;
import io.penstock.ext4.dir.Directory;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.map.BlockMaps;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.xattr.Attributes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedChannelException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a name leads to: a file, a directory, a symbolic link or something else, as it was when it
 * was looked up. Thread-safe.
 */
public final class Ext4Node {
  private final Ext4Volume volume;
  private final Inode inode;

  Ext4Node(Ext4Volume volume, Inode inode) {
    this.volume = volume;
    this.inode = inode;
  }

  private InodeTable table() throws ClosedChannelException {
    return volume.table();
  }

  /** The volume it is on. */
  public Ext4Volume volume() {
    return volume;
  }

  /** Its attributes, as they are on the disk. */
  public Inode inode() {
    return inode;
  }

  /** Its number. */
  public long number() {
    return inode.number();
  }

  /** What it is. */
  public FileKind kind() {
    return inode.kind();
  }

  private void require(FileKind kind, Errno otherwise, String operation, String detail)
      throws IOException {
    if (inode.kind() != kind) {
      throw new BlockIoException(otherwise, operation, describe(), detail);
    }
  }

  private String describe() {
    return "inode " + number() + " of " + volume.name();
  }

  // --- files ---

  /**
   * Opens a regular file; for writing too, if the volume was opened for that.
   *
   * @throws IOException EISDIR, EINVAL when it is no regular file; when its block map is damaged
   */
  public Ext4File open() throws IOException {
    require(
        FileKind.REGULAR,
        kind() == FileKind.DIRECTORY ? Errno.EISDIR : Errno.EINVAL,
        "open",
        "only regular files have data to read; it is a " + kind());
    if (inode.has(InodeFlag.ENCRYPTED) || inode.has(InodeFlag.COMPRESSED)) {
      throw new BlockIoException(
          Errno.EOPNOTSUPP, "open", describe(), "it is encrypted or compressed");
    }
    if (volume.isWritable() && !inode.has(InodeFlag.INLINE_DATA)) {
      SharedFile shared = volume.openFiles().open(number(), describe());
      return new Ext4File(this, new DataFile(shared), shared);
    }
    return new Ext4File(this, new DataFile(inode, table(), describe()), null);
  }

  /** Is told of the runs of a file. */
  @FunctionalInterface
  public interface RunVisitor {
    /** One run; they come in order, without gaps. */
    void visit(FileRun run) throws IOException;
  }

  /**
   * Shows where the blocks of a file, a directory or a long symbolic link are, up to the end of the
   * file. What lies in the inode is one run of data without a block.
   *
   * @throws IOException when the block map cannot be read or is damaged
   */
  public void runs(RunVisitor visitor) throws IOException {
    int shift = table().store().geometry().blockShift();
    long count = (inode.size() >>> shift) + ((inode.size() & ((1L << shift) - 1)) != 0 ? 1 : 0);
    if (kind() == FileKind.SYMBOLIC_LINK && isTargetInInode()) {
      visitor.visit(new FileRun(0, 1, MappingKind.MAPPED, -1));
      return;
    }
    BlockMapper map = BlockMaps.of(inode, table());
    MapQuery query = new MapQuery();
    Mapping mapping = new Mapping();
    FileRun before = new FileRun(0, 0, MappingKind.HOLE, -1);
    for (long at = 0; at < count; at += mapping.blocks()) {
      map.map(query.set(at, count - at, MapIntent.LOOK_UP, false, inode.size()), mapping.clear());
      boolean onVolume = mapping.device() == table().store().device();
      long block = onVolume ? mapping.deviceOffset() >> shift : -1;
      FileRun run = new FileRun(at, mapping.blocks(), mapping.kind(), block);
      if (before.goesOnWith(run)) {
        before = before.with(run);
      } else {
        if (before.blocks() > 0) {
          visitor.visit(before);
        }
        before = run;
      }
    }
    if (before.blocks() > 0) {
      visitor.visit(before);
    }
  }

  // --- directories ---

  /** The entries of a directory one after the other; not thread-safe. */
  @FunctionalInterface
  public interface Entries {
    /**
     * The next entry, or null at the end.
     *
     * @throws IOException when the directory cannot be read or is damaged there
     */
    @Nullable DirectoryEntry next() throws IOException;
  }

  private Directory directory(String operation) throws IOException {
    require(FileKind.DIRECTORY, Errno.ENOTDIR, operation, "it is a " + kind());
    return Directory.of(inode, table());
  }

  /**
   * The entries of a directory, {@code .} and {@code ..} included, in the order of the disk.
   *
   * @throws IOException ENOTDIR
   */
  public Entries entries() throws IOException {
    return directory("list").entries()::next;
  }

  /**
   * The entry of a directory with this name, or null.
   *
   * @throws IOException ENOTDIR; when the directory cannot be read or is damaged on the way
   */
  public @Nullable DirectoryEntry find(Name name) throws IOException {
    Directory directory = directory("look up");
    return name.length() == 0 || name.length() > DirectoryEntry.MAX_NAME
        ? null
        : directory.find(name);
  }

  /** What a name in a directory leads to, or null; symbolic links are not followed. */
  public @Nullable Ext4Node child(Name name) throws IOException {
    DirectoryEntry entry = find(name);
    return entry == null ? null : volume.node(entry.inode());
  }

  // --- symbolic links ---

  /**
   * What a symbolic link says.
   *
   * @throws IOException EINVAL when it is none; when it cannot be read or is damaged
   */
  public byte[] target() throws IOException {
    require(FileKind.SYMBOLIC_LINK, Errno.EINVAL, "read link", "it is a " + kind());
    if (isTargetInInode()) {
      return inode.blockArea().copy(0, (int) inode.size());
    }
    if (inode.has(InodeFlag.INLINE_DATA)) {
      return BlockMaps.inlineData(inode, table());
    }
    int most = table().store().geometry().blockSize();
    if (inode.size() > most) {
      throw inode.place().structure("symbolic link").damaged("it is " + inode.size() + " long");
    }
    byte[] target = new byte[(int) inode.size()];
    try (DataFile file = new DataFile(inode, table(), describe())) {
      file.read(MemorySegment.ofArray(target), 0);
    }
    return target;
  }

  private boolean isTargetInInode() {
    return inode.size() < Inode.BLOCK_AREA
        && !inode.has(InodeFlag.EXTENTS)
        && !inode.has(InodeFlag.INLINE_DATA);
  }

  // --- extended attributes ---

  /**
   * The names of its extended attributes, as listxattr(2) would give them to the super-user.
   *
   * @throws IOException when they cannot be read or are damaged
   */
  public List<String> attributeNames() throws IOException {
    return new Attributes(inode, table()).names();
  }

  /**
   * The value of an extended attribute; null when there is none of this name.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  public byte @Nullable [] attribute(String name) throws IOException {
    return new Attributes(inode, table()).value(name);
  }

  @Override
  public String toString() {
    return inode + " of " + volume.name();
  }
}
