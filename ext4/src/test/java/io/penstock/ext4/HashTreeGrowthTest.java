package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.format.NameHash;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.testkit.Dice;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Directories get hash trees when they grow, of all kinds and as deep as they may be. */
class HashTreeGrowthTest {
  private static final long SEED = Long.getLong("penstock.seed", 20261126);
  private static final int MOST = 120_000;

  @TempDir Path directory;

  /** Any bytes, most of them above 127, so that it matters whether they are signed. */
  private static Name anyName(Dice dice, int index, int length) {
    byte[] name = new byte[length];
    for (int i = 0; i < length; i++) {
      int each = dice.between(1, 255);
      name[i] = (byte) (each == '/' || each == '.' ? 0xFF : each);
    }
    byte[] number = Integer.toString(index).getBytes();
    System.arraycopy(number, 0, name, 0, number.length);
    return Name.of(name);
  }

  /** What debugfs says of the root of a directory's tree. */
  private static int levels(Image image, String path) throws IOException {
    String said = Tools.must("debugfs", "-R", "htree_dump " + path, image.file().toString());
    for (String line : said.lines().toList()) {
      if (line.contains("Indirect levels:")) {
        return Integer.parseInt(line.replaceAll(".*: *", "").strip());
      }
    }
    throw new IOException("no hash tree: " + said.substring(0, Math.min(200, said.length())));
  }

  @ParameterizedTest
  @CsvSource({
    "legacy, 1",
    "legacy, 2",
    "half_md4, 1",
    "half_md4, 2",
    "tea, 1",
    "tea, 2",
  })
  void everyHashOrdersNames(String hash, int flags) throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "1024")) {
      Tools.must("tune2fs", "-E", "hash_alg=" + hash, image.file().toString());
      image.debugfs("set_super_value flags " + flags);
      Dice dice = new Dice(SEED);
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        Ext4Node names = volume.root().createDirectory(Name.of("names"), 0755);
        for (int i = 0; i < 900; i++) {
          names.createFile(anyName(dice, i, dice.between(3, 255)), 0644);
        }
      }
      image.assertWhole();
      assertTrue(levels(image, "/names") >= 1, "levels");
      dice = new Dice(SEED);
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        Ext4Node names = volume.resolve("/names");
        for (int i = 0; i < 900; i++) {
          assertNotNull(names.find(anyName(dice, i, dice.between(3, 255))));
        }
      }
    }
  }

  /** Names of one hash may be in two blocks; the second is marked as going on. */
  @Test
  void namesOfOneHashAreFoundInTwoBlocks() throws Exception {
    System.out.println("seed " + SEED + " (-Dpenstock.seed)");
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "1024")) {
      Tools.must("tune2fs", "-E", "hash_alg=legacy", image.file().toString());
      List<Name> names;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        names = colliding(volume, 24);
        Ext4Node directory = volume.root().createDirectory(Name.of("names"), 0755);
        for (Name each : names) {
          directory.createFile(each, 0644);
        }
        for (Name each : names) {
          assertNotNull(directory.find(each));
        }
      }
      image.assertWhole();
      Tools.Result dump =
          Tools.run(List.of("debugfs", "-R", "htree_dump /names", image.file().toString()));
      assertTrue(
          dump.said().lines().anyMatch(line -> line.matches(".*Hash 0x[0-9a-f]*[13579bdf],.*")),
          "no hash goes on in another block");
    }
  }

  /** Names each of which has the hash of another. */
  private static List<Name> colliding(Ext4Volume volume, int count) {
    Dice dice = new Dice(SEED);
    boolean unsigned = volume.superblock().isHashUnsigned();
    Map<Integer, Name> seen = new HashMap<>();
    List<Name> found = new ArrayList<>();
    while (found.size() < count) {
      // long, so that few are in a block, and some of those of one hash in two
      Name name = Name.of("l".repeat(235) + Long.toString(dice.nextLong(), Character.MAX_RADIX));
      int hash = NameHash.LEGACY.of(name.bytes(), volume.superblock().hashSeed(), unsigned);
      Name other = seen.putIfAbsent(hash, name);
      if (other != null) {
        found.add(other);
        found.add(name);
        seen.remove(hash);
      }
    }
    // pair by pair they would be split between pairs
    Collections.shuffle(found, new Random(SEED));
    return found;
  }

  /** The same with and without large_dir: a tree is full where the format says, and stays whole. */
  @Test
  void aTreeThatIsFullTakesNoMore() throws Exception {
    int names = fill("^large_dir", 1);
    int more = Boolean.getBoolean("penstock.thorough") ? fill("large_dir", 2) : names + 1;
    assertTrue(more > names, () -> more + " names with large_dir, " + names + " without");
  }

  private int fill(String features, int levels) throws Exception {
    try (Image image =
        Image.blank(directory, 192L << 20)
            .format("-t", "ext4", "-b", "1024", "-N", "1000", "-O", features)) {
      int made = 0;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        Ext4Node root = volume.root();
        Ext4Node names = root.createDirectory(Name.of("names"), 0755);
        Dice dice = new Dice(SEED);
        Ext4Node file = root.createFile(Name.of("file-0"), 0644);
        BlockIoException refusal = null;
        while (refusal == null && made < MOST) {
          Name name = anyName(dice, made, 255);
          if (made % 60_000 == 59_999) {
            file = root.createFile(Name.of("file-" + made), 0644);
          }
          try {
            names.link(name, file);
            made++;
          } catch (BlockIoException failure) {
            refusal = failure;
          }
        }
        if (levels == 1) {
          assertNotNull(refusal);
          assertTrue(refusal.is(Errno.ENOSPC), refusal::getMessage);
          assertTrue(refusal.getMessage().contains("large_dir"), refusal::getMessage);
        }
        Name other = Name.of("b");
        root.link(other, file);
        assertThrows(BlockIoException.class, () -> root.link(other, root.child(other)));
      }
      System.out.println(features + ": " + made + " names of 255 bytes");
      image.assertWhole();
      assertEquals(levels, levels(image, "/names"));
      return made;
    }
  }
}
