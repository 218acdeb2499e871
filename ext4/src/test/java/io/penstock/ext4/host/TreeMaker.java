package io.penstock.ext4.host;

import io.penstock.testkit.Dice;
import io.penstock.testkit.Pattern;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * Fills a directory with files of all kinds, as one seed says: empty, tiny, of some blocks,
 * fragmented, sparse, set aside, with hard links; directories of few and many names, deep ones; odd
 * names; all kinds of symbolic links; device nodes; extended attributes; times far away.
 */
public final class TreeMaker {
  private static final int O_RDWR = 2;
  private static final int KEEP_SIZE = 1;

  private final Dice dice;
  private final Path top;
  private final boolean onVolume;
  private final boolean largeTimes;
  private final int least;
  private boolean largeAttributes = true;
  private int made;

  /**
   * A maker.
   *
   * @param least so many files, and some hundreds more
   * @param onVolume whether the directory is on the volume itself, where space may be set aside
   * @param largeTimes whether inodes have room for nanoseconds and times after 2038
   */
  public TreeMaker(long seed, Path top, int least, boolean onVolume, boolean largeTimes) {
    dice = new Dice(seed);
    this.top = top;
    this.least = least;
    this.onVolume = onVolume;
    this.largeTimes = largeTimes;
  }

  /** Without attributes that do not fit a small block: mke2fs gives up where the kernel refuses. */
  public TreeMaker withoutLargeAttributes() {
    largeAttributes = false;
    return this;
  }

  /** Makes the tree. */
  public void make() throws IOException {
    regularFiles();
    deep();
    manyNames();
    oddNames();
    links();
    nodes();
    attributes();
    times();
  }

  private void write(Path file, int length) throws IOException {
    Files.write(file, bytes(++made, length));
  }

  private byte[] bytes(int id, int length) {
    byte[] bytes = new byte[length];
    Pattern.fill(MemorySegment.ofArray(bytes), 0, length, id, 0);
    return bytes;
  }

  private void regularFiles() throws IOException {
    Path files = Files.createDirectory(top.resolve("files"));
    int[] lengths = {0, 1, 59, 60, 61, 100, 160, 511, 512, 1023, 1024, 4095, 4096, 4097, 70000};
    for (int length : lengths) {
      write(files.resolve("of-" + length), length);
    }
    for (int i = 0; i < least / 20; i++) {
      write(files.resolve("any-" + i), dice.below(30000));
    }
    write(files.resolve("large"), 3_000_000);
    sparse(files.resolve("sparse"), 40, 1 << 20);
    sparse(files.resolve("sparse-in-small-steps"), 300, 1 << 16);
    fragmented(files.resolve("fragmented-a"), files.resolve("fragmented-b"), 300);
    if (onVolume) {
      setAside(files.resolve("set-aside"));
    }
    try (RandomAccessFile open = new RandomAccessFile(files.resolve("huge").toFile(), "rw")) {
      open.setLength((1L << 31) + 5);
      open.seek((1L << 31) - 3);
      open.write(bytes(++made, 8));
    }
    Path hard = files.resolve("linked");
    write(hard, 5000);
    for (int i = 0; i < 5; i++) {
      Files.createLink(files.resolve("linked-" + i), hard);
    }
  }

  private void sparse(Path file, int pieces, int step) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      for (int i = 0; i < pieces; i++) {
        open.seek((long) i * step + dice.below(step));
        open.write(bytes(++made, 1 + dice.below(3000)));
      }
    }
  }

  /** Two files that grow in turns, each block made durable, so that neither lies in one piece. */
  private void fragmented(Path one, Path other, int pieces) throws IOException {
    try (FileChannel a = channel(one);
        FileChannel b = channel(other)) {
      for (int i = 0; i < pieces; i++) {
        // every second block only: extents cannot be put together
        long position = (long) i * 2 * 4096;
        a.write(ByteBuffer.wrap(bytes(++made, 4096)), position);
        b.write(ByteBuffer.wrap(bytes(++made, 1024)), position);
        if (onVolume && i % 50 == 0) {
          a.force(false);
          b.force(false);
        }
      }
    }
  }

  private static FileChannel channel(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
  }

  private void setAside(Path file) throws IOException {
    write(file, 10_000);
    int open = Libc.open(file.toString().getBytes(StandardCharsets.UTF_8), O_RDWR);
    try {
      Libc.allocate(open, 0, 100_000, 300_000);
      Libc.allocate(open, KEEP_SIZE, 500_000, 100_000);
    } catch (Libc.Failure e) {
      if (e.errno() != 95) { // EOPNOTSUPP: ext2 and ext3 cannot
        throw e;
      }
    } finally {
      Libc.close(open);
    }
    try (RandomAccessFile random = new RandomAccessFile(file.toFile(), "rw")) {
      random.seek(200_001);
      random.write(bytes(++made, 5000));
    }
  }

  private void deep() throws IOException {
    Path at = top.resolve("deep");
    for (int i = 0; i < 40; i++) {
      Files.createDirectory(at);
      write(at.resolve("file"), 10 * i);
      at = at.resolve("level-" + i);
    }
  }

  private void manyNames() throws IOException {
    Path few = Files.createDirectory(top.resolve("some-names"));
    for (int i = 0; i < 40; i++) {
      write(few.resolve("n" + i), i);
    }
    Path many = Files.createDirectory(top.resolve("many-names"));
    for (int i = 0; i < least; i++) {
      String name = "name-" + i + "-" + "x".repeat(dice.below(60));
      if (i % 10 == 0) {
        Files.createDirectory(many.resolve(name));
      } else {
        Files.createFile(many.resolve(name));
      }
    }
    Path removed = Files.createDirectory(top.resolve("names-removed"));
    for (int i = 0; i < least / 10; i++) {
      Files.createFile(removed.resolve("gone-" + i));
    }
    for (int i = 0; i < least / 10; i++) {
      if (i % 3 != 0) {
        Files.delete(removed.resolve("gone-" + i));
      }
    }
  }

  private void oddNames() throws IOException {
    Path odd = Files.createDirectory(top.resolve("odd"));
    byte[][] names = {
      {(byte) 0xFF, (byte) 0xFE},
      {'n', '\n', 'l'},
      {1},
      "spaces at the end  ".getBytes(StandardCharsets.UTF_8),
      "grün-Ω-漢字".getBytes(StandardCharsets.UTF_8),
      "a".repeat(255).getBytes(StandardCharsets.UTF_8),
      "...".getBytes(StandardCharsets.UTF_8),
      "-rf".getBytes(StandardCharsets.UTF_8),
      {'\\', '"', '\''},
    };
    for (int i = 0; i < names.length; i++) {
      Path file = odd.resolve("plain-" + i);
      write(file, 100 + i);
      rename(file, odd, names[i]);
    }
    for (int i = 0; i < least / 20; i++) {
      byte[] name = new byte[1 + dice.below(30)];
      for (int j = 0; j < name.length; j++) {
        int each = 1 + dice.below(255);
        name[j] = (byte) (each == '/' || each == '.' ? '_' : each);
      }
      Path file = odd.resolve("plain");
      write(file, 10);
      rename(file, odd, name);
    }
  }

  private static void rename(Path from, Path directory, byte[] name) throws IOException {
    Libc.rename(
        from.toString().getBytes(StandardCharsets.UTF_8),
        Comparison.join(directory.toString().getBytes(StandardCharsets.UTF_8), name));
  }

  private void links() throws IOException {
    Path links = Files.createDirectory(top.resolve("links"));
    int[] lengths = {1, 58, 59, 60, 61, 150, 500, 1000};
    for (int length : lengths) {
      Files.createSymbolicLink(links.resolve("of-" + length), Path.of("t".repeat(length)));
    }
    Files.createSymbolicLink(links.resolve("relative"), Path.of("../files/of-100"));
    Files.createSymbolicLink(links.resolve("absolute"), Path.of("/files/of-61"));
    Files.createSymbolicLink(links.resolve("to-directory"), Path.of("../deep/level-0"));
    Files.createSymbolicLink(links.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(links.resolve("dangling"), Path.of("nowhere"));
  }

  private void nodes() throws IOException {
    Path nodes = Files.createDirectory(top.resolve("nodes"));
    Libc.makeNode(path(nodes, "fifo"), 0x1000 | 0644, 0);
    Libc.makeNode(path(nodes, "socket"), 0xC000 | 0644, 0);
    Libc.makeNode(path(nodes, "character"), 0x2000 | 0600, 1 << 8 | 3);
    Libc.makeNode(
        path(nodes, "block"), 0x6000 | 0600, 300L << 8 | 0x12345L << 12 & 0xFFF00000L | 7);
    Libc.changeOwner(path(nodes, "fifo"), 70_000, 80_000);
    for (int mode : new int[] {0, 0777, 07777, 04755, 01700}) {
      Path file = nodes.resolve("mode-" + Integer.toOctalString(mode));
      write(file, 3);
      Tools.must("chmod", Integer.toOctalString(mode), file.toString());
    }
  }

  private static byte[] path(Path directory, String name) {
    return directory.resolve(name).toString().getBytes(StandardCharsets.UTF_8);
  }

  private void attributes() throws IOException {
    Path with = Files.createDirectory(top.resolve("attributes"));
    for (int i = 0; i < 12; i++) {
      Path file = with.resolve("with-" + i);
      write(file, 50 * i);
      byte[] path = file.toString().getBytes(StandardCharsets.UTF_8);
      for (int j = 0; j <= i % 5; j++) {
        set(path, "user.attribute-" + j, bytes(++made, dice.below(60)));
      }
      set(path, "trusted.one", bytes(++made, 20));
      set(path, "security.other", bytes(++made, 5));
    }
    byte[] large = path(with, "with-1");
    set(large, "user.several-hundred", bytes(++made, 700));
    if (largeAttributes) {
      set(large, "user.thousands", bytes(++made, 3000));
      set(path(with, "with-2"), "user.more-than-a-block", bytes(++made, 20_000));
    }
    set(path(with, "with-3"), "user.empty", new byte[0]);
    byte[] list =
        HexFormat.of()
            .parseHex(
                "02000000"
                    + "01000600ffffffff"
                    + "0200070001000000"
                    + "04000400ffffffff"
                    + "0800050002000000"
                    + "10000700ffffffff"
                    + "20000000ffffffff");
    set(path(with, "with-4"), "system.posix_acl_access", list);
    set(with.toString().getBytes(StandardCharsets.UTF_8), "system.posix_acl_default", list);
    write(with.resolve("born-with-a-list"), 10);
  }

  /** Sets an attribute, unless the file system cannot have it. */
  private static void set(byte[] path, String name, byte[] value) throws IOException {
    try {
      Libc.setAttribute(path, name, value);
    } catch (Libc.Failure e) {
      int enospc = 28;
      int e2big = 7;
      int eopnotsupp = 95;
      int erange = 34;
      if (e.errno() != enospc
          && e.errno() != e2big
          && e.errno() != eopnotsupp
          && e.errno() != erange) {
        throw e;
      }
    }
  }

  private void times() throws IOException {
    Path times = Files.createDirectory(top.resolve("times"));
    long[] seconds =
        largeTimes
            ? new long[] {0, -1, -2147483648L, 2147483647L, 2147483648L, 4294967296L, 15032385535L}
            : new long[] {0, -1, -2147483648L, 2147483647L};
    for (long each : seconds) {
      Path file = times.resolve("at" + each);
      write(file, 1);
      Libc.setTimes(
          file.toString().getBytes(StandardCharsets.UTF_8), each, largeTimes ? 123456789 : 0);
    }
  }
}
