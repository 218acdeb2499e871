package io.penstock.cli.bench;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.ext4.Ext4File;
import io.penstock.ext4.Ext4Options;
import io.penstock.ext4.Ext4Volume;
import io.penstock.file.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file that is measured on: one of the user's, left there, or a scratch file, removed. */
public final class BenchTarget implements AutoCloseable {
  private final Path file;
  private final long bytes;
  private final @Nullable Scratch scratch;

  private BenchTarget(Path file, long bytes, @Nullable Scratch scratch) {
    this.file = file;
    this.bytes = bytes;
    this.scratch = scratch;
  }

  /**
   * Finds or makes it.
   *
   * @param name a file or block device that is there or not, or a directory; the current directory
   *     if empty
   * @param size bytes of it to use
   * @param usualSize of a scratch file when {@code size} is empty
   * @param writes whether it is going to be written
   * @param overwrite whether the contents of one that is there may be lost by that
   * @throws BlockIoException EEXIST when they may not; as {@link Engines#open}
   */
  public static BenchTarget prepare(
      Optional<Path> name, Optional<Long> size, long usualSize, boolean writes, boolean overwrite)
      throws IOException {
    Path path = name.orElse(Path.of("."));
    long scratchBytes = size.orElse(usualSize);
    if (Files.isDirectory(path)) {
      Scratch scratch = Scratch.in(path, scratchBytes);
      return new BenchTarget(scratch.file(), scratchBytes, scratch);
    }
    if (!Files.exists(path)) {
      Scratch scratch = Scratch.at(path, scratchBytes);
      return new BenchTarget(path, scratchBytes, scratch);
    }
    requireOverwrite(path.toString(), writes, overwrite);
    OpenMode mode = writes ? OpenMode.READ_WRITE : OpenMode.READ;
    try (HostDevice device = Engines.open(path, Engines.AUTO, mode)) {
      return new BenchTarget(path, Math.min(device.length(), size.orElse(Long.MAX_VALUE)), null);
    }
  }

  /**
   * A file on a volume that is not mounted.
   *
   * @param image the volume
   * @param path of the file, from the volume's root
   * @throws BlockIoException EEXIST when its contents may not be lost, EINVAL when it is no regular
   *     file; as {@link Ext4Volume#resolve(String)}
   */
  public static BenchTarget onVolume(
      Path image, String path, Optional<Long> size, boolean writes, boolean overwrite)
      throws IOException {
    requireOverwrite(path, writes, overwrite);
    try (HostDevice device = Engines.open(image, Engines.AUTO, OpenMode.READ);
        Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve(path).open()) {
      return new BenchTarget(image, Math.min(file.size(), size.orElse(Long.MAX_VALUE)), null);
    }
  }

  private static void requireOverwrite(String name, boolean writes, boolean overwrite)
      throws BlockIoException {
    if (writes && !overwrite) {
      throw new BlockIoException(
          Errno.EEXIST,
          "write",
          name,
          "its contents would be lost; allow that with --overwrite, or name a file that is not"
              + " there");
    }
  }

  /** Its name. */
  public Path file() {
    return file;
  }

  /**
   * Bytes to use, in whole blocks.
   *
   * @throws BlockIoException EINVAL when it has not even one block
   */
  public long usable(int blockSize) throws IOException {
    long usable = bytes - bytes % blockSize;
    if (usable == 0) {
      throw new BlockIoException(
          Errno.EINVAL,
          "measure on",
          file.toString(),
          bytes + " bytes are less than one block of " + blockSize + "; use a larger file");
    }
    return usable;
  }

  @Override
  public void close() {
    if (scratch != null) {
      scratch.close();
    }
  }
}
