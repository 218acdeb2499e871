package io.penstock.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock ext4} shows and copies out what mke2fs has put on a volume. */
class Ext4CommandTest {
  private static final long SPARSE = 3 << 20;

  @TempDir Path directory;
  private Path source;
  private Path image;

  @BeforeEach
  void makeVolume() throws Exception {
    source = Files.createDirectory(directory.resolve("source"));
    Path below = Files.createDirectories(source.resolve("a/b"));
    Files.writeString(below.resolve("text"), "of the volume\n");
    Host.random(source.resolve("random"), 200_000);
    Files.createSymbolicLink(source.resolve("link"), Path.of("a/b/text"));
    Files.createLink(source.resolve("again"), source.resolve("random"));
    try (RandomAccessFile open = new RandomAccessFile(source.resolve("sparse").toFile(), "rw")) {
      open.seek(1 << 20);
      open.write(1);
      open.setLength(SPARSE);
    }
    image = directory.resolve("volume.img");
    Host.resize(image, 32 << 20);
    run("mke2fs", "-q", "-F", "-t", "ext4", "-d", source.toString(), image.toString());
  }

  private static void run(String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    try {
      ProcessBuilder builder = new ProcessBuilder(all).redirectErrorStream(true);
      builder.environment().merge("PATH", "/usr/sbin:/sbin", (a, b) -> a + ":" + b);
      Process process = builder.start();
      String said = new String(process.getInputStream().readAllBytes());
      assertEquals(0, process.waitFor(), said);
    } catch (IOException e) {
      abort("skipped: " + command[0] + " is needed: " + e.getMessage());
    }
  }

  @Test
  void lsListsADirectory() {
    assertEquals(
        List.of("a", "again", "link", "lost+found", "random", "sparse"),
        Outcome.of("ext4", "ls", image).succeeds().out().lines().toList());
    String line = Outcome.of("ext4", "ls", "-l", image, "/a/b").succeeds().out();
    assertTrue(line.matches("-rw-r--r-- +1 +\\d+ +\\d+ +14 .* text"), line);
  }

  @Test
  void benchReadsAFileOfAVolumeThatIsNotMounted() {
    Object[] line = {"bench", "--volume", image, "--file", "/random", "--runtime", "0.1"};
    List<Object> words = new ArrayList<>(List.of(line));
    words.addAll(List.of("--rounds", "1", "--json", "-"));
    String json = Outcome.of(words.toArray()).succeeds().out();
    assertTrue(json.contains("\"engine\":\"ext4\""), json);
    assertTrue(json.contains("\"errors\":0"), json);
  }

  @Test
  void treeShowsAllBelow() {
    String tree = Outcome.of("ext4", "tree", image).succeeds().out();
    assertTrue(tree.contains("|-- a\n|   `-- b\n|       `-- text\n"), tree);
    assertTrue(tree.contains("|-- link -> a/b/text\n"), tree);
  }

  @Test
  void statShowsAnInode() {
    String stat = Outcome.of("ext4", "stat", image, "/link").succeeds().out();
    assertTrue(stat.contains("SYMBOLIC_LINK lrwxrwxrwx"), stat);
    assertTrue(stat.contains("target: a/b/text"), stat);
    assertTrue(Outcome.of("ext4", "stat", image, "<2>").succeeds().out().contains("DIRECTORY"));
  }

  @Test
  void mapShowsDataAndHoles() {
    List<String> lines =
        Outcome.of("ext4", "map", image, "/sparse").succeeds().out().lines().toList();
    assertTrue(lines.get(2).endsWith("hole"), lines::toString);
    assertTrue(lines.get(3).endsWith("data"), lines::toString);
    assertTrue(lines.get(4).endsWith("hole"), lines::toString);
    assertEquals("3 runs", lines.get(5));
  }

  @Test
  void explainWalksAFileOfAVolumeAndOnlyImaginesNewBlocks() throws Exception {
    byte[] before = Files.readAllBytes(image);
    String read = Outcome.of("explain", image + "::/sparse", "--read", "0:64k").succeeds().out();
    assertTrue(read.contains("is filled with zeros; no device is asked (WALK-3)"), read);
    String write =
        Outcome.of("explain", image + "::/sparse", "--write", "512:1k", "--json").succeeds().out();
    assertTrue(write.contains("\"imagined\":true"), write);
    assertTrue(write.contains("tail of a block that is new (ZERO-2)"), write);
    assertArrayEquals(before, Files.readAllBytes(image));
  }

  @Test
  void getCopiesATreeWithItsHolesAndLinks() throws Exception {
    Path target = directory.resolve("target");
    Outcome.of("ext4", "get", image, "/", target).succeeds();
    for (String each : List.of("random", "again", "a/b/text", "sparse")) {
      assertArrayEquals(
          Files.readAllBytes(source.resolve(each)), Files.readAllBytes(target.resolve(each)), each);
    }
    assertEquals(Path.of("a/b/text"), Files.readSymbolicLink(target.resolve("link")));
    assertTrue(Files.isSameFile(target.resolve("random"), target.resolve("again")));
    String before = Outcome.of("ext4", "get", image, "/random", target).err();
    assertTrue(before.contains("EEXIST") || before.contains("exists"), before);
  }

  @Test
  void dfShowsHowFullItIs() {
    String df = Outcome.of("ext4", "df", image).succeeds().out();
    assertTrue(df.contains("block size: "), df);
    assertTrue(df.contains("metadata_csum"), df);
  }

  @Test
  void checkFindsNothingOnAGoodVolumeAndNamesWhatIsDamaged() throws Exception {
    String good = Outcome.of("ext4", "check", image).succeeds().out();
    assertTrue(good.endsWith("nothing found"), good);
    run("debugfs", "-w", "-R", "sif <12> links_count 7", image.toString());
    Outcome bad = Outcome.of("ext4", "check", image);
    assertEquals(1, bad.status());
    assertTrue(bad.out().contains("inode 12: it counts 7 names, there are "), bad.out());
  }

  @Test
  void failuresNameTheirCause() {
    assertTrue(Outcome.of("ext4", "ls", image, "/nowhere").err().contains("ENOENT"));
    assertTrue(Outcome.of("ext4", "ls", source.resolve("random")).err().contains("no ext2"));
  }

  // --- commands that change the volume ---

  private void assertWhole() throws Exception {
    run("e2fsck", "-fn", image.toString());
  }

  private static byte[] bytesOf(Path file) throws IOException {
    return Files.readAllBytes(file);
  }

  @Test
  void putCopiesATreeThatGetBringsBack() throws Exception {
    Outcome put =
        Outcome.of("ext4", "put", "--progress", "never", image, source.toString(), "/copied");
    assertTrue(put.succeeds().out().contains("names"), put.out());
    assertWhole();
    Path target = directory.resolve("target");
    Outcome.of("ext4", "get", image, "/copied", target).succeeds();
    for (String each : List.of("random", "again", "a/b/text", "sparse")) {
      assertArrayEquals(bytesOf(source.resolve(each)), bytesOf(target.resolve(each)), each);
      assertEquals(
          Files.getLastModifiedTime(source.resolve(each)),
          Files.getLastModifiedTime(target.resolve(each)));
    }
    assertEquals(Path.of("a/b/text"), Files.readSymbolicLink(target.resolve("link")));
    assertTrue(Files.isSameFile(target.resolve("random"), target.resolve("again")));
    // holes of the host are holes of the volume
    List<String> lines =
        Outcome.of("ext4", "map", image, "/copied/sparse").succeeds().out().lines().toList();
    assertEquals("3 runs", lines.getLast());
    String before = Outcome.of("ext4", "put", image, source.resolve("random"), "/copied").err();
    assertTrue(before.contains("EEXIST"), before);
  }

  @Test
  void putGoesIntoADirectoryThatIsThere() throws Exception {
    Path one = Files.writeString(directory.resolve("one"), "1");
    Path two = Files.writeString(directory.resolve("two"), "2");
    Outcome.of("ext4", "put", image, one.toString(), two.toString(), "/a").succeeds();
    Path back = Files.createDirectory(directory.resolve("back"));
    for (String each : List.of("one", "two")) {
      Outcome.of("ext4", "get", image, "/a/" + each, back).succeeds();
    }
    assertEquals("1", Files.readString(back.resolve("one")));
    assertEquals("2", Files.readString(back.resolve("two")));
    Outcome several = Outcome.of("ext4", "put", image, one.toString(), two.toString(), "/new");
    assertTrue(several.err().contains("no directory"), several.err());
    assertWhole();
  }

  @Test
  void mkdirMakesDirectories() throws Exception {
    Outcome.of("ext4", "mkdir", "-m", "700", image, "/new").succeeds();
    Outcome.of("ext4", "mkdir", "-p", image, "/x/y/z", "/x/y", "/a/b").succeeds();
    String line = Outcome.of("ext4", "ls", "-l", image, "/x/y").succeeds().out();
    assertTrue(line.matches("drwxr-xr-x +2 .* z"), line);
    assertTrue(Outcome.of("ext4", "mkdir", image, "/new").err().contains("EEXIST"));
    assertTrue(Outcome.of("ext4", "mkdir", image, "/n/o").err().contains("ENOENT"));
    assertWhole();
  }

  @Test
  void rmRemovesWhatItIsAllowedTo() throws Exception {
    assertTrue(Outcome.of("ext4", "rm", image, "/a").err().contains("EISDIR"));
    assertTrue(Outcome.of("ext4", "rm", image, "/nowhere").err().contains("ENOENT"));
    Outcome.of("ext4", "rm", "-f", image, "/nowhere").succeeds();
    Outcome.of("ext4", "rm", "-r", image, "/a", "/random").succeeds();
    assertEquals(
        List.of("again", "link", "lost+found", "sparse"),
        Outcome.of("ext4", "ls", image).succeeds().out().lines().toList());
    assertWhole();
  }

  @Test
  void mvMovesAndLnLinks() throws Exception {
    Outcome.of("ext4", "mv", image, "/random", "/a/b/moved").succeeds();
    Outcome.of("ext4", "mv", image, "/again", "/link", "/a").succeeds();
    assertTrue(
        Outcome.of("ext4", "mv", "-n", image, "/sparse", "/a/again").err().contains("EEXIST"));
    assertTrue(Outcome.of("ext4", "mv", image, "/a", "/a/b").err().contains("EINVAL"));
    Outcome.of("ext4", "ln", image, "/a/b/text", "/text").succeeds();
    Outcome.of("ext4", "ln", "-s", image, "a/b/moved", "/symbolic").succeeds();
    assertEquals(
        List.of("a", "lost+found", "sparse", "symbolic", "text"),
        Outcome.of("ext4", "ls", image).succeeds().out().lines().toList());
    Path target = directory.resolve("back");
    Outcome.of("ext4", "get", image, "/a/b/moved", target).succeeds();
    assertArrayEquals(bytesOf(source.resolve("random")), bytesOf(target));
    String stat = Outcome.of("ext4", "stat", image, "/symbolic").succeeds().out();
    assertTrue(stat.contains("target: a/b/moved"), stat);
    assertWhole();
  }

  @Test
  void changesDoNotGoWithoutTheJournal() throws Exception {
    Outcome raw = Outcome.of("ext4", "rm", "--no-replay", image, "/random");
    assertEquals(2, raw.status());
    assertTrue(raw.err().contains("--no-replay"), raw.err());
  }
}
