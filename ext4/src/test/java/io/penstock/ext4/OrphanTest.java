package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.ext4.edit.NewMap;
import io.penstock.ext4.format.Inode;
import io.penstock.ext4.format.InodeFields;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.transaction.Transaction;
import io.penstock.ext4.write.Orphans;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a crash leaves half done is finished by whoever opens the volume next. */
class OrphanTest {
  private static final int LENGTH = 500_000;
  private static final long CHANGES = 10_000;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {"-t ext4", "-t ext3 -b 1024", "-t ext4 -O ^has_journal", "-t ext4 -O orphan_file"})
  void aFileWithoutANameIsDeletedWhenItIsClosedOrAfterACrash(String options) throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format(options.split(" "));
        Image crashed = Image.blank(directory, 0);
        Image again = Image.blank(directory, 0)) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        long free = volume.space().freeBlocks();
        long nameless = nameless(volume, 1);
        Ext4File file = volume.node(nameless).open();
        Ext4File other = volume.node(nameless).open();
        file.write(MemorySegment.ofArray(new byte[LENGTH]), 0);
        long second = nameless(volume, 0);
        unlink(volume, nameless);
        volume.sync();
        crashed.copyOf(image);
        again.copyOf(image);
        file.close();
        byte[] still = new byte[10];
        assertEquals(10, other.read(MemorySegment.ofArray(still), LENGTH / 2));
        other.close();
        assertThrows(BlockIoException.class, () -> volume.node(nameless));
        volume.openFiles().unlinked(second);
        assertThrows(BlockIoException.class, () -> volume.node(second));
        volume.sync();
        assertEquals(free, volume.space().freeBlocks());
      }
      image.assertWhole();
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-p", crashed.file().toString()));
      assertTrue(fsck.status() <= 1, fsck::said);
      crashed.assertWhole();
      if (!options.contains("^has_journal")) {
        try (HostDevice device = again.writableDevice();
            Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
          assertEquals(0, volume.writer().orphans().first());
        }
        again.assertWhole();
      }
    }
  }

  /** A file that no directory has; in the list of orphans when it has no links. */
  private static long nameless(Ext4Volume volume, int links) throws IOException {
    try (Transaction change = volume.writer().begin(20)) {
      InodeFields inode = volume.writer().inodes().create(change, Inode.ROOT, 0100600);
      NewMap.begin(inode.links(links), volume.superblock());
      if (links == 0) {
        volume.writer().orphans().add(change, inode.number());
      }
      change.stop();
      return inode.number();
    }
  }

  private static void unlink(Ext4Volume volume, long number) throws IOException {
    try (Transaction change = volume.writer().begin(20)) {
      volume.writer().inodes().edit(change, number).links(0);
      volume.writer().orphans().add(change, number);
      change.stop();
    }
    volume.openFiles().unlinked(number);
  }

  /** It was in the middle of freeing the blocks of many runs. */
  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 1024", "-t ext3 -b 1024"})
  void aFileThatWasBeingCutIsCutToItsEnd(String options) throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format(options.split(" "));
        Image crashed = Image.blank(directory, 0)) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          Ext4File file = volume.create(volume.root(), Name.of("cut"), 0600).open()) {
        for (int i = 0; i < 3000; i += 2) {
          file.write(MemorySegment.ofArray(new byte[1024]), i * 1024L);
        }
        try (Transaction change = volume.writer().begin(20)) {
          volume.writer().inodes().edit(change, file.node().number()).size(100_000);
          volume.writer().orphans().add(change, file.node().number());
          change.stop();
        }
        volume.sync();
        crashed.copyOf(image);
      }
      try (HostDevice device = crashed.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        assertEquals(0, volume.writer().orphans().first());
        assertEquals(100_000, volume.resolve("cut").inode().size());
        assertTrue(volume.resolve("cut").inode().sectors() < 150, "sectors");
      }
      crashed.assertWhole();
    }
  }

  /** Cutting it takes several transactions, in which it is in the list for that too. */
  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 1024 -J size=1", "-t ext2 -b 1024"})
  void aFileThatIsCutWithoutANameIsDeletedWhenItIsClosed(String options) throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format(options.split(" "))) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        VolumeSpace before = volume.space();
        Name name = Name.of("cut");
        try (Ext4File file = volume.create(volume.root(), name, 0600).open()) {
          for (int i = 0; i < 3000; i += 2) {
            file.write(MemorySegment.ofArray(new byte[1024]), i * 1024L);
          }
          volume.root().unlink(name);
          file.truncate(1000);
          assertTrue(volume.writer().orphans().contains(file.node().number()), "in the list");
        }
        assertEquals(before.freeInodes(), volume.space().freeInodes());
        volume.sync();
        assertEquals(before.freeBlocks(), volume.space().freeBlocks());
      }
      image.assertWhole();
    }
  }

  /** The superblock and the inodes that it leads to change together, also for those who look. */
  @Test
  void theListIsWholeWhileOthersChangeIt() throws Exception {
    try (Image image = Image.blank(directory, 48L << 20).format("-t", "ext4");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Orphans orphans = volume.writer().orphans();
      long last = nameless(volume, 0);
      long other = nameless(volume, 1);
      Callable<Long> changing = () -> comeAndGo(volume, other);
      Future<Long> changes = threads.submit(changing);
      while (!changes.isDone()) {
        assertTrue(orphans.contains(last), "inode " + last + " is in the list");
      }
      assertEquals(CHANGES, changes.get());
      volume.openFiles().unlinked(last);
      unlink(volume, other);
      assertEquals(0, orphans.first());
    }
  }

  /** Puts an inode at the head of the list and takes it off, again and again. */
  private static long comeAndGo(Ext4Volume volume, long number) throws IOException {
    Orphans orphans = volume.writer().orphans();
    for (long i = 0; i < CHANGES; i++) {
      try (Transaction change = volume.writer().begin(20)) {
        if (i % 2 == 0) {
          orphans.add(change, number);
        } else {
          orphans.remove(change, number);
        }
        change.stop();
      }
    }
    return CHANGES;
  }
}
