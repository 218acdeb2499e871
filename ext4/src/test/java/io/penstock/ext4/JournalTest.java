package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A volume that was not unmounted is seen as its journal says, and is not changed by it. */
class JournalTest {
  private static final long SEED = 20261126;
  private static final byte[] MAGIC = {(byte) 0xC0, 0x3B, 0x39, (byte) 0x98};

  @TempDir Path directory;

  /** All of them take minutes: {@code -Dpenstock.thorough=true}; else one with revoked blocks. */
  static List<Arguments> ways() {
    List<Arguments> all =
        List.of(
            Arguments.of("-t ext3 -b 1024 -J size=32", "data=journal"),
            Arguments.of("-t ext4 -O fast_commit", "defaults"),
            Arguments.of("-t ext4", "defaults"),
            Arguments.of("-t ext4 -J size=32", "data=journal"),
            Arguments.of("-t ext4 -O ^metadata_csum", "journal_checksum"),
            Arguments.of(
                "-t ext4 -O ^metadata_csum -b 1024",
                "journal_checksum,journal_async_commit,data=writeback"),
            Arguments.of("-t ext4 -O ^64bit", "defaults"));
    return Boolean.getBoolean("penstock.thorough") ? all : all.subList(0, 1);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void isSeenAsAfterARecovery(String options, String mountOptions) throws Exception {
    try (Image image = Image.blank(directory, 96L << 20).format(options.split(" "));
        Image crashed = Image.blank(directory, 0);
        Image recovered = Image.blank(directory, 0)) {
      fill(image.mount(mountOptions));
      copy(image, crashed);
      copy(image, recovered);
      image.unmount();
      int status = Tools.run(List.of("e2fsck", "-fy", recovered.file().toString())).status();
      assertTrue(status <= 1, "e2fsck ended with " + status);
      byte[] before = Files.readAllBytes(crashed.file());
      Path mounted = recovered.mount("ro");
      try (HostDevice device = crashed.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        System.out.println(
            options + ", " + mountOptions + ": " + volume.blocksInJournal() + " blocks in journal");
        assertTrue(volume.blocksInJournal() > 10, "blocks in the journal");
        Comparison.quick(volume, mounted);
      }
      assertArrayEquals(before, Files.readAllBytes(crashed.file()), "the volume has changed");
    }
  }

  /** A tree whose changes are in the journal only, with revoked blocks and blocks to be escaped. */
  private static void fill(Path mounted) throws IOException {
    new TreeMaker(SEED, mounted, 60, true, false).make();
    Path gone = Files.createDirectory(mounted.resolve("gone"));
    for (int i = 0; i < 200; i++) {
      Files.writeString(gone.resolve("file-" + i), "gone");
    }
    sync(mounted);
    for (int i = 0; i < 200; i++) {
      Files.delete(gone.resolve("file-" + i));
    }
    Files.delete(gone);
    // the directory's blocks are used again, for data that must not be replaced by old metadata
    byte[] data = new byte[40_000];
    Arrays.fill(data, (byte) 'd');
    for (int i = 0; i < 30; i++) {
      Files.write(mounted.resolve("again-" + i), data);
    }
    byte[] escaped = new byte[70_000];
    for (int at = 0; at + 4 <= escaped.length; at += 1024) {
      System.arraycopy(MAGIC, 0, escaped, at, 4);
    }
    Files.write(mounted.resolve("begins-with-the-journal's-magic"), escaped);
    sync(mounted);
  }

  private static void sync(Path mounted) throws IOException {
    Tools.must("sync", "-f", mounted.toString());
  }

  private static void copy(Image from, Image to) throws IOException {
    Tools.must("cp", "--sparse=always", from.file().toString(), to.file().toString());
  }

  @ParameterizedTest
  @CsvSource({
    "64bit, jo",
    "^64bit, jo",
    "'64bit,metadata_csum', jo -c -v 2",
    "'^64bit,metadata_csum', jo -c -v 2",
    "'64bit,metadata_csum', jo -c -v 3",
    "'^64bit,metadata_csum', jo -c -v 3"
  })
  void logsOfDebugfsAreUnderstood(String features, String open) throws Exception {
    try (Image image =
        Image.blank(directory, 32L << 20).format("-t", "ext4", "-b", "1024", "-O", features)) {
      byte[] blocks = new byte[3 * 1024];
      Arrays.fill(blocks, (byte) 0x77);
      System.arraycopy(MAGIC, 0, blocks, 1024, 4);
      Path data = Files.write(directory.resolve("data"), blocks);
      Path commands = directory.resolve("commands");
      Files.writeString(
          commands,
          String.join("\n", open, "jw -b 20001,20002,20003 " + data, "jw -r 20003", "jc", ""));
      Tools.must("debugfs", "-w", "-f", commands.toString(), image.file().toString());
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        assertEquals(2, volume.blocksInJournal());
        byte[] first = Arrays.copyOfRange(blocks, 0, 1024);
        assertArrayEquals(first, block(volume, 20001));
        byte[] second = Arrays.copyOfRange(blocks, 1024, 2048);
        assertArrayEquals(second, block(volume, 20002));
        assertArrayEquals(new byte[1024], block(volume, 20003));
      }
    }
  }

  private static byte[] block(Ext4Volume volume, long number) throws IOException {
    return volume.table().store().read(number).bytes().copy();
  }
}
