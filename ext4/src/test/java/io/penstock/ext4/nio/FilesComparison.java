package io.penstock.ext4.nio;

import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.HostStat;
import io.penstock.ext4.host.Libc;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Compares what {@code java.nio.file} shows of a volume with a directory of the host: with all
 * attributes where that is the same volume, mounted; with those that a copy has otherwise.
 */
final class FilesComparison extends SimpleFileVisitor<Path> {
  private static final int CHUNK = 1 << 16;
  private static final long MOST_CONTENTS = 8L << 20;

  private final Path top;
  private final byte[] host;
  private final boolean same;
  private boolean directories = true;
  private long names;
  private long listed;

  FilesComparison(Path top, Path host, boolean same) {
    this.top = top;
    this.host = host.toString().getBytes();
    this.same = same;
  }

  /** Of directories nothing but what is in them: they were made anew. */
  FilesComparison withoutDirectories() {
    directories = false;
    return this;
  }

  /** Compares all; how many names there are. */
  long run() throws IOException {
    Files.walkFileTree(top, this);
    if (listed != names - 1) {
      throw new IOException("the host lists " + listed + " names, the walk " + (names - 1));
    }
    return names;
  }

  private byte[] hostPath(Path path) {
    Path below = top.relativize(path);
    byte[] bytes = ((Ext4Path) below).bytes();
    return bytes.length == 0 || below.toString().isEmpty() ? host : Comparison.join(host, bytes);
  }

  private static void same(Path path, String what, Object host, Object here) throws IOException {
    if (!host.equals(here)) {
      throw new IOException(
          path + ": " + what + " is " + host + " for the host, " + here + " here");
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes)
      throws IOException {
    if (!same && path.equals(top.resolve("lost+found"))) {
      return FileVisitResult.SKIP_SUBTREE; // a volume has it of its own
    }
    node(path, attributes);
    listed += Libc.list(hostPath(path)).size();
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
    node(path, attributes);
    return FileVisitResult.CONTINUE;
  }

  private void node(Path path, BasicFileAttributes attributes) throws IOException {
    names++;
    if (!directories && attributes.isDirectory()) {
      return;
    }
    HostStat stat = Libc.stat(hostPath(path));
    Map<String, Object> all = Files.readAttributes(path, "unix:*", LinkOption.NOFOLLOW_LINKS);
    same(path, "mode", stat.mode(), all.get("mode"));
    same(path, "uid", (int) stat.uid(), all.get("uid"));
    same(path, "gid", (int) stat.gid(), all.get("gid"));
    same(path, "owner", Long.toString(stat.uid()), all.get("owner").toString());
    same(path, "directory", stat.type() == 0x4000, attributes.isDirectory());
    same(path, "regular file", stat.type() == 0x8000, attributes.isRegularFile());
    same(path, "symbolic link", stat.type() == 0xA000, attributes.isSymbolicLink());
    if (same || stat.type() != 0x4000) {
      same(path, "links", (int) stat.links(), all.get("nlink"));
      same(path, "size", stat.size(), attributes.size());
    }
    if (same) {
      same(path, "inode", stat.inode(), all.get("ino"));
      same(path, "modified", FileTime.from(stat.modificationTime()), all.get("lastModifiedTime"));
      same(path, "accessed", FileTime.from(stat.accessTime()), all.get("lastAccessTime"));
      same(path, "changed", FileTime.from(stat.changeTime()), all.get("ctime"));
    }
    userAttributes(path);
    if (attributes.isRegularFile() && attributes.size() <= MOST_CONTENTS) {
      contents(path);
    } else if (attributes.isSymbolicLink()) {
      Ext4Path target = (Ext4Path) Files.readSymbolicLink(path);
      same(path, "target", NameText.of(Libc.readLink(hostPath(path))), NameText.of(target.bytes()));
    }
  }

  private void userAttributes(Path path) throws IOException {
    List<String> host =
        Libc.attributeNames(hostPath(path)).stream()
            .filter(name -> name.startsWith("user."))
            .sorted()
            .toList();
    Map<String, Object> here = Files.readAttributes(path, "user:*", LinkOption.NOFOLLOW_LINKS);
    same(path, "attributes", host, here.keySet().stream().map("user."::concat).sorted().toList());
    for (String each : host) {
      byte[] value = (byte[]) here.get(each.substring("user.".length()));
      same(
          path,
          each,
          Arrays.toString(Libc.attribute(hostPath(path), each)),
          Arrays.toString(value));
    }
  }

  private void contents(Path path) throws IOException {
    int open = Libc.open(hostPath(path), 0);
    try (InputStream in = Files.newInputStream(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(CHUNK);
      for (long at = 0; ; ) {
        int read = (int) Libc.read(open, buffer, at);
        byte[] expected = buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
        byte[] found = in.readNBytes(read == 0 ? 1 : read);
        if (!Arrays.equals(expected, found)) {
          throw new IOException(path + " differs between " + at + " and " + (at + read));
        }
        if (read == 0) {
          return;
        }
        at += read;
      }
    } finally {
      Libc.close(open);
    }
  }
}
