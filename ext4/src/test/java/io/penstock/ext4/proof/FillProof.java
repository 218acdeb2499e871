package io.penstock.ext4.proof;

import io.penstock.core.device.HostDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.ext4.host.Comparison;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.ext4.host.TreeMaker;
import io.penstock.ext4.nio.TreeCopier;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fills volumes that mke2fs has made with a tree, by Penstock alone: e2fsck must find nothing, and
 * the kernel must read the same from them that it reads where the tree comes from; where its pages
 * are too small for the blocks, fuse2fs must.
 */
public final class FillProof implements Closeable {
  private static final Map<String, String> WRITE = Map.of("accessMode", "readWrite");
  private static final long SOURCE_BYTES = 512L << 20;

  private final Path directory;
  private final Image source;
  private final Path mounted;

  /**
   * Makes the tree, on a volume of its own.
   *
   * @param files so many at least
   */
  public FillProof(Path directory, long seed, int files) throws IOException {
    this.directory = directory;
    source = Image.blank(directory, SOURCE_BYTES).format("-t", "ext4", "-b", "4096");
    // no times that small inodes have no room for
    new TreeMaker(seed, source.mount("rw"), files, true, false).withoutLargeAttributes().make();
    source.unmount();
    mounted = source.mount("ro");
  }

  /**
   * Fills a volume made in one way; empty where it was refused to write to such a volume.
   *
   * @throws IOException also when it was refused and should not be, or the other way round
   */
  public Optional<Comparison> run(Configuration way) throws IOException {
    try (Image target = Image.blank(directory, (long) way.mebibytes() << 20)) {
      target.format(way.options().split(" "));
      if (!way.isWritable()) {
        requireRefusal(target);
        return Optional.empty();
      }
      try (FileSystem from = FileSystems.newFileSystem(source.file());
          FileSystem to = FileSystems.newFileSystem(target.file(), WRITE)) {
        TreeCopier.copy(from.getPath("/"), to.getPath("/"));
      }
      WriteProof.requireWhole(target);
      try (HostDevice device = target.device();
          Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
        Comparison done = Comparison.withSource(volume, mounted);
        if (way.mountable()) {
          Comparison.withMount(volume, target.mount("ro"));
        } else {
          compareByFuse(target);
        }
        return Optional.of(done);
      }
    }
  }

  private static void requireRefusal(Image target) throws IOException {
    try {
      FileSystems.newFileSystem(target.file(), WRITE).close();
    } catch (BlockIoException refused) {
      if (refused.is(Errno.EOPNOTSUPP)) {
        return;
      }
      throw refused;
    }
    throw new IOException("it was not refused to write to it");
  }

  /** Without what takes long and was compared before, and what diff cannot compare. */
  private void compareByFuse(Image target) throws IOException {
    Path point = Files.createTempDirectory("penstock-fuse");
    try {
      Tools.need("fuse2fs", "-o", "ro", target.file().toString(), point.toString());
      try {
        Tools.Result diff =
            Tools.run(
                List.of(
                    "diff",
                    "-r",
                    "--no-dereference",
                    "--exclude=nodes",
                    "--exclude=huge",
                    mounted.toString(),
                    point.toString()));
        if (diff.status() != 0) {
          throw new IOException("fuse2fs reads something else: " + diff);
        }
      } finally {
        Tools.must("umount", point.toString());
      }
    } finally {
      Files.delete(point);
    }
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
