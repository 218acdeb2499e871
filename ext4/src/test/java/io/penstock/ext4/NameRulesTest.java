package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.InodeFlag;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Libc;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What names may be, what may be done to them, and what is refused with its number. */
class NameRulesTest {
  @TempDir Path directory;

  /** Does something to a volume. */
  private interface Exercise {
    void on(Ext4Volume volume) throws Exception;
  }

  private Image image(String options) throws IOException {
    return Image.blank(directory, 16L << 20).format(options.split(" "));
  }

  private static void writing(Image image, Exercise exercise) throws Exception {
    try (HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      exercise.on(volume);
    }
    image.assertWhole();
  }

  private void writing(String options, Exercise exercise) throws Exception {
    try (Image image = image(options)) {
      writing(image, exercise);
    }
  }

  private static BlockIoException assertRefused(Errno errno, Executable call) {
    BlockIoException failure = assertThrows(BlockIoException.class, call);
    assertEquals(errno.number(), failure.errno(), failure::getMessage);
    return failure;
  }

  private static Name name(String text) {
    return Name.of(text);
  }

  // --- names ---

  @Test
  void namesThatCannotBeAreRefused() throws Exception {
    writing(
        "-t ext4 -b 4096",
        volume -> {
          Ext4Node root = volume.root();
          assertNotNull(root.createFile(name("l".repeat(255)), 0644));
          assertRefused(Errno.ENAMETOOLONG, () -> root.createFile(name("l".repeat(256)), 0644));
          for (String each : List.of("", ".", "..", "a/b", "a\0b")) {
            assertRefused(Errno.EINVAL, () -> root.createFile(name(each), 0644));
            assertRefused(
                Errno.EINVAL, () -> volume.rename(root, name(each), root, name("b"), true));
          }
          byte[] target = new byte[4096];
          Arrays.fill(target, (byte) 't');
          assertRefused(Errno.ENAMETOOLONG, () -> root.createSymbolicLink(name("link"), target));
          byte[] longest = Arrays.copyOf(target, 4095);
          assertArrayEquals(longest, root.createSymbolicLink(name("link"), longest).target());
        });
  }

  @Test
  void aVolumeOpenedForReadingIsNotChanged() throws Exception {
    try (Image image = image("-t ext4")) {
      byte[] before = Files.readAllBytes(image.file());
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        Ext4Node root = volume.root();
        assertRefused(Errno.EROFS, () -> root.createFile(name("a"), 0644));
        assertRefused(Errno.EROFS, () -> root.unlink(name("lost+found")));
        assertRefused(Errno.EROFS, () -> root.setPermissions(0));
        assertRefused(Errno.EROFS, () -> root.setAttribute("user.a", new byte[1]));
        assertRefused(Errno.EROFS, () -> volume.rename(root, name("a"), root, name("b"), true));
      }
      assertArrayEquals(before, Files.readAllBytes(image.file()));
    }
  }

  @Test
  void whatIsMarkedAsImmutableStaysAsItIs() throws Exception {
    writing(
        "-t ext4",
        volume -> {
          Ext4Node fixed = volume.root().createDirectory(name("fixed"), 0755);
          Ext4Node file = fixed.createFile(name("file"), 0644);
          mark(volume, fixed);
          assertRefused(Errno.EPERM, () -> fixed.createFile(name("b"), 0644));
          assertRefused(Errno.EPERM, () -> fixed.unlink(name("file")));
          assertRefused(Errno.EPERM, () -> fixed.setPermissions(0));
          mark(volume, file);
          assertRefused(Errno.EPERM, () -> volume.root().link(name("file"), file));
        });
  }

  private static void mark(Ext4Volume volume, Ext4Node node) throws IOException {
    try (Transaction change = volume.writer().begin(10)) {
      volume.writer().inodes().edit(change, node.number()).flag(InodeFlag.IMMUTABLE, true);
      change.stop();
    }
  }

  // --- directories ---

  @Test
  void aDirectoryDoesNotGetBelowItself() throws Exception {
    writing(
        "-t ext4",
        volume -> {
          Ext4Node root = volume.root();
          Ext4Node a = root.createDirectory(name("a"), 0755);
          Ext4Node b = a.createDirectory(name("b"), 0755);
          Ext4Node c = b.createDirectory(name("c"), 0755);
          for (Ext4Node each : List.of(a, b, c)) {
            assertRefused(
                Errno.EINVAL, () -> volume.rename(root, name("a"), each, name("x"), true));
          }
          volume.rename(a, name("b"), root, name("b"), false);
          assertRefused(Errno.EINVAL, () -> volume.rename(root, name("b"), c, name("b"), true));
          volume.rename(root, name("a"), c, name("a"), false);
          assertEquals(a.number(), volume.resolve("/b/c/a").number());
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 400})
  void theDotsOfAMovedDirectoryLeadToWhereItIs(int names) throws Exception {
    writing(
        "-t ext4 -b 1024",
        volume -> {
          Ext4Node root = volume.root();
          Ext4Node to = root.createDirectory(name("to"), 0755);
          Ext4Node moved = root.createDirectory(name("moved"), 0755);
          for (int i = 0; i < names; i++) {
            moved.createFile(name("name-" + i), 0644);
          }
          assertEquals(names > 0, volume.node(moved.number()).inode().has(InodeFlag.INDEXED));
          volume.rename(root, name("moved"), to, name("here"), false);
          Ext4Node there = volume.resolve("/to/here/..");
          assertEquals(to.number(), there.number());
          assertEquals(3, there.inode().links());
          assertEquals(4, volume.root().inode().links());
        });
  }

  @Test
  void whatCannotBeCountedIsNotCountedAnyMore() throws Exception {
    // never checked by e2fsck: there are not so many directories as is said here
    try (Image image = image("-t ext4");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      Ext4Node large = volume.root().createDirectory(name("large"), 0755);
      links(volume, large, 65000);
      large.createDirectory(name("one-more"), 0755);
      assertEquals(1, volume.node(large.number()).inode().links());
      large.removeDirectory(name("one-more"));
      assertEquals(1, volume.node(large.number()).inode().links());
      Ext4Node file = large.createFile(name("file"), 0644);
      links(volume, file, 65000);
      assertRefused(Errno.EMLINK, () -> large.link(name("other"), file));
    }
    try (Image image = image("-t ext4 -O ^dir_nlink");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      Ext4Node large = volume.root().createDirectory(name("large"), 0755);
      links(volume, large, 65000);
      BlockIoException refusal =
          assertRefused(Errno.EMLINK, () -> large.createDirectory(name("one-more"), 0755));
      assertTrue(refusal.getMessage().contains("dir_nlink"), refusal::getMessage);
      assertNull(large.child(name("one-more")));
    }
  }

  private static void links(Ext4Volume volume, Ext4Node node, int count) throws IOException {
    try (Transaction change = volume.writer().begin(10)) {
      var _ = volume.writer().inodes().edit(change, node.number()).links(count);
      change.stop();
    }
  }

  @Test
  void aGroupIsInheritedWhereTheDirectorySaysSo() throws Exception {
    writing(
        "-t ext4",
        volume -> {
          Ext4Node shared = volume.root().createDirectory(name("shared"), 02775);
          shared.setOwner(70_000, 80_000);
          Ext4Node below = shared.createDirectory(name("below"), 0755);
          assertEquals(80_000, below.inode().gid());
          assertEquals(02755, below.inode().mode() & 07777);
          assertEquals(70_000, below.createFile(name("file"), 0644).inode().uid());
        });
  }

  // --- without room ---

  @Test
  void whenThereIsNoInodeLeftNothingHasHappened() throws Exception {
    writing(
        "-t ext4 -N 16",
        volume -> {
          Ext4Node root = volume.root();
          int made = 0;
          while (volume.space().freeInodes() > 0) {
            root.createFile(name("file-" + made++), 0644);
          }
          assertRefused(Errno.ENOSPC, () -> root.createFile(name("one-more"), 0644));
          assertRefused(Errno.ENOSPC, () -> root.createDirectory(name("one-more"), 0755));
          assertNull(root.child(name("one-more")));
          root.unlink(name("file-0"));
          assertNotNull(root.createFile(name("one-more"), 0644));
        });
  }

  @Test
  void whenThereIsNoBlockLeftNothingHasHappened() throws Exception {
    writing(
        "-t ext4 -b 1024 -O ^has_journal",
        volume -> {
          Ext4Node root = volume.root();
          Ext4Node file = root.createFile(name("file"), 0644);
          try (Ext4File open = file.open()) {
            open.preallocate(0, volume.space().freeBytes() - (100 << 10));
          }
          int made = 0;
          BlockIoException refusal = null;
          while (refusal == null) {
            try {
              root.createDirectory(name("d".repeat(200) + made), 0755);
              made++;
            } catch (BlockIoException failure) {
              refusal = failure;
            }
          }
          assertEquals(Errno.ENOSPC.number(), refusal.errno(), refusal::getMessage);
          assertTrue(made > 20, "made " + made);
          assertNull(root.child(name("d".repeat(200) + made)));
          root.unlink(name("file"));
          assertNotNull(root.createDirectory(name("d".repeat(200) + made), 0755));
        });
  }

  // --- open files ---

  @Test
  void whatIsOpenStaysUntilItIsClosed() throws Exception {
    try (Image image = image("-t ext4");
        Image crashed = Image.blank(directory, 0)) {
      writing(
          image,
          volume -> {
            Ext4Node root = volume.root();
            long free = volume.space().freeBlocks();
            long inodes = volume.space().freeInodes();
            Ext4Node file = root.createFile(name("file"), 0644);
            byte[] data = new byte[300_000];
            Arrays.fill(data, (byte) 'd');
            Ext4File open = file.open();
            open.write(java.nio.ByteBuffer.wrap(data), 0);
            root.unlink(name("file"));
            assertNull(root.child(name("file")));
            byte[] read = new byte[data.length];
            assertEquals(data.length, open.read(java.nio.ByteBuffer.wrap(read), 0));
            assertArrayEquals(data, read);
            volume.sync();
            Tools.must("cp", image.file().toString(), crashed.file().toString());
            open.close();
            assertEquals(inodes, volume.space().freeInodes());
            assertEquals(free, volume.space().freeBlocks());
            assertRefused(Errno.ESTALE, () -> volume.node(file.number()));
          });
      // after a crash it is found in the list of orphans, and freed
      writing(
          crashed,
          volume -> {
            assertEquals(0, volume.writer().orphans().first());
            assertNull(volume.root().child(name("file")));
          });
    }
  }

  /** Its number has another use by now, of another kind even. */
  @Test
  void whatWasRemovedIsNotTakenForWhatHasItsNumberNow() throws Exception {
    writing(
        "-t ext4",
        volume -> {
          Ext4Node root = volume.root();
          Ext4Node directory = root.createDirectory(name("a"), 0755);
          root.removeDirectory(name("a"));
          Ext4Node second = root.createDirectory(name("b"), 0755);
          assertEquals(directory.number(), second.number());
          second.createFile(name("kept"), 0644);
          assertRefused(Errno.ESTALE, () -> directory.createFile(name("new"), 0644));
          assertRefused(Errno.ESTALE, () -> directory.unlink(name("kept")));
          assertRefused(Errno.ESTALE, () -> directory.find(name("kept")));
          assertRefused(Errno.ESTALE, directory::entries);
          assertRefused(Errno.ESTALE, () -> directory.runs(run -> {}));
          assertRefused(
              Errno.ESTALE,
              () -> volume.rename(directory, name("kept"), root, name("moved"), true));
          assertRefused(
              Errno.ESTALE, () -> volume.rename(root, name("b"), directory, name("b"), true));

          Ext4Node file = second.child(name("kept"));
          assertNotNull(file);
          second.unlink(name("kept"));
          byte[] target = "t".repeat(100).getBytes(StandardCharsets.US_ASCII);
          Ext4Node link = second.createSymbolicLink(name("link"), target);
          assertEquals(file.number(), link.number());
          assertRefused(Errno.ESTALE, file::open);
          assertRefused(Errno.ESTALE, () -> root.link(name("again"), file));
          assertRefused(Errno.ESTALE, () -> file.setPermissions(0));
          assertRefused(Errno.ESTALE, () -> file.setOwner(1, 1));
          assertRefused(Errno.ESTALE, () -> file.setAttribute("user.a", new byte[1]));
          assertRefused(Errno.ESTALE, () -> file.removeAttribute("user.a"));
          assertRefused(Errno.ESTALE, () -> file.attribute("user.a"));
          assertRefused(Errno.ESTALE, file::attributeNames);

          second.unlink(name("link"));
          Ext4Node third = second.createFile(name("file"), 0644);
          assertEquals(link.number(), third.number());
          try (Ext4File open = third.open()) {
            assertRefused(Errno.ESTALE, link::target);
            assertRefused(Errno.ESTALE, file::open);
            assertEquals(0, open.size());
          }
        });
  }

  @Test
  void whatADirectoryHeldIsNotBroughtBackOverData() throws Exception {
    try (Image image = image("-t ext4 -b 1024 -J size=1");
        Image crashed = Image.blank(directory, 0)) {
      writing(
          image,
          volume -> {
            Ext4Node root = volume.root();
            Ext4Node gone = root.createDirectory(name("gone"), 0755);
            Ext4Node file = root.createFile(name("data"), 0644);
            for (int i = 0; i < 200; i++) {
              gone.createSymbolicLink(name("l".repeat(200) + i), "t".repeat(100).getBytes());
            }
            volume.sync();
            for (int i = 0; i < 200; i++) {
              gone.unlink(name("l".repeat(200) + i));
            }
            root.removeDirectory(name("gone"));
            volume.sync();
            byte[] data = new byte[(int) volume.space().freeBytes() - (300 << 10)];
            Arrays.fill(data, (byte) 'd');
            try (Ext4File open = file.open()) {
              open.write(java.nio.ByteBuffer.wrap(data), 0);
            }
            volume.sync();
            Tools.must("cp", image.file().toString(), crashed.file().toString());
            assertOnly(volume, (byte) 'd', data.length);
          });
      try (HostDevice device = crashed.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        assertOnly(volume, (byte) 'd', (int) volume.resolve("/data").inode().size());
      }
      assertTrue(Tools.run(List.of("e2fsck", "-fy", crashed.file().toString())).status() <= 1);
      writing(
          crashed,
          volume -> assertOnly(volume, (byte) 'd', (int) volume.resolve("/data").inode().size()));
      writing(
          image,
          volume -> assertOnly(volume, (byte) 'd', (int) volume.resolve("/data").inode().size()));
    }
  }

  private static void assertOnly(Ext4Volume volume, byte expected, int length) throws IOException {
    byte[] read = new byte[length];
    try (Ext4File open = volume.resolve("/data").open()) {
      assertEquals(length, open.read(java.nio.ByteBuffer.wrap(read), 0));
    }
    byte[] wanted = new byte[length];
    Arrays.fill(wanted, expected);
    assertEquals(-1, Arrays.mismatch(wanted, read), "byte that is not as it was written");
  }

  // --- what others have made ---

  @Test
  void directoriesInInodesMoveIntoBlocks() throws Exception {
    Path source = Files.createDirectories(directory.resolve("source/in"));
    for (int i = 0; i < 4; i++) {
      Files.createDirectory(source.resolve("d" + i));
    }
    Files.createDirectory(source.resolve("d0/below"));
    try (Image image = image("-t ext4 -O inline_data -d " + source.getParent())) {
      writing(
          image,
          volume -> {
            Ext4Node in = volume.resolve("/in");
            assertTrue(in.inode().has(InodeFlag.INLINE_DATA));
            in.createFile(name("file"), 0644);
            assertNotNull(in.child(name("d3")));
            in.removeDirectory(name("d3"));
            volume.rename(in, name("d0"), volume.root(), name("moved"), false);
            assertEquals(2, volume.resolve("/moved/..").number());
            assertEquals(
                volume.resolve("/moved").number(), volume.resolve("/moved/below/..").number());
          });
    }
  }

  @Test
  void attributesThatAreSharedAreCopiedBeforeTheyChange() throws Exception {
    byte[] value = new byte[600];
    Arrays.fill(value, (byte) 's');
    try (Image image = image("-t ext4 -I 256")) {
      Path mounted = image.mount("rw");
      for (int i = 0; i < 3; i++) {
        Path file = Files.createFile(mounted.resolve("file-" + i));
        Libc.setAttribute(file.toString().getBytes(StandardCharsets.UTF_8), "user.shared", value);
      }
      image.unmount();
      writing(
          image,
          volume -> {
            Ext4Node first = volume.resolve("/file-0");
            long block = first.inode().attributeBlock();
            assertEquals(block, volume.resolve("/file-1").inode().attributeBlock(), "not shared");
            first.setAttribute("user.shared", new byte[700]);
            assertArrayEquals(new byte[700], volume.resolve("/file-0").attribute("user.shared"));
            assertEquals(block, volume.resolve("/file-1").inode().attributeBlock());
            volume.root().unlink(name("file-1"));
            assertArrayEquals(value, volume.resolve("/file-2").attribute("user.shared"));
            volume.resolve("/file-2").removeAttribute("user.shared");
            assertEquals(0, volume.resolve("/file-2").inode().attributeBlock());
          });
    }
  }

  /** What the kernel makes of the same calls on the same volume. */
  @Test
  void accessControlListsFollowTheModeAndAreInheritedAsTheKernelDoesIt() throws Exception {
    byte[] list =
        java.util.HexFormat.of()
            .parseHex(
                "02000000"
                    + "01000700ffffffff"
                    + "0200070001000000"
                    + "04000500ffffffff"
                    + "10000700ffffffff"
                    + "20000500ffffffff");
    try (Image image = image("-t ext4")) {
      Path top = Files.createDirectory(image.mount("rw").resolve("kernel"));
      Libc.setAttribute(bytes(top), "system.posix_acl_default", list);
      // without the umask of this process
      Tools.must("sh", "-c", "umask 0; mkdir -m 750 " + top + "/d; touch " + top + "/f");
      Tools.must("chmod", "640", top.resolve("f").toString());
      byte[] onDirectory = Libc.attribute(bytes(top.resolve("d")), "system.posix_acl_access");
      byte[] onFile = Libc.attribute(bytes(top.resolve("f")), "system.posix_acl_access");
      image.unmount();
      writing(
          image,
          volume -> {
            Ext4Node ours = volume.root().createDirectory(name("ours"), 0755);
            ours.setAttribute("system.posix_acl_default", list);
            ours.createDirectory(name("d"), 0750);
            ours.createFile(name("f"), 0666).setPermissions(0640);
            Ext4Node d = volume.resolve("/ours/d");
            Ext4Node f = volume.resolve("/ours/f");
            assertArrayEquals(list, d.attribute("system.posix_acl_default"));
            assertArrayEquals(onDirectory, d.attribute("system.posix_acl_access"));
            assertArrayEquals(onFile, f.attribute("system.posix_acl_access"));
            assertEquals(volume.resolve("/kernel/d").inode().mode(), d.inode().mode());
            assertEquals(volume.resolve("/kernel/f").inode().mode(), f.inode().mode());
            f.setAttribute("system.posix_acl_access", list);
            assertEquals(0775, volume.resolve("/ours/f").inode().mode() & 07777);
          });
    }
  }

  private static byte[] bytes(Path path) {
    return path.toString().getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void valuesInInodesOfTheirOwnAreLeftAlone() throws Exception {
    try (Image image = image("-t ext4 -O ea_inode")) {
      Path file = Files.createFile(image.mount("rw").resolve("file"));
      Libc.setAttribute(
          file.toString().getBytes(StandardCharsets.UTF_8), "user.large", new byte[20_000]);
      image.unmount();
      writing(
          image,
          volume -> {
            Ext4Node node = volume.resolve("/file");
            assertRefused(Errno.EOPNOTSUPP, () -> node.setAttribute("user.large", new byte[1]));
            assertRefused(Errno.EOPNOTSUPP, () -> node.removeAttribute("user.large"));
            assertRefused(Errno.EOPNOTSUPP, () -> volume.root().unlink(name("file")));
            node.setAttribute("user.small", new byte[5]);
            assertArrayEquals(new byte[5], volume.resolve("/file").attribute("user.small"));
            assertArrayEquals(new byte[20_000], volume.resolve("/file").attribute("user.large"));
            assertEquals(List.of(), volume.check().findings());
          });
    }
  }
}
