package io.penstock.ext4.proof;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Writes files on a volume in ways that follow from a seed. From time to time everything is synced
 * and the image copied as it lies on the disk, as a loss of power would leave it: the copy,
 * repaired by e2fsck or recovered by our own way in turns, must hold the files as they were. In
 * between the volume is closed and opened again, and e2fsck and our own check must find nothing.
 */
public final class WriteProof extends Exercise {
  private static final int FILES = 6;
  private static final int LARGEST = 4 << 20;
  private static final int ROUND = 200;

  private long crashes;

  /** A proof of one way to make a volume. */
  public WriteProof(String options, Path directory) {
    super(options, directory);
  }

  /** The ways that are tried. */
  public static List<String> ways() {
    return List.of(
        "-t ext4",
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 2048 -O ^64bit -J size=4",
        "-t ext4 -b 65536",
        "-t ext4 -O ^metadata_csum,uninit_bg",
        "-t ext4 -O ^flex_bg,meta_bg,^resize_inode -b 1024",
        "-t ext4 -O metadata_csum_seed,fast_commit",
        "-t ext4 -O ^has_journal",
        "-t ext4 -O ^has_journal,^metadata_csum -b 1024",
        "-t ext3",
        "-t ext3 -b 1024 -I 128 -J size=1",
        "-t ext2",
        "-t ext2 -b 1024 -I 128",
        "-t ext2 -O none -b 2048");
  }

  /** Copies that were recovered. */
  public long crashes() {
    return crashes;
  }

  @Override
  void run(long seed, long wanted) throws Exception {
    try (Image image = Image.blank(directory, 128L << 20).format(options.split(" "))) {
      WriteExercise exercise = null;
      while (operations < wanted) {
        try (HostDevice device = image.writableDevice();
            Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
          if (exercise == null) {
            exercise = new WriteExercise(volume, seed, FILES, LARGEST);
          } else {
            exercise.open(volume);
          }
          round(exercise, volume, image);
          exercise.closeFiles();
        }
        requireWhole(image);
      }
      if (exercise != null) {
        exercise.close();
      }
    }
  }

  private void round(WriteExercise exercise, Ext4Volume volume, Image image) throws Exception {
    for (int half = 0; half < 2; half++) {
      for (int i = 0; i < ROUND; i++) {
        exercise.step();
        operations++;
      }
      exercise.compareAll();
      if (half == 0) {
        volume.sync();
        try (Image crashed = Image.blank(directory, 0).copyOf(image)) {
          crash(exercise, crashed);
        }
      }
    }
  }

  private void crash(WriteExercise exercise, Image crashed) throws Exception {
    boolean journaled = !options.contains("^has_journal") && !options.contains("ext2");
    if (!journaled || crashes % 2 == 0) {
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-fp", crashed.file().toString()));
      if (fsck.status() > 1) {
        throw new IllegalStateException("e2fsck -fp: " + fsck);
      }
    }
    crashes++;
    try (HostDevice device = crashed.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      for (WriteExercise.Subject each : exercise.subjects()) {
        try (var file = volume.resolve("/" + each.name()).open()) {
          String wrong = each.expected().difference(file);
          if (wrong != null) {
            throw new IllegalStateException(each.name() + " is not as it was synced: it " + wrong);
          }
        }
      }
    }
    requireWhole(crashed);
  }

  @Override
  public String toString() {
    return operations + " operations, " + crashes + " crashes";
  }

  /** e2fsck and our own check find nothing. */
  static void requireWhole(Image image) throws IOException {
    Tools.Result fsck = Tools.run(List.of("e2fsck", "-fn", image.file().toString()));
    if (fsck.status() != 0) {
      Path kept = Files.createTempFile("penstock-kept", ".img");
      Tools.must("cp", "--sparse=always", image.file().toString(), kept.toString());
      throw new IllegalStateException("e2fsck -fn: " + fsck + "; kept as " + kept);
    }
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      if (!volume.check().isClean()) {
        throw new IllegalStateException("own check: " + volume.check().findings());
      }
    }
  }
}
