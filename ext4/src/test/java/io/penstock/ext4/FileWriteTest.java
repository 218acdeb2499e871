package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.proof.WriteExercise;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are written as they are read, and leave a volume that e2fsck and the kernel find whole. */
class FileWriteTest {
  private static final long SEED = 20261126;
  private static final int OPERATIONS = Integer.getInteger("penstock.ext4.operations", 250);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4",
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 65536",
        "-t ext4 -O ^has_journal",
        "-t ext3",
        "-t ext3 -b 1024 -J size=1",
        "-t ext2",
        "-t ext2 -b 1024"
      })
  @Rule("FILE-1")
  void whatIsWrittenIsRead(String options) throws Exception {
    try (Image image = Image.blank(directory, 96L << 20).format(options.split(" "))) {
      WriteExercise exercise;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        exercise = new WriteExercise(volume, SEED, 4, 3 << 20);
        for (int i = 0; i < OPERATIONS; i++) {
          exercise.step();
        }
        exercise.compareAll();
        System.out.println(
            "seed " + SEED + ", mke2fs " + options + ": " + exercise.runs() + " runs of blocks");
        exercise.closeFiles();
      }
      image.assertWhole();
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        assertEquals(List.of(), volume.check().findings());
        exercise.open(volume);
        exercise.compareAll();
        for (int i = 0; i < OPERATIONS / 2; i++) {
          exercise.step();
        }
        exercise.compareAll();
      }
      image.assertWhole();
      assertMountedSame(image, exercise);
      exercise.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1000, 3000",
        "1000, 4096",
        "4000, 200",
        "0, 4096",
        "5000, 9000",
        "1, 1",
        "19000, 1000",
        "19000, 9000"
      })
  @Rule("FILE-1")
  void aHoleReadsAsZerosAndNothingElseDoes(String where) throws Exception {
    int position = Integer.parseInt(where.split(", ")[0]);
    int length = Integer.parseInt(where.split(", ")[1]);
    byte[] expected = new byte[20_000];
    Arrays.fill(expected, (byte) 9);
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "4096");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File file = volume.create(volume.root(), Name.of("file"), 0600).open()) {
      file.write(MemorySegment.ofArray(expected), 0);
      file.punchHole(position, length);
      Arrays.fill(expected, position, Math.min(expected.length, position + length), (byte) 0);
      assertEquals(expected.length, file.size());
      byte[] found = new byte[expected.length];
      assertEquals(found.length, file.read(MemorySegment.ofArray(found), 0));
      assertArrayEquals(expected, found);
    }
  }

  /** The block before has nothing to be zeroed; that says nothing of the one behind. */
  @Test
  @Rule("FILE-1")
  void aHoleThatBeginsInAnotherReachesIntoTheDataBehind() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "4096");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File file = volume.create(volume.root(), Name.of("file"), 0600).open()) {
      byte[] data = new byte[8192];
      Arrays.fill(data, (byte) 9);
      file.write(MemorySegment.ofArray(data), 4096);
      file.punchHole(3000, 2000);
      byte[] expected = new byte[12_288];
      Arrays.fill(expected, 5000, 12_288, (byte) 9);
      byte[] found = new byte[expected.length];
      assertEquals(found.length, file.read(MemorySegment.ofArray(found), 0));
      assertArrayEquals(expected, found);
    }
  }

  private static void assertMountedSame(Image image, WriteExercise exercise) throws IOException {
    int block = Integer.parseInt(Tools.must("stat", "-fc", "%S", "/"));
    assertTrue(block >= 4096, "page size");
    if (Tools.run(List.of("dumpe2fs", "-h", image.file().toString()))
        .said()
        .contains("Block size:               65536")) {
      System.out.println("not compared with the kernel, which has no blocks over its pages");
      return;
    }
    Path mounted = image.mount("ro");
    for (WriteExercise.Subject each : exercise.subjects()) {
      assertArrayEquals(
          each.expected().bytes(), Files.readAllBytes(mounted.resolve(each.name())), each.name());
    }
    image.unmount();
  }
}
