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
import io.penstock.ext4.format.NewNode;
import io.penstock.ext4.map.BlockMaps;
import io.penstock.ext4.map.FileBlocks;
import io.penstock.ext4.store.InodeTable;
import io.penstock.ext4.store.MetadataBlock;
import io.penstock.ext4.xattr.Attributes;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a name leads to: a file, a directory, a symbolic link or something else, as it was when it
 * was looked up. What is asked of it is answered as it is now. Thread-safe.
 *
 * <p><b>Errors</b> of all methods that read from the volume, or change it: ESTALE when it was
 * deleted since, even where something else has its inode's number by now.
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

  /** The same, as it is now where that can change; to be used within a {@link Ext4Volume#look}. */
  private Ext4Node now() throws IOException {
    if (!volume.isWritable()) {
      return this;
    }
    return new Ext4Node(volume, volume.writer().inodes().current("look up", inode));
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
      SharedFile shared = volume.openFiles().open(inode, describe());
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
    if (!volume.isWritable()) {
      walkRuns(visitor);
      return;
    }
    List<FileRun> all = new ArrayList<>();
    var _ =
        volume.look(
            () -> {
              now().walkRuns(all::add);
              return all;
            });
    for (FileRun each : all) {
      visitor.visit(each);
    }
  }

  private void walkRuns(RunVisitor visitor) throws IOException {
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
   * The entries of a directory, {@code .} and {@code ..} included, in the order of the disk; of a
   * volume opened for writing those that there are now, whatever changes meanwhile.
   *
   * @throws IOException ENOTDIR
   */
  public Entries entries() throws IOException {
    if (!volume.isWritable()) {
      return directory("list").entries()::next;
    }
    List<DirectoryEntry> all = new ArrayList<>();
    var _ =
        volume.look(
            () -> {
              Directory.Entries each = now().directory("list").entries();
              for (DirectoryEntry next = each.next(); next != null; next = each.next()) {
                all.add(next);
              }
              return all;
            });
    Iterator<DirectoryEntry> left = all.iterator();
    return () -> left.hasNext() ? left.next() : null;
  }

  /**
   * The entry of a directory with this name, or null.
   *
   * @throws IOException ENOTDIR; when the directory cannot be read or is damaged on the way
   */
  public @Nullable DirectoryEntry find(Name name) throws IOException {
    if (name.length() == 0 || name.length() > DirectoryEntry.MAX_NAME) {
      require(FileKind.DIRECTORY, Errno.ENOTDIR, "look up", "it is a " + kind());
      return null;
    }
    return volume.look(() -> now().directory("look up").find(name));
  }

  /** What a name in a directory leads to, or null; symbolic links are not followed. */
  public @Nullable Ext4Node child(Name name) throws IOException {
    return volume.look(
        () -> {
          DirectoryEntry entry = find(name);
          return entry == null ? null : volume.node(entry.inode());
        });
  }

  private Ext4Node created(Name name, NewNode node) throws IOException {
    return volume.node(volume.names().create(inode, name, node));
  }

  /**
   * Creates something in this directory: a file, a directory, a symbolic link or another node.
   *
   * @return what was created
   * @throws IOException EEXIST; ENOTDIR; ENAMETOOLONG, EINVAL for a name that cannot be; EMLINK for
   *     one directory too many; ENOSPC; EPERM when the directory is marked as not to be changed;
   *     EROFS when the volume was opened for reading
   */
  public Ext4Node create(Name name, NewNode node) throws IOException {
    return created(name, node);
  }

  /**
   * Creates an empty file in this directory; it belongs to whom the directory does. Throws as
   * {@link #create}.
   *
   * @param permissions the lower 12 bits of its mode
   */
  public Ext4Node createFile(Name name, int permissions) throws IOException {
    return created(name, NewNode.of(FileKind.REGULAR, permissions));
  }

  /**
   * Creates a directory in this one; it belongs to whom this one does. Throws as {@link #create}.
   *
   * @param permissions the lower 12 bits of its mode
   */
  public Ext4Node createDirectory(Name name, int permissions) throws IOException {
    return created(name, NewNode.of(FileKind.DIRECTORY, permissions));
  }

  /**
   * Creates a symbolic link in this directory. Throws as {@link #create}.
   *
   * @param target 1 byte at least, less than a block
   */
  public Ext4Node createSymbolicLink(Name name, byte[] target) throws IOException {
    return created(name, NewNode.link(target));
  }

  /**
   * Gives something another name, in this directory.
   *
   * @param node no directory
   * @throws IOException EMLINK when it has too many names, EXDEV; otherwise as {@link #create}
   */
  public void link(Name name, Ext4Node node) throws IOException {
    if (node.volume != volume) {
      throw new BlockIoException(
          Errno.EXDEV, "link", name.toString(), "it is on another volume; copy it instead");
    }
    volume.names().link(inode, name, node.inode);
  }

  /**
   * Removes a name from this directory that leads to no directory. What has no other name is freed,
   * once nobody has it open.
   *
   * @throws IOException ENOENT, EISDIR, ENOTDIR, EPERM; EROFS when the volume was opened for
   *     reading
   */
  public void unlink(Name name) throws IOException {
    volume.names().unlink(inode, name);
  }

  /**
   * Removes an empty directory from this one.
   *
   * @throws IOException ENOENT, ENOTDIR, ENOTEMPTY, EPERM; EROFS when the volume was opened for
   *     reading
   */
  public void removeDirectory(Name name) throws IOException {
    volume.names().removeDirectory(inode, name);
  }

  // --- symbolic links ---

  /**
   * What a symbolic link says.
   *
   * @throws IOException EINVAL when it is none; when it cannot be read or is damaged
   */
  public byte[] target() throws IOException {
    require(FileKind.SYMBOLIC_LINK, Errno.EINVAL, "read link", "it is a " + kind());
    return Objects.requireNonNull(volume.look(() -> now().targetNow()));
  }

  private byte[] targetNow() throws IOException {
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
    // it is metadata: what was written last may be in memory, or in a journal
    MetadataBlock block = new FileBlocks(inode, table()).read(0);
    if (block == null) {
      throw inode.place().structure("symbolic link").damaged("its block is a hole");
    }
    return block.bytes().copy(0, (int) inode.size());
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
    return Objects.requireNonNull(volume.look(() -> new Attributes(now().inode, table()).names()));
  }

  /**
   * The value of an extended attribute; null when there is none of this name.
   *
   * @throws IOException when it cannot be read or is damaged
   */
  public byte @Nullable [] attribute(String name) throws IOException {
    return volume.look(() -> new Attributes(now().inode, table()).value(name));
  }

  /**
   * Sets an extended attribute.
   *
   * @param name as in getxattr(2)
   * @throws IOException EOPNOTSUPP for a name of another kind, or where its value is in an inode of
   *     its own; ENOSPC when all attributes do not fit the inode and one block; EPERM for a user's
   *     attribute of what is neither file nor directory; EROFS when the volume was opened for
   *     reading
   */
  public void setAttribute(String name, byte[] value) throws IOException {
    volume.names().setAttribute(inode, name, value);
  }

  /**
   * Removes an extended attribute.
   *
   * @throws IOException ENODATA when there is none of this name; otherwise as {@link #setAttribute}
   */
  public void removeAttribute(String name) throws IOException {
    volume.names().removeAttribute(inode, name);
  }

  // --- what it says of itself ---

  /** Sets permissions: the lower 12 bits of its mode. Throws as {@link #setOwner}. */
  public void setPermissions(int permissions) throws IOException {
    volume.names().setPermissions(inode, permissions);
  }

  /**
   * Sets owner and group.
   *
   * @param uid -1 to keep it
   * @param gid -1 to keep it
   * @throws IOException EPERM when it is marked as not to be changed; EROFS when the volume was
   *     opened for reading
   */
  public void setOwner(long uid, long gid) throws IOException {
    volume
        .names()
        .edit(
            inode,
            fields -> {
              if (uid >= 0) {
                var _ = fields.uid(uid);
              }
              if (gid >= 0) {
                var _ = fields.gid(gid);
              }
            });
  }

  /**
   * Sets times; null keeps one. A time that the inode cannot hold becomes the nearest that it can.
   * Throws as {@link #setOwner}.
   */
  public void setTimes(
      @Nullable Instant modification, @Nullable Instant access, @Nullable Instant creation)
      throws IOException {
    volume
        .names()
        .edit(
            inode,
            fields -> {
              if (modification != null) {
                var _ = fields.modificationTime(modification);
              }
              if (access != null) {
                var _ = fields.accessTime(access);
              }
              if (creation != null) {
                var _ = fields.creationTime(creation);
              }
            });
  }

  @Override
  public String toString() {
    return inode + " of " + volume.name();
  }
}
