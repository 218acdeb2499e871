package io.penstock.ext4.host;

import io.penstock.core.map.MappingKind;
import io.penstock.core.memory.IoArena;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Node;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.format.DirectoryEntry;
import io.penstock.ext4.format.FileKind;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.linux.ExtentMap;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Compares a volume with a directory of the host: the same volume mounted, or what it was filled
 * from. Throws at the first difference.
 */
public final class Comparison {
  private static final int CHUNK = 1 << 20;
  private static final long WHOLE = 64L << 20;
  private static final long QUICK = 1L << 20;
  private static final int O_RDONLY = 0;

  private final Ext4Volume volume;
  private final boolean same;
  private final long whole;
  private final Set<Long> seen = new HashSet<>();
  private long files;
  private long bytes;
  private long extents;
  private long attributes;

  private Comparison(Ext4Volume volume, boolean same, long whole) {
    this.volume = volume;
    this.same = same;
    this.whole = whole;
  }

  /** With the same volume, mounted there: everything has to be the same. */
  public static Comparison withMount(Ext4Volume volume, Path mounted) throws IOException {
    return new Comparison(volume, true, WHOLE).run(mounted);
  }

  /** With the same volume, mounted there; of large files only what is no hole. */
  public static Comparison quick(Ext4Volume volume, Path mounted) throws IOException {
    return new Comparison(volume, true, QUICK).run(mounted);
  }

  /** With what it was filled from by mke2fs: numbers, places and change times are its own. */
  public static Comparison withSource(Ext4Volume volume, Path source) throws IOException {
    return new Comparison(volume, false, WHOLE).run(source);
  }

  private Comparison run(Path top) throws IOException {
    try (IoArena arena = IoArena.ofShared()) {
      node(
          top.toString().getBytes(),
          volume.root(),
          arena.allocate(CHUNK, 4096),
          arena.allocate(CHUNK, 4096));
    }
    return this;
  }

  public long files() {
    return files;
  }

  public long bytes() {
    return bytes;
  }

  public long extents() {
    return extents;
  }

  public long attributes() {
    return attributes;
  }

  private static void differ(byte[] path, String what, Object host, Object here)
      throws IOException {
    throw new IOException(
        new String(path) + ": " + what + " is " + host + " for the host, " + here + " here");
  }

  private static void same(byte[] path, String what, Object host, Object here) throws IOException {
    if (!host.equals(here)) {
      differ(path, what, host, here);
    }
  }

  private void node(byte[] path, Ext4Node node, MemorySegment a, MemorySegment b)
      throws IOException {
    HostStat stat = Libc.stat(path);
    files++;
    status(path, stat, node);
    boolean again = !seen.add(node.number());
    if (again && node.kind() == FileKind.DIRECTORY) {
      throw new IOException(new String(path) + " was seen before");
    }
    if (again) {
      return;
    }
    attributes(path, node);
    switch (node.kind()) {
      case DIRECTORY -> directory(path, node, a, b);
      case REGULAR -> contents(path, stat, node, a, b);
      case SYMBOLIC_LINK ->
          same(path, "target", Name.of(Libc.readLink(path)), Name.of(node.target()));
      default -> {}
    }
    if (same && (stat.type() == 0x8000 || stat.type() == 0x4000)) {
      extents(path, node);
    }
  }

  private void status(byte[] path, HostStat stat, Ext4Node node) throws IOException {
    Inode inode = node.inode();
    same(path, "mode", stat.mode(), inode.mode());
    same(path, "uid", stat.uid(), inode.uid());
    same(path, "gid", stat.gid(), inode.gid());
    if (stat.type() != 0x4000 || same) {
      same(path, "size", stat.size(), inode.size());
      same(path, "links", stat.links(), (long) inode.links());
    }
    if (stat.type() == 0x2000 || stat.type() == 0x6000) {
      same(path, "device", stat.device(), inode.device());
    }
    if (same) {
      same(path, "inode", stat.inode(), inode.number());
      // the kernel counts what lies in the inode as if it took blocks
      boolean inside = inode.has(InodeFlag.INLINE_DATA) && stat.type() == 0x8000;
      long more = inside ? (inode.size() + 511) / 512 : 0;
      same(path, "blocks", stat.sectors(), inode.sectors() + more);
      same(path, "access time", stat.accessTime(), inode.accessTime());
      same(path, "change time", stat.changeTime(), inode.changeTime());
      same(path, "modification time", stat.modificationTime(), inode.modificationTime());
      if (inode.creationTime() != null) {
        same(path, "creation time", stat.birthTime(), inode.creationTime());
      }
    } else if (stat.type() != 0x4000) {
      same(
          path,
          "modification time",
          (long) (int) stat.modificationTime().getEpochSecond(), // mke2fs keeps 32 bits of it
          inode.modificationTime().getEpochSecond());
    }
  }

  private void attributes(byte[] path, Ext4Node node) throws IOException {
    List<String> expected = new ArrayList<>(Libc.attributeNames(path));
    List<String> found = new ArrayList<>(node.attributeNames());
    expected.sort(null);
    found.sort(null);
    same(path, "attributes", expected, found);
    for (String each : expected) {
      byte[] host = Libc.attribute(path, each);
      byte[] here = node.attribute(each);
      if (!Arrays.equals(host, here)) {
        differ(path, "attribute " + each, Arrays.toString(host), Arrays.toString(here));
      }
      attributes++;
    }
  }

  private void directory(byte[] path, Ext4Node node, MemorySegment a, MemorySegment b)
      throws IOException {
    TreeMap<Name, DirectoryEntry> here = new TreeMap<>();
    Ext4Node.Entries entries = node.entries();
    for (DirectoryEntry each = entries.next(); each != null; each = entries.next()) {
      if (here.put(each.name(), each) != null) {
        differ(path, "entries", "one", "twice " + each);
      }
    }
    here.remove(Name.of("."));
    here.remove(Name.of(".."));
    if (!same) {
      here.remove(Name.of("lost+found"));
    }
    Set<Name> host = new HashSet<>();
    for (byte[] each : Libc.list(path)) {
      if (same || !Arrays.equals(each, "lost+found".getBytes())) {
        host.add(Name.of(each));
      }
    }
    same(path, "names", host, new HashSet<>(here.keySet()));
    for (DirectoryEntry each : here.values()) {
      DirectoryEntry found = node.find(each.name());
      same(path, "look-up of " + each.name(), each, found == null ? "nothing" : found);
      Ext4Node child = volume.node(each.inode());
      if (each.kind() != FileKind.UNKNOWN) {
        same(path, "kind of entry " + each.name(), child.kind(), each.kind());
      }
      node(join(path, each.name().bytes()), child, a, b);
    }
    if (node.find(Name.of("not there, surely")) != null) {
      differ(path, "look-up of what is not there", "nothing", "something");
    }
  }

  public static byte[] join(byte[] path, byte[] name) {
    byte[] whole = Arrays.copyOf(path, path.length + 1 + name.length);
    whole[path.length] = '/';
    System.arraycopy(name, 0, whole, path.length + 1, name.length);
    return whole;
  }

  private void contents(byte[] path, HostStat stat, Ext4Node node, MemorySegment a, MemorySegment b)
      throws IOException {
    int host = Libc.open(path, O_RDONLY);
    try (Ext4File file = node.open()) {
      same(path, "size of the open file", stat.size(), file.size());
      if (stat.size() <= whole) {
        range(path, host, file, 0, stat.size(), a, b);
      } else {
        int shift = volume.geometry().blockShift();
        List<long[]> ranges = new ArrayList<>();
        node.runs(
            run -> {
              long from = run.fileBlock() << shift;
              long length = Math.min(run.blocks() << shift, stat.size() - from);
              // of what should be zeros the ends are enough: the extents are compared too
              long most =
                  run.kind() == MappingKind.MAPPED
                      ? Long.MAX_VALUE
                      : whole == WHOLE ? 3 * CHUNK : CHUNK;
              ranges.add(new long[] {from, Math.min(length, most)});
              if (length > most) {
                ranges.add(new long[] {from + length - CHUNK, CHUNK});
              }
            });
        for (long[] each : ranges) {
          range(path, host, file, each[0], each[1], a, b);
        }
      }
    } finally {
      Libc.close(host);
    }
  }

  private void range(
      byte[] path,
      int host,
      Ext4File file,
      long from,
      long length,
      MemorySegment a,
      MemorySegment b)
      throws IOException {
    for (long done = 0; done < length; ) {
      long wanted = Math.min(CHUNK, length - done);
      long expected = 0;
      while (expected < wanted) {
        long read = Libc.read(host, a.asSlice(expected, wanted - expected), from + done + expected);
        if (read == 0) {
          break;
        }
        expected += read;
      }
      b.fill((byte) 0x5A);
      long read = file.read(b.asSlice(0, CHUNK), from + done);
      if (read < expected) {
        differ(path, "length of a read at " + (from + done), expected, read);
      }
      long mismatch = a.asSlice(0, expected).mismatch(b.asSlice(0, expected));
      if (mismatch >= 0) {
        differ(
            path,
            "byte " + (from + done + mismatch),
            a.get(java.lang.foreign.ValueLayout.JAVA_BYTE, mismatch),
            b.get(java.lang.foreign.ValueLayout.JAVA_BYTE, mismatch));
      }
      done += expected;
      bytes += expected;
    }
  }

  private record Extent(long start, long length, long physical, boolean unwritten) {}

  private void extents(byte[] path, Ext4Node node) throws IOException {
    if (!Name.of(path).isText() || node.inode().has(InodeFlag.INLINE_DATA)) {
      return;
    }
    Optional<List<ExtentMap.Extent>> told = ExtentMap.of(Path.of(new String(path)));
    if (told.isEmpty()) {
      return;
    }
    int shift = volume.geometry().blockShift();
    long end = (node.inode().size() + (1L << shift) - 1) >> shift << shift;
    List<Extent> host = new ArrayList<>();
    for (ExtentMap.Extent each : told.get()) {
      long length = Math.min(each.length(), end - each.start());
      if (length > 0) {
        merge(host, new Extent(each.start(), length, each.physical(), each.isUnwritten()));
      }
    }
    List<Extent> here = new ArrayList<>();
    node.runs(
        run -> {
          if (run.kind() != MappingKind.HOLE) {
            merge(
                here,
                new Extent(
                    run.fileBlock() << shift,
                    run.blocks() << shift,
                    run.block() << shift,
                    run.kind() == MappingKind.UNWRITTEN));
          }
        });
    same(path, "extents", host, here);
    extents += here.size();
  }

  private static void merge(List<Extent> list, Extent next) {
    if (!list.isEmpty()) {
      Extent last = list.getLast();
      if (last.start + last.length == next.start
          && last.physical + last.length == next.physical
          && last.unwritten == next.unwritten) {
        list.set(
            list.size() - 1,
            new Extent(last.start, last.length + next.length, last.physical, last.unwritten));
        return;
      }
    }
    list.add(next);
  }
}
