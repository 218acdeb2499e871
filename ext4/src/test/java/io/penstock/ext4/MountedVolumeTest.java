package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.TreeMaker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Volumes that the kernel filled are read as the kernel reads them. */
class MountedVolumeTest {
  private static final long SEED = 20261126;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-t ext4",
        "-t ext2 -b 1024",
        "-t ext3 -b 4096 -I 128",
        "-t ext4 -b 1024 -O inline_data,ea_inode,large_dir -I 512",
        "-t ext4 -O bigalloc,meta_bg,^resize_inode -C 16384",
      })
  void everyFileIsReadAsTheKernelReadsIt(String options) throws Exception {
    System.out.println("seed " + SEED + ", mke2fs " + options);
    try (Image image = Image.blank(directory, 96L << 20).format(options.split(" "))) {
      Path mounted = image.mount("rw");
      new TreeMaker(SEED, mounted, 600, true, !options.contains("128")).make();
      image.unmount();
      mounted = image.mount("ro");
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        Comparison done = Comparison.withMount(volume, mounted);
        System.out.println(
            done.files() + " files, " + done.bytes() + " bytes, " + done.extents() + " extents");
        assertTrue(done.files() > 500);
        assertEquals(List.of(), volume.check().findings());
      }
    }
  }
}
