package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Blocks are taken in long runs, none twice, and all of them until there are no more. */
class AllocationTest {
  private static final int MEBIBYTE = 1 << 20;

  /** Mebibytes of a long file; the requirement is 1024 with at most 10 extents. */
  private static final int LONG = Boolean.getBoolean("penstock.thorough") ? 1024 : 160;

  @TempDir Path directory;

  @Test
  void aLongFileHasFewExtents() throws Exception {
    try (Image image = Image.blank(directory, 2L << 30).format("-t", "ext4")) {
      int runs = 0;
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          IoArena arena = IoArena.ofShared()) {
        MemorySegment memory = arena.allocate(MEBIBYTE, 4096);
        Ext4Node node = volume.create(volume.root(), Name.of("long"), 0644);
        try (Ext4File file = node.open()) {
          for (int i = 0; i < LONG; i++) {
            memory.set(ValueLayout.JAVA_INT, 0, i);
            file.write(memory, (long) i * MEBIBYTE);
          }
        }
        runs = extents(image, volume);
      }
      System.out.println(LONG + " MiB written from front to back: " + runs + " extents");
      assertTrue(runs <= 10, runs + " extents");
      image.assertWhole();
    }
  }

  private static int extents(Image image, Ext4Volume volume) throws IOException {
    volume.sync();
    volume.close();
    String told = Tools.must("debugfs", "-R", "dump_extents -l /long", image.file().toString());
    System.out.println(told);
    return (int) told.lines().filter(line -> line.contains("/")).count();
  }

  /** They take turns, and what each writes is still in long runs. */
  @Test
  void filesThatGrowAtTheSameTimeDoNotInterleave() throws Exception {
    try (Image image = Image.blank(directory, 256L << 20).format("-t", "ext4")) {
      int[] runs = new int[1];
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        List<Ext4File> files = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
          files.add(volume.create(volume.root(), Name.of("file-" + i), 0644).open());
        }
        byte[] data = new byte[8192];
        for (int i = 0; i < 512; i++) {
          for (Ext4File each : files) {
            each.append(MemorySegment.ofArray(data));
          }
        }
        for (Ext4File each : files) {
          volume.node(each.node().number()).runs(run -> runs[0]++);
        }
      }
      System.out.println("8 files of 4 MiB, 8 KiB at a time: " + runs[0] + " runs");
      assertTrue(runs[0] <= 8 * 8, runs[0] + " runs");
      image.assertWhole();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-t ext4", "-t ext2 -b 1024", "-t ext3"})
  void aFullVolumeSaysSoAndIsWhole(String options) throws Exception {
    try (Image image = Image.blank(directory, 24L << 20).format(options.split(" "))) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
        byte[] data = new byte[300_000];
        BlockIoException full = null;
        for (int i = 0; i < 1000 && full == null; i++) {
          try (Ext4File file = volume.create(volume.root(), Name.of("file-" + i), 0644).open()) {
            file.write(MemorySegment.ofArray(data), 0);
          } catch (BlockIoException failure) {
            full = failure;
          }
        }
        assertTrue(full != null && full.errno() == Errno.ENOSPC.number(), "ENOSPC: " + full);
        try (Ext4File first = volume.resolve("file-0").open()) {
          assertThrows(BlockIoException.class, () -> fill(first));
          first.truncate(0);
          // its blocks can be used again when that is committed, which the write sees to
          first.write(MemorySegment.ofArray(data), 0);
          assertEquals(data.length, first.size());
        }
      }
      image.assertWhole();
    }
  }

  /** Until then a crash brings the file back that they belonged to, which would show new data. */
  @Test
  @Rule("ZERO-3")
  void freedBlocksAreNotUsedBeforeThatIsDurable() throws Exception {
    byte[] data = new byte[MEBIBYTE];
    try (Image image = Image.blank(directory, 24L << 20).format("-t", "ext4", "-b", "4096");
        HostDevice device = image.writableDevice();
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
        Ext4File cut = volume.create(volume.root(), Name.of("cut"), 0644).open()) {
      cut.write(MemorySegment.ofArray(new byte[4 * MEBIBYTE]), 0);
      cut.syncAll();
      Set<Long> freed = blocks(volume, cut);
      cut.truncate(0);

      Set<Long> early = blocksOfNewFile(volume, "early", data);
      early.retainAll(freed);
      assertTrue(early.isEmpty(), () -> "used before the commit: " + early);

      volume.sync();
      Set<Long> late = blocksOfNewFile(volume, "late", data);
      late.retainAll(freed);
      assertFalse(late.isEmpty(), "not used after the commit either, though they lie next");
    }
  }

  private static Set<Long> blocksOfNewFile(Ext4Volume volume, String name, byte[] data)
      throws IOException {
    try (Ext4File file = volume.create(volume.root(), Name.of(name), 0644).open()) {
      file.write(MemorySegment.ofArray(data), 0);
      return blocks(volume, file);
    }
  }

  private static Set<Long> blocks(Ext4Volume volume, Ext4File file) throws IOException {
    Set<Long> blocks = new TreeSet<>();
    volume
        .node(file.node().number())
        .runs(
            run -> {
              for (long i = 0; i < run.blocks(); i++) {
                blocks.add(run.block() + i);
              }
            });
    return blocks;
  }

  private static void fill(Ext4File file) throws IOException {
    byte[] data = new byte[1024];
    for (int i = 0; i < 24 << 10; i++) {
      file.append(MemorySegment.ofArray(data));
    }
  }

  @Test
  @Rule("FILE-6")
  void writersOfOneFileDoNotLoseEachOthersBytes() throws Exception {
    int writers = 4;
    int parts = 300;
    int length = 777;
    try (Image image = Image.blank(directory, 64L << 20).format("-t", "ext4")) {
      try (HostDevice device = image.writableDevice();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
          Ext4File file = volume.create(volume.root(), Name.of("shared"), 0644).open()) {
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          int own = writer;
          all.add(
              CompletableFuture.runAsync(
                  () -> {
                    byte[] data = new byte[length];
                    java.util.Arrays.fill(data, (byte) (own + 1));
                    for (int part = own; part < parts; part += writers) {
                      try {
                        file.write(MemorySegment.ofArray(data), (long) part * length);
                        if (part % 50 == 0) {
                          file.sync();
                        }
                      } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                      }
                    }
                  }));
        }
        all.forEach(CompletableFuture::join);
        byte[] found = new byte[parts * length];
        assertEquals(found.length, file.read(MemorySegment.ofArray(found), 0));
        for (int i = 0; i < found.length; i++) {
          assertEquals(i / length % writers + 1, found[i], "byte " + i);
        }
      }
      image.assertWhole();
    }
  }
}
