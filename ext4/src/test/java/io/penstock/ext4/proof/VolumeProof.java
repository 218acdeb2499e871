package io.penstock.ext4.proof;

import io.penstock.core.device.HostDevice;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.check.CheckReport;
import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Makes a volume in one way, has the kernel or mke2fs fill it with a tree, and reads all of it: it
 * has to be what was put there, and both checks have to find nothing.
 */
public final class VolumeProof {
  private static final Ext4Options SMALL_CACHE = Ext4Options.READ.withCacheBytes(256 << 10);

  private VolumeProof() {}

  /**
   * Proves one way.
   *
   * @param directory for the image, which is removed
   * @param files about so many
   */
  public static Comparison run(Configuration way, Path directory, long seed, int files)
      throws IOException {
    return way.mountable()
        ? mounted(way, directory, seed, files)
        : filled(way, directory, seed, files);
  }

  private static Comparison mounted(Configuration way, Path directory, long seed, int files)
      throws IOException {
    try (Image image = Image.blank(directory, (long) way.mebibytes() << 20)) {
      image.format(way.options().split(" "));
      Path point = image.mount("rw");
      new TreeMaker(seed, point, files, true, way.hasLargeInodes()).make();
      image.unmount();
      point = image.mount("ro");
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, SMALL_CACHE)) {
        Comparison done = Comparison.withMount(volume, point);
        check(image, volume);
        return done;
      }
    }
  }

  private static Comparison filled(Configuration way, Path directory, long seed, int files)
      throws IOException {
    Path source = Files.createTempDirectory(directory, "source");
    Tools.must("chmod", "755", source.toString()); // of the root mke2fs takes only the attributes
    try (Image image = Image.blank(directory, (long) way.mebibytes() << 20)) {
      new TreeMaker(seed, source, files, false, way.hasLargeInodes())
          .withoutLargeAttributes()
          .make();
      image.format((way.options() + " -d " + source).split(" "));
      if (way.options().contains("quota")) { // mke2fs counts what is used before it fills
        Tools.run(List.of("e2fsck", "-fy", image.file().toString()));
      }
      try (HostDevice device = image.device();
          Ext4Volume volume = Ext4Volume.open(device, SMALL_CACHE)) {
        Comparison done = Comparison.withSource(volume, source);
        check(image, volume);
        return done;
      }
    } finally {
      Tools.must("rm", "-rf", source.toString());
    }
  }

  private static void check(Image image, Ext4Volume volume) throws IOException {
    CheckReport report = volume.check();
    Tools.Result fsck = Tools.run(List.of("e2fsck", "-fn", image.file().toString()));
    if (report.isClean() != (fsck.status() == 0)) {
      throw new IOException(
          "check found "
              + report.findings().stream().limit(20).toList()
              + ", e2fsck ended with "
              + fsck);
    }
  }
}
