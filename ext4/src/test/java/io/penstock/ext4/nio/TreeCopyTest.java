package io.penstock.ext4.nio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files.walkFileTree and Files.copy bring whole trees to a volume, and back, and across. */
class TreeCopyTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final Map<String, String> WRITE = Map.of("accessMode", "readWrite");

  @TempDir Path directory;

  @Test
  void aTreeOfTheHostIsTheSameWhenItComesBack() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    Path source = Files.createDirectory(directory.resolve("source"));
    Dice dice = new Dice(SEED);
    int files = fill(source, dice, 0);
    try (Image image = Image.blank(directory, 64L << 20).format("-t", "ext4", "-b", "1024")) {
      try (FileSystem volume = FileSystems.newFileSystem(image.file(), WRITE)) {
        TreeCopier.copy(source, volume.getPath("/copied"));
      }
      image.assertWhole();
      Path back = directory.resolve("back");
      try (FileSystem volume = FileSystems.newFileSystem(image.file())) {
        TreeCopier.copy(volume.getPath("/copied"), back);
      }
      assertEquals(files, compare(source, back));
    }
  }

  private static int fill(Path top, Dice dice, int depth) throws IOException {
    int made = 0;
    for (int i = dice.between(2, 12); i > 0; i--) {
      Path path = top.resolve(dice.pick("file", "größe", "x".repeat(100), ".hidden") + "-" + i);
      switch (dice.below(depth < 4 ? 5 : 3)) {
        case 0, 1 -> {
          byte[] data = new byte[dice.below(dice.oneIn(6) ? 400_000 : 3000)];
          java.util.Arrays.fill(data, (byte) dice.below(256));
          Files.write(path, data);
        }
        case 2 -> Files.createSymbolicLink(path, Path.of("t".repeat(dice.between(1, 200))));
        default -> made += fill(Files.createDirectory(path), dice, depth + 1);
      }
      made++;
    }
    return made;
  }

  private static int compare(Path source, Path back) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(source)) {
      all = walk.skip(1).toList();
    }
    try (Stream<Path> walk = Files.walk(back)) {
      assertEquals(all.size(), walk.count() - 1);
    }
    for (Path each : all) {
      Path other = back.resolve(source.relativize(each));
      if (Files.isSymbolicLink(each)) {
        assertEquals(Files.readSymbolicLink(each), Files.readSymbolicLink(other));
      } else if (Files.isRegularFile(each)) {
        assertEquals(-1, Files.mismatch(each, other), () -> other + " differs");
        assertEquals(Files.getLastModifiedTime(each), Files.getLastModifiedTime(other));
        assertEquals(Files.getPosixFilePermissions(each), Files.getPosixFilePermissions(other));
      } else {
        assertTrue(Files.isDirectory(other));
      }
    }
    return all.size();
  }

  /** Names of any bytes, special files and attributes too, since both sides can have them. */
  @Test
  void aVolumeIsCopiedToAnother() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    Path source = Files.createDirectory(directory.resolve("source"));
    Tools.must("chmod", "755", source.toString());
    new TreeMaker(SEED, source, 60, false, true).withoutLargeAttributes().make();
    try (Image image =
            Image.blank(directory, 64L << 20)
                .format("-t", "ext4", "-b", "4096", "-d", source.toString());
        Image other = Image.blank(directory, 64L << 20).format("-t", "ext4", "-b", "1024")) {
      long names;
      try (FileSystem from = FileSystems.newFileSystem(image.file());
          FileSystem to = FileSystems.newFileSystem(other.file(), WRITE)) {
        TreeCopier.copy(from.getPath("/"), to.getPath("/"));
      }
      other.assertWhole();
      try (FileSystem to = FileSystems.newFileSystem(other.file())) {
        names = new FilesComparison(to.getPath("/"), source, false).withoutDirectories().run();
      }
      assertTrue(names > 100, "names: " + names);
    }
  }
}
