package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.format.BlockBytes;
import io.penstock.ext4.format.JournalHeader;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.space.BlockRun;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.VolumeWriter;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the log holds of a block is not brought back when the block has become something else. */
class RevocationTest {
  private static final int BLOCK = 1024;

  @TempDir Path directory;

  /**
   * The nodes of a file's map are in the log; then the file is cut, and what were its nodes holds
   * another file's data. That is not in the log, and what is must not be written over it.
   */
  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 1024", "-t ext3 -b 1024", "-t ext4 -b 1024 -O ^64bit"})
  @Rule("CMP-6")
  void dataInFormerMetadataSurvivesARecovery(String options) throws Exception {
    byte[] data = new byte[BLOCK];
    Arrays.fill(data, (byte) 0x5A);
    try (Image image = Image.blank(directory, 8L << 20).format(options.split(" "));
        Image crashed = Image.blank(directory, 0);
        Image again = Image.blank(directory, 0)) {
      long blocks;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        Ext4File first = create(volume, "first");
        for (int i = 0; i < 300; i++) {
          first.write(MemorySegment.ofArray(data), 2L * i * BLOCK);
        }
        first.syncAll();
        first.truncate(0);
        first.syncAll();
        Ext4File second = create(volume, "second");
        blocks = fill(second, data);
        second.syncAll();
        crashed.copyOf(image);
        again.copyOf(image);
      }
      assertTrue(blocks > 3000, blocks + " blocks");
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-p", crashed.file().toString()));
      assertTrue(fsck.status() <= 1, fsck::said);
      assertHolds(crashed, blocks, data);
      try (HostDevice device = again.writableDevice()) {
        Ext4Volume.open(device, Ext4Options.WRITE).close();
      }
      assertHolds(again, blocks, data);
    }
  }

  private static Ext4File create(Ext4Volume volume, String name) throws IOException {
    return volume.create(volume.root(), Name.of(name), 0600).open();
  }

  /** All blocks there are. */
  private static long fill(Ext4File file, byte[] data) throws IOException {
    for (long i = 0; ; i++) {
      try {
        file.append(MemorySegment.ofArray(data));
      } catch (io.penstock.core.error.BlockIoException full) {
        return i;
      }
    }
  }

  private static void assertHolds(Image image, long blocks, byte[] data) throws IOException {
    try (HostDevice device = image.device();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve("second").open()) {
      assertEquals(blocks * BLOCK, file.size());
      byte[] found = new byte[BLOCK];
      for (long i = 0; i < blocks; i++) {
        assertEquals(BLOCK, file.read(MemorySegment.ofArray(found), i * BLOCK));
        assertArrayEquals(data, found, "block " + i);
      }
    }
  }

  /** A block that begins like one of the log's own is not taken for one. */
  @Test
  @Rule("CMP-6")
  void blocksThatBeginWithTheMagicNumberAreEscaped() throws Exception {
    try (Image image = Image.blank(directory, 16L << 20).format("-t", "ext4", "-b", "1024");
        Image crashed = Image.blank(directory, 0);
        Image again = Image.blank(directory, 0)) {
      long block;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        VolumeWriter writer = volume.writer();
        try (Transaction change = writer.begin(8)) {
          BlockRun run = writer.blocks().allocate(change, 8000, 1);
          block = run.first();
          BlockBytes bytes = change.create(block);
          bytes.putBig32(0, JournalHeader.MAGIC).putBig32(4, JournalHeader.COMMIT).putBig32(8, 99);
          change.stop();
        }
        volume.sync();
        crashed.copyOf(image);
        again.copyOf(image);
      }
      try (HostDevice device = crashed.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        assertMagic(volume, block);
      }
      // the block belongs to nobody, which e2fsck repairs; the first four bytes it puts back
      int status = Tools.run(List.of("e2fsck", "-fy", again.file().toString())).status();
      assertTrue(status <= 1, "e2fsck ended with " + status);
      try (HostDevice device = again.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        assertMagic(volume, block);
      }
    }
  }

  private static void assertMagic(Ext4Volume volume, long block) throws IOException {
    assertEquals(JournalHeader.MAGIC, (int) volume.table().store().read(block).bytes().big32(0));
  }
}
