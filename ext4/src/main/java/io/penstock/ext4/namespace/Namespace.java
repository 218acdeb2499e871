package io.penstock.ext4.namespace;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.data.OpenFiles;
import io.penstock.ext4.dir.Directory;
import io.penstock.ext4.dir.DirectoryEditor;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NewNode;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import io.penstock.ext4.xattr.AttributeEditor;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Names of a volume, to be changed; inodes are told as they were looked up. Each method is one
 * transaction, but for the freeing of what has lost its last name, which may take several behind
 * it. Thread-safe.
 *
 * <p><b>Errors</b> of all methods: ESTALE for an inode that was deleted since, even where another
 * one has its number; ENOTDIR, ENOENT for what is no directory, or has no name any more;
 * ENAMETOOLONG, EINVAL for names that cannot be; ENOSPC; EPERM for what is marked as not to be
 * changed; EROFS after a commit has failed; and that something is damaged.
 */
public final class Namespace {
  /** Blocks that one change takes at most: about three of each kind that there are. */
  static final int CREDITS = 64;

  private static final int SET_GROUP = 02000;
  private static final int PERMISSIONS = 07777;

  private final VolumeWriter volume;
  private final OpenFiles openFiles;

  /** The names of a volume. */
  public Namespace(VolumeWriter volume, OpenFiles openFiles) {
    this.volume = volume;
    this.openFiles = openFiles;
  }

  // --- what is common to all ---

  /** A change that can be tried again when it was refused. */
  private interface Attempt<T> {
    T run() throws IOException;
  }

  /** Tries again when there was no room: what was freed is used again after a commit only. */
  private <T> T withRoom(Attempt<T> attempt) throws IOException {
    try {
      return attempt.run();
    } catch (BlockIoException failure) {
      if (!failure.is(Errno.ENOSPC) || volume.blocks().blocksAside() == 0) {
        throw failure;
      }
      volume.commit();
      return attempt.run();
    }
  }

  private Inode directory(String operation, Inode seen) throws IOException {
    Inode directory = volume.inodes().current(operation, seen);
    Refusals.requireDirectory(operation, directory);
    return directory;
  }

  private @Nullable DirectoryEntry find(Inode directory, Name name) throws IOException {
    return Directory.of(directory, volume.table()).find(name);
  }

  private DirectoryEntry require(String operation, Inode directory, Name name) throws IOException {
    DirectoryEntry found = find(directory, name);
    if (found == null) {
      throw Refusals.of(Errno.ENOENT, operation, name, "it is not in " + directory);
    }
    return found;
  }

  private void requireNone(String operation, Inode directory, Name name) throws IOException {
    if (find(directory, name) != null) {
      throw Refusals.of(
          Errno.EEXIST, operation, name, "it is there already; remove it before or take another");
    }
  }

  private InodeFields touchDirectory(Transaction change, long number) throws IOException {
    Instant now = Instant.now();
    return volume.inodes().edit(change, number).modificationTime(now).changeTime(now);
  }

  private InodeFields touch(Transaction change, long number) throws IOException {
    return volume.inodes().edit(change, number).changeTime(Instant.now());
  }

  // --- creating ---

  /**
   * Creates a file, a directory, a symbolic link or another node.
   *
   * @return its inode
   * @throws IOException EEXIST, EMLINK; ENAMETOOLONG for a target that is longer than a block
   */
  public long create(Inode parent, Name name, NewNode node) throws IOException {
    Refusals.requireName("create", name);
    return withRoom(() -> createNow(parent, name, node));
  }

  private long createNow(Inode parent, Name name, NewNode node) throws IOException {
    try (Transaction change = volume.begin(CREDITS)) {
      Inode directory = directory("create", parent);
      requireNone("create", directory, name);
      InodeFields inode = begin(change, directory, node);
      long number = inode.number();
      new DirectoryEditor(volume, change, directory.number())
          .insert(new DirectoryEntry(name, number, node.kind()));
      InodeFields touched = touchDirectory(change, directory.number());
      if (node.kind() == FileKind.DIRECTORY) {
        Links.addDirectory(touched, volume.geometry().superblock());
      }
      change.stop();
      return number;
    }
  }

  private InodeFields begin(Transaction change, Inode directory, NewNode node) throws IOException {
    boolean sets = (directory.mode() & SET_GROUP) != 0;
    int permissions = node.permissions();
    if (sets && node.kind() == FileKind.DIRECTORY) {
      permissions |= SET_GROUP;
    }
    int mode = node.kind().mode() | permissions & PERMISSIONS;
    InodeFields inode = volume.inodes().create(change, directory.number(), mode);
    inode
        .uid(node.uid() < 0 ? directory.uid() : node.uid())
        .gid(sets || node.gid() < 0 ? directory.gid() : node.gid());
    Contents.fill(volume, change, node, inode, directory.number());
    if (node.kind() != FileKind.SYMBOLIC_LINK) {
      new AttributeEditor(volume, change, inode.number()).inherit(directory);
    }
    return inode;
  }

  /**
   * Gives a file another name.
   *
   * @throws IOException EEXIST, EMLINK; EPERM for a directory
   */
  public void link(Inode parent, Name name, Inode seen) throws IOException {
    Refusals.requireName("link", name);
    var _ = withRoom(() -> linkNow(parent, name, seen));
  }

  private Inode linkNow(Inode parent, Name name, Inode seen) throws IOException {
    try (Transaction change = volume.begin(CREDITS)) {
      Inode directory = directory("link", parent);
      requireNone("link", directory, name);
      Inode inode = volume.inodes().current("link", seen);
      Refusals.requireChangeable("link", inode);
      if (inode.kind() == FileKind.DIRECTORY) {
        throw Refusals.of(
            Errno.EPERM, "link", name, inode + " is a directory, which has one name only");
      }
      if (inode.links() == 0) {
        throw Refusals.of(Errno.ENOENT, "link", name, inode + " has no name any more");
      }
      Links.add(touch(change, inode.number()));
      new DirectoryEditor(volume, change, directory.number())
          .insert(new DirectoryEntry(name, inode.number(), inode.kind()));
      var _ = touchDirectory(change, directory.number());
      change.stop();
      return inode;
    }
  }

  // --- removing ---

  /**
   * Removes a name of what is no directory; what has no other is freed, once nobody has it open.
   *
   * @throws IOException ENOENT, EISDIR
   */
  public void unlink(Inode parent, Name name) throws IOException {
    remove("remove", parent, name, false);
  }

  /**
   * Removes an empty directory.
   *
   * @throws IOException ENOENT, ENOTDIR, ENOTEMPTY
   */
  public void removeDirectory(Inode parent, Name name) throws IOException {
    remove("remove directory", parent, name, true);
  }

  private void remove(String operation, Inode parent, Name name, boolean asDirectory)
      throws IOException {
    Refusals.requireName(operation, name);
    Inode inode;
    try (Transaction change = volume.begin(CREDITS)) {
      Inode directory = directory(operation, parent);
      inode = volume.inodes().read(require(operation, directory, name).inode());
      boolean isDirectory = inode.kind() == FileKind.DIRECTORY;
      if (isDirectory != asDirectory) {
        throw Refusals.of(
            asDirectory ? Errno.ENOTDIR : Errno.EISDIR, operation, name, "it is a " + inode.kind());
      }
      requireRemovable(operation, inode, name);
      new DirectoryEditor(volume, change, directory.number()).remove(name);
      InodeFields touched = touchDirectory(change, directory.number());
      if (isDirectory) {
        Links.removeDirectory(touched);
      }
      loseName(change, inode);
      change.stop();
    }
    free(inode);
  }

  private void requireRemovable(String operation, Inode inode, Name name) throws IOException {
    Refusals.requireChangeable(operation, inode);
    if (inode.kind() == FileKind.DIRECTORY) {
      DirectoryEntry left = DirectoryEditor.anyEntry(volume, inode);
      if (left != null) {
        throw Refusals.of(
            Errno.ENOTEMPTY,
            operation,
            name,
            left.name() + " is in it; remove what is in it before");
      }
    }
    if (isLastName(inode)) {
      AttributeEditor.requireDeletable(volume, inode);
    }
  }

  private static boolean isLastName(Inode inode) {
    return inode.kind() == FileKind.DIRECTORY || inode.links() <= 1;
  }

  /** Takes one from an inode's names; without any it is in the list of orphans. */
  private void loseName(Transaction change, Inode inode) throws IOException {
    InodeFields fields = touch(change, inode.number());
    if (isLastName(inode)) {
      var _ = fields.links(0);
      volume.orphans().add(change, inode.number());
    } else {
      var _ = fields.links(inode.links() - 1);
    }
  }

  /** After its last name was removed: frees it, if nobody has it open. */
  private void free(Inode inode) throws IOException {
    if (isLastName(inode)) {
      openFiles.unlinked(inode.number());
    }
  }

  // --- renaming ---

  /**
   * Moves a name. What had the new name before loses it.
   *
   * @throws IOException ENOENT; EEXIST, if nothing is to be replaced; EISDIR, ENOTDIR, ENOTEMPTY
   *     for what cannot be replaced by it; EINVAL for a directory that would get below itself;
   *     EMLINK
   */
  public void rename(Inode from, Name name, Inode to, Name newName, boolean replaces)
      throws IOException {
    Refusals.requireName("rename", name);
    Refusals.requireName("rename", newName);
    Optional<Inode> lost = withRoom(() -> renameNow(from, name, to, newName, replaces));
    if (lost.isPresent()) {
      free(lost.get());
    }
  }

  private Optional<Inode> renameNow(Inode from, Name name, Inode to, Name newName, boolean replaces)
      throws IOException {
    try (Transaction change = volume.begin(2 * CREDITS)) {
      Inode source = directory("rename", from);
      Inode target = directory("rename", to);
      Inode lost = new Renaming(this, volume, change, source, target).run(name, newName, replaces);
      change.stop();
      return Optional.ofNullable(lost);
    }
  }

  // --- for a renaming ---

  DirectoryEntry requireToRename(Inode directory, Name name) throws IOException {
    return require("rename", directory, name);
  }

  @Nullable DirectoryEntry lookUp(Inode directory, Name name) throws IOException {
    return find(directory, name);
  }

  void replaced(Transaction change, Inode inode, Name name) throws IOException {
    requireRemovable("rename over", inode, name);
    loseName(change, inode);
  }

  InodeFields touched(Transaction change, long number) throws IOException {
    return touch(change, number);
  }

  InodeFields touchedDirectory(Transaction change, long number) throws IOException {
    return touchDirectory(change, number);
  }

  // --- attributes ---

  /** Changes an inode's fields. */
  @FunctionalInterface
  public interface Edit {
    /** Does it. */
    void run(InodeFields fields);
  }

  private interface AttributeEdit {
    void run(AttributeEditor editor) throws IOException;
  }

  /** Changes what an inode says of itself; its change time becomes now. */
  public void edit(Inode seen, Edit edit) throws IOException {
    try (Transaction change = volume.begin(CREDITS)) {
      edit.run(touch(change, changeable(seen).number()));
      change.stop();
    }
  }

  /** Sets the lower 12 bits of an inode's mode; its change time becomes now. */
  public void setPermissions(Inode seen, int permissions) throws IOException {
    try (Transaction change = volume.begin(CREDITS)) {
      Inode inode = changeable(seen);
      new AttributeEditor(volume, change, inode.number()).follow(permissions);
      var _ = touch(change, inode.number()).mode(inode.kind().mode() | permissions & PERMISSIONS);
      change.stop();
    }
  }

  private Inode changeable(Inode seen) throws IOException {
    Inode inode = volume.inodes().current("change", seen);
    Refusals.requireChangeable("change", inode);
    return inode;
  }

  private void editAttributes(Inode seen, AttributeEdit edit) throws IOException {
    try (Transaction change = volume.begin(CREDITS)) {
      long number = changeable(seen).number();
      edit.run(new AttributeEditor(volume, change, number));
      var _ = touch(change, number);
      change.stop();
    }
  }

  /**
   * Sets an extended attribute.
   *
   * @throws IOException EOPNOTSUPP for a name of a kind that there is not
   */
  public void setAttribute(Inode seen, String name, byte[] value) throws IOException {
    var _ =
        withRoom(
            () -> {
              editAttributes(seen, editor -> editor.set(name, value));
              return name;
            });
  }

  /**
   * Removes an extended attribute.
   *
   * @throws IOException ENODATA when there is none of this name
   */
  public void removeAttribute(Inode seen, String name) throws IOException {
    editAttributes(
        seen,
        editor -> {
          if (!editor.remove(name)) {
            throw new BlockIoException(
                Errno.ENODATA, "remove attribute", name, seen + " has none of it");
          }
        });
  }
}
