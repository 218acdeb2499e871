package io.penstock.cli.ext4;

import io.penstock.core.map.MappingKind;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.FileRun;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.Name;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Copies files from a volume to the host. Only creates: a name that is there already is an error,
 * so that no link on a damaged volume leads the copy elsewhere. What the host cannot have is left
 * out, with a note. Not thread-safe.
 */
final class Extraction {
  private final Ext4Volume volume;
  private final TreeCopy told;
  private final Map<Long, Path> linked = new HashMap<>();
  private final Set<Long> directories = new HashSet<>();

  Extraction(Ext4Volume volume, TreeCopy told) {
    this.volume = volume;
    this.told = told;
  }

  /** Copies what a name leads to, and all below it. */
  void copy(Ext4Node node, Path target, boolean isThere) throws IOException {
    told.name();
    switch (node.kind()) {
      case REGULAR -> file(node, target);
      case DIRECTORY -> directory(node, target, isThere);
      case SYMBOLIC_LINK -> link(node, target);
      case CHARACTER_DEVICE, BLOCK_DEVICE, FIFO, SOCKET, UNKNOWN ->
          told.leaveOut(target, "it is a " + node.kind());
    }
  }

  private void directory(Ext4Node node, Path target, boolean isThere) throws IOException {
    if (!directories.add(node.number())) {
      told.leaveOut(target, "the directory has two names, or is inside itself");
      return;
    }
    if (!isThere) {
      Files.createDirectory(target);
    }
    for (DirectoryEntry each : Subtree.entries(node)) {
      Path below = target.resolve(nameOf(each.name()));
      Ext4Node child = volume.node(each.inode());
      copy(child, below, false);
    }
    attributes(node.inode(), target);
  }

  /** The host's name: bytes that are no text are shown as their numbers. */
  private static String nameOf(Name name) {
    return name.isText() ? name.toString() : Listing.shown(name);
  }

  private void link(Ext4Node node, Path target) throws IOException {
    Name to = Name.of(node.target());
    if (!to.isText()) {
      told.leaveOut(target, "its target is no text");
      return;
    }
    Files.createSymbolicLink(target, Path.of(to.toString()));
    times(node.inode(), target);
  }

  private void file(Ext4Node node, Path target) throws IOException {
    Path first = node.inode().links() > 1 ? linked.putIfAbsent(node.number(), target) : null;
    if (first != null) {
      Files.createLink(target, first);
      told.pass(node.inode().size());
      return;
    }
    try (Ext4File file = node.open();
        FileChannel out =
            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      int shift = volume.geometry().blockShift();
      node.runs(run -> data(run, shift, file, out));
      if (out.size() < file.size()) { // a hole at the end
        out.write(ByteBuffer.allocate(1), file.size() - 1);
      }
    }
    told.pass(node.inode().size());
    attributes(node.inode(), target);
  }

  private void data(FileRun run, int shift, Ext4File file, FileChannel out) throws IOException {
    if (run.kind() != MappingKind.MAPPED) {
      return;
    }
    long at = run.fileBlock() << shift;
    long end = Math.min(file.size(), (run.fileBlock() + run.blocks()) << shift);
    while (at < end) {
      // whole blocks, so that the last read is aligned too
      long wanted = Math.min(TreeCopy.CHUNK, (end - at + (1L << shift) - 1) >> shift << shift);
      long read = Math.min(file.read(told.memory(wanted), at), end - at);
      if (read <= 0) {
        return;
      }
      var buffer = told.memory(read).asByteBuffer();
      while (buffer.hasRemaining()) {
        at += out.write(buffer, at);
      }
      told.moved(read, at);
    }
  }

  private static void attributes(Inode inode, Path target) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from owner's read on
    for (int bit = 0; bit < all.length; bit++) {
      if ((inode.mode() & 0400 >> bit) != 0) {
        permissions.add(all[bit]);
      }
    }
    if (Files.getFileStore(target).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(target, permissions);
    }
    times(inode, target);
  }

  private static void times(Inode inode, Path target) throws IOException {
    Files.getFileAttributeView(target, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(FileTime.from(inode.modificationTime()), FileTime.from(inode.accessTime()), null);
  }
}
