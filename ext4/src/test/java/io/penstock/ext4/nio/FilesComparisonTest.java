package io.penstock.ext4.nio;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole trees are seen through java.nio.file as the host sees them. */
class FilesComparisonTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int FILES = 100;

  @TempDir Path directory;

  @Test
  void aVolumeIsSeenAsWhatItWasFilledFrom() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    Path source = Files.createDirectory(directory.resolve("source"));
    Tools.must("chmod", "755", source.toString());
    try (Image image = Image.blank(directory, 64L << 20)) {
      new TreeMaker(SEED, source, FILES, false, true).withoutLargeAttributes().make();
      image.format("-t", "ext4", "-b", "1024", "-d", source.toString());
      try (FileSystem volume = FileSystems.newFileSystem(image.file())) {
        long names = new FilesComparison(volume.getPath("/"), source, false).run();
        assertTrue(names > FILES, "names: " + names);
      }
    }
  }

  @Test
  void aVolumeIsSeenAsWhereItIsMounted() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    try (Image image = Image.blank(directory, 128L << 20).format("-t", "ext4")) {
      new TreeMaker(SEED, image.mount("rw"), FILES, true, true).make();
      image.unmount();
      Path mounted = image.mount("ro");
      try (FileSystem volume = FileSystems.newFileSystem(image.file())) {
        long names = new FilesComparison(volume.getPath("/"), mounted, true).run();
        assertTrue(names > FILES, "names: " + names);
      }
    }
  }
}
