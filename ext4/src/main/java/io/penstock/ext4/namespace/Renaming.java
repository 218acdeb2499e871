package io.penstock.ext4.namespace;

import io.penstock.core.error.Errno;
import io.penstock.ext4.dir.Directory;
import io.penstock.ext4.dir.DirectoryEditor;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One name that moves, within a transaction. */
final class Renaming {
  private final Namespace names;
  private final VolumeWriter volume;
  private final Transaction change;
  private final Inode source;
  private final Inode target;
  private final long from;
  private final long to;

  /** From one directory to another. */
  Renaming(Namespace names, VolumeWriter volume, Transaction change, Inode source, Inode target) {
    this.names = names;
    this.volume = volume;
    this.change = change;
    this.source = source;
    this.target = target;
    from = source.number();
    to = target.number();
  }

  /**
   * Moves it.
   *
   * @return the inode as it was that has lost the new name, or null
   */
  @Nullable Inode run(Name name, Name newName, boolean replaces) throws IOException {
    DirectoryEntry entry = names.requireToRename(source, name);
    Inode moved = volume.inodes().read(entry.inode());
    Refusals.requireChangeable("rename", moved);
    boolean isDirectory = moved.kind() == FileKind.DIRECTORY;
    if (isDirectory && from != to) {
      requireOutside(moved, name);
    }
    DirectoryEntry there = names.lookUp(target, newName);
    if (there != null && there.inode() == entry.inode()) {
      return null; // two names of one file, or one name: nothing is to be done
    }
    Inode lost = there == null ? null : volume.inodes().read(there.inode());
    if (lost != null) {
      requireReplaceable(moved, lost, newName, replaces);
    }
    put(newName, moved, lost);
    new DirectoryEditor(volume, change, from).remove(name);
    count(moved, lost);
    var _ = names.touched(change, moved.number());
    return lost;
  }

  /** A directory must not get below itself: nothing would lead to it any more. */
  private void requireOutside(Inode moved, Name name) throws IOException {
    long at = to;
    for (long left = volume.geometry().superblock().inodes(); left > 0; left--) {
      if (at == moved.number()) {
        throw Refusals.of(
            Errno.EINVAL,
            "rename",
            name,
            "the directory would get below itself; move what is in it");
      }
      if (at == Inode.ROOT) {
        return;
      }
      Inode directory = volume.inodes().read(at);
      DirectoryEntry up = Directory.of(directory, volume.table()).find(Name.of(".."));
      if (up == null) {
        throw directory.place().structure("directory").damaged("it has no entry for its parent");
      }
      at = up.inode();
    }
    throw moved.place().damaged("the directories above inode " + to + " lead in a circle");
  }

  private static void requireReplaceable(Inode moved, Inode lost, Name newName, boolean replaces)
      throws IOException {
    if (!replaces) {
      throw Refusals.of(
          Errno.EEXIST, "rename", newName, "it is there already; remove it, or say to replace it");
    }
    boolean isDirectory = moved.kind() == FileKind.DIRECTORY;
    if (isDirectory != (lost.kind() == FileKind.DIRECTORY)) {
      throw Refusals.of(
          isDirectory ? Errno.ENOTDIR : Errno.EISDIR,
          "rename",
          newName,
          "a " + lost.kind() + " cannot be replaced by a " + moved.kind() + "; remove it before");
    }
  }

  private void put(Name newName, Inode moved, @Nullable Inode lost) throws IOException {
    DirectoryEditor editor = new DirectoryEditor(volume, change, to);
    if (lost == null) {
      editor.insert(new DirectoryEntry(newName, moved.number(), moved.kind()));
    } else {
      names.replaced(change, lost, newName);
      editor.replace(newName, moved.number(), moved.kind());
    }
  }

  /** Directories count the directories in them. */
  private void count(Inode moved, @Nullable Inode lost) throws IOException {
    boolean isDirectory = moved.kind() == FileKind.DIRECTORY;
    if (isDirectory && from != to) {
      new DirectoryEditor(volume, change, moved.number()).parent(to);
    }
    InodeFields sourceFields = names.touchedDirectory(change, from);
    InodeFields targetFields = names.touchedDirectory(change, to);
    if (isDirectory && lost != null) {
      Links.removeDirectory(targetFields);
    }
    if (isDirectory && from != to) {
      Links.removeDirectory(sourceFields);
      Links.addDirectory(targetFields, volume.geometry().superblock());
    }
  }
}
