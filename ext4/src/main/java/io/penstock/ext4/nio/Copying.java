package io.penstock.ext4.nio;

import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.PooledBuffer;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.FileRun;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.NewNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies from one volume to the same or another: a file with its holes, one name at a time. */
final class Copying {
  private static final int CHUNK = 1 << 20;

  /** What remains of permissions that are not copied on purpose. */
  private static final int NOT_MASKED = 0755;

  private final Ext4Path source;
  private final Ext4Path target;
  private final Set<CopyOption> options;

  Copying(Ext4Path source, Ext4Path target, CopyOption... options) {
    this.source = source;
    this.target = target;
    this.options = Set.of(options);
    for (CopyOption each : options) {
      if (each != StandardCopyOption.REPLACE_EXISTING
          && each != StandardCopyOption.COPY_ATTRIBUTES
          && each != LinkOption.NOFOLLOW_LINKS) {
        throw new UnsupportedOperationException(each + " does not go with a copy");
      }
    }
  }

  /** Copies it; a directory without what is in it. */
  void run() throws IOException {
    boolean follow = !options.contains(LinkOption.NOFOLLOW_LINKS);
    Ext4Node node = source.getFileSystem().nodeThere(source, follow);
    Changes changes = new Changes(target.getFileSystem());
    Ext4Node there = at(target);
    if (there != null) {
      if (there.volume() == node.volume() && there.number() == node.number()) {
        return;
      }
      if (!options.contains(StandardCopyOption.REPLACE_EXISTING)) {
        throw new FileAlreadyExistsException(target.toString());
      }
      changes.delete(target);
    }
    Changes.Place place = changes.place(target);
    Changes.run(source, target, () -> copy(node, place));
  }

  private static @Nullable Ext4Node at(Ext4Path path) throws IOException {
    try {
      return path.getFileSystem().node(path, false);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  private void copy(Ext4Node node, Changes.Place place) throws IOException {
    Inode inode = node.inode();
    int permissions = inode.mode() & NOT_MASKED;
    NewNode wanted =
        switch (node.kind()) {
          case SYMBOLIC_LINK -> NewNode.link(node.target());
          case CHARACTER_DEVICE, BLOCK_DEVICE ->
              NewNode.device(
                  node.kind(), permissions, (int) (inode.device() >>> 32), (int) inode.device());
          default -> NewNode.of(node.kind(), permissions);
        };
    Ext4Node made = place.directory().create(place.name(), wanted);
    try {
      if (node.kind() == FileKind.REGULAR) {
        contents(node, made);
      }
      if (options.contains(StandardCopyOption.COPY_ATTRIBUTES)) {
        attributes(node, made);
      }
    } catch (IOException | RuntimeException failure) {
      remove(place, failure);
      throw failure;
    }
  }

  /** What was copied in part only is not left there. */
  private void remove(Changes.Place place, Exception failure) {
    try {
      if (place.node() != null) {
        new Changes(target.getFileSystem()).delete(target);
      }
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private static void contents(Ext4Node node, Ext4Node made) throws IOException {
    int shift = node.volume().geometry().blockShift();
    try (Ext4File in = node.open();
        Ext4File out = made.open();
        PooledBuffer pooled = BufferPool.shared().takeNow(CHUNK)) {
      long size = in.size();
      node.runs(run -> copyRun(run, shift, size, in, out, pooled));
      if (out.size() < size) { // a hole at the end
        out.truncate(size);
      }
    }
  }

  private static void copyRun(
      FileRun run, int shift, long size, Ext4File in, Ext4File out, PooledBuffer pooled)
      throws IOException {
    if (run.kind() != MappingKind.MAPPED) {
      return;
    }
    long at = run.fileBlock() << shift;
    long end = Math.min(size, run.fileBlock() + run.blocks() << shift);
    while (at < end) {
      int wanted = (int) Math.min(CHUNK, end - at);
      ByteBuffer chunk = pooled.segment().asSlice(0, wanted).asByteBuffer();
      if (in.read(chunk, at) <= 0) {
        return;
      }
      chunk.flip();
      int bytes = chunk.remaining();
      out.write(chunk, at);
      at += bytes;
    }
  }

  private static void attributes(Ext4Node node, Ext4Node made) throws IOException {
    Inode inode = node.inode();
    List<String> wanted = node.attributeNames();
    for (String inherited : made.attributeNames()) { // an access list of the directory it is in
      if (!wanted.contains(inherited)) {
        made.removeAttribute(inherited);
      }
    }
    for (String each : wanted) {
      byte[] value = node.attribute(each);
      if (value != null) {
        made.setAttribute(each, value);
      }
    }
    made.setOwner(inode.uid(), inode.gid());
    if (node.kind() != FileKind.SYMBOLIC_LINK) {
      made.setPermissions(inode.mode() & 07777);
    }
    made.setTimes(inode.modificationTime(), inode.accessTime(), null);
  }

  /** Moves it to another volume: copied with its attributes, then deleted. */
  void move() throws IOException {
    Ext4Node node = source.getFileSystem().node(source, false);
    if (node.kind() == FileKind.DIRECTORY) {
      try (var stream = Files.newDirectoryStream(source)) {
        if (stream.iterator().hasNext()) {
          throw new DirectoryNotEmptyException(source.toString());
        }
      }
    }
    run();
    new Changes(source.getFileSystem()).delete(source);
  }
}
