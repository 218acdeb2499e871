package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.proof.NameExercise;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names come, go and move as in a model, and e2fsck and the kernel see the same. */
class NamespaceTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int OPERATIONS = Integer.getInteger("penstock.operations", 3000);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 1024 -O large_dir,^has_journal -N 20000",
        "-t ext4 -b 4096 -O inline_data",
        "-t ext4 -b 65536 -O ^metadata_csum",
        "-t ext3 -b 1024 -I 128",
        "-t ext2 -b 1024 -O ^dir_index,^filetype",
      })
  void whatIsDoneIsThereAfterwards(String options) throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed), mke2fs " + options);
    try (Image image = Image.blank(directory, 96L << 20).format(options.split(" "))) {
      NameExercise exercise;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        exercise = new NameExercise(SEED, volume, 40, 1500).run(OPERATIONS);
        exercise.compare(volume);
      }
      long grown = whole(image, exercise);
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        exercise.compare(volume);
      }
      seenByTheKernel(image, options);
      System.out.println(grown + " names; refused: " + exercise.refused());
      assertTrue(exercise.refused().size() >= 7, () -> "refused only " + exercise.refused());
    }
  }

  /** Fsck finds nothing, and all is as the exercise says; how many names. */
  private static long whole(Image image, NameExercise exercise) throws IOException {
    image.assertWhole();
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      assertEquals(List.of(), volume.check().findings());
      return exercise.compare(volume);
    }
  }

  /** The kernel sees the same, and finds its way in what it did not make itself when it writes. */
  private static void seenByTheKernel(Image image, String options) throws IOException {
    if (options.contains("65536")) {
      System.out.println("not compared with the kernel, which has no blocks over its pages");
      return;
    }
    Path mounted = image.mount("ro");
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      System.out.println(
          Comparison.withMount(volume, mounted).files() + " files are the same, mounted");
    }
    image.unmount();
    mounted = image.mount("rw");
    Path large = mounted.resolve("large");
    for (int i = 0; i < 300; i++) {
      Files.createFile(large.resolve("by-the-kernel-" + i));
      if (i % 3 == 0) {
        Files.delete(large.resolve("by-the-kernel-" + i));
      }
    }
    image.unmount();
    image.assertWhole();
  }

  /** A name too many, one too few, and another mode are each found to be a difference. */
  @Test
  void differencesAreFound() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "1024");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      NameExercise exercise = new NameExercise(SEED, volume, 40, 100).run(200);
      exercise.compare(volume);
      Ext4Node large = volume.resolve("/large");
      large.createFile(Name.of("too many"), 0644);
      assertThrows(IOException.class, () -> exercise.compare(volume));
      large.unlink(Name.of("too many"));
      exercise.compare(volume);
      large.setPermissions(0700);
      assertThrows(IOException.class, () -> exercise.compare(volume));
      large.setPermissions(0755);
      exercise.compare(volume);
      volume.rename(volume.root(), Name.of("large"), volume.root(), Name.of("moved"), false);
      assertThrows(IOException.class, () -> exercise.compare(volume));
    }
  }
}
