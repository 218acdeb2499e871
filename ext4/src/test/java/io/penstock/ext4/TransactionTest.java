package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.transaction.Transaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of metadata are all or nothing, and leave a volume that e2fsck finds whole. */
class TransactionTest {
  private static final int FILES = 40;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4",
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -b 65536",
        "-t ext4 -O ^has_journal",
        "-t ext4 -O ^metadata_csum,uninit_bg",
        "-t ext4 -O ^64bit,^metadata_csum,^uninit_bg",
        "-t ext3",
        "-t ext2",
        "-t ext2 -I 128 -b 1024 -O none"
      })
  void whatIsCreatedIsThereAfterwards(String options) throws Exception {
    try (Image image = Image.blank(directory, 64L << 20).format(options.split(" "))) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        for (int i = 0; i < FILES; i++) {
          volume.create(volume.root(), Name.of("file-" + i), 0644);
          if (i % 7 == 0) {
            volume.sync();
          }
        }
        assertUndone(volume);
      }
      image.assertWhole();
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        for (int i = 0; i < FILES; i++) {
          assertEquals(0, volume.resolve("/file-" + i).inode().size());
        }
        assertEquals(List.of(), volume.check().findings());
      }
    }
  }

  /** The volume is left in the middle of writing: what was synced is in the journal. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4",
        "-t ext4 -b 1024 -J size=1",
        "-t ext4 -O fast_commit",
        "-t ext4 -O ^metadata_csum",
        "-t ext4 -O ^64bit",
        "-t ext3 -b 2048"
      })
  void whatWasSyncedIsRecovered(String options) throws Exception {
    try (Image image = Image.blank(directory, 64L << 20).format(options.split(" "));
        Image crashed = Image.blank(directory, 0);
        Image again = Image.blank(directory, 0)) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        for (int i = 0; i < FILES; i++) {
          volume.create(volume.root(), Name.of("file-" + i), 0644);
          if (i % 3 == 0) {
            volume.sync();
          }
        }
        volume.sync();
        crashed.copyOf(image);
        again.copyOf(image);
      }
      try (HostDevice device = crashed.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        assertTrue(volume.blocksInJournal() > 3, "blocks in the journal");
        assertNotNull(volume.root().find(Name.of("file-" + (FILES - 1))));
      }
      try (HostDevice device = again.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        assertNotNull(volume.root().find(Name.of("file-" + (FILES - 1))));
        assertEquals(List.of(), volume.check().findings());
      }
      again.assertWhole();
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-p", crashed.file().toString()));
      assertTrue(fsck.status() <= 1 && fsck.said().contains("recovering journal"), fsck::said);
      crashed.assertWhole();
      try (HostDevice device = crashed.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        assertNotNull(volume.root().find(Name.of("file-" + (FILES - 1))));
      }
    }
  }

  /** What is seen by the one who does it, and by nobody when it is not stopped. */
  private static void assertUndone(Ext4Volume volume) throws IOException {
    long free = volume.space().freeInodes();
    try (Transaction change = volume.writer().begin(20)) {
      volume.create(volume.root(), Name.of("undone"), 0600);
      assertNotNull(volume.root().find(Name.of("undone")));
      volume.writer().inodes().edit(change, 2).modificationTime(Instant.EPOCH);
      assertEquals(Instant.EPOCH, volume.root().inode().modificationTime());
    }
    assertNull(volume.root().find(Name.of("undone")));
    assertTrue(volume.root().inode().modificationTime().isAfter(Instant.EPOCH));
    assertEquals(free, volume.space().freeInodes());
  }
}
