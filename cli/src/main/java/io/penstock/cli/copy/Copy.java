package io.penstock.cli.copy;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.file.Engines;
import io.penstock.file.JdkErrors;
import io.penstock.linux.PageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A copy of a file or block device to a file or block device. Everything that can be wrong is
 * looked for before the first byte is written.
 */
public final class Copy {
  private static final double NANOS = 1e9;

  private final Path source;
  private final Path target;
  private final CopyOptions options;
  private final CopyProgress.Factory progress;

  /** A copy that has not begun. */
  public Copy(Path source, Path target, CopyOptions options, CopyProgress.Factory progress) {
    this.source = source;
    this.target = target;
    this.options = options;
    this.progress = progress;
  }

  /**
   * Copies.
   *
   * @throws IOException when it failed: a target file is as it was before, a target device may be
   *     written in part
   */
  public CopyReport run() throws IOException {
    long begin = System.nanoTime();
    Engines.Choice engine = Engines.chooseForLarge(options.engine());
    DeviceProvider provider = engine.provider();
    try (HostDevice from = provider.open(source, OpenMode.READ.withDepth(options.depth()));
        Target to = openTarget(provider, from)) {
      try {
        return run(from, to, engine, begin);
      } catch (IOException e) {
        throw to.explain(e);
      }
    }
  }

  private CopyReport run(HostDevice from, Target to, Engines.Choice engine, long begin)
      throws IOException {
    OptionalLong cachedBefore = cached(to);
    long size = from.length();
    long holes;
    double seconds;
    try (Transfer transfer = new Transfer(from, to, size, options)) {
      holes = transfer.copy(progress);
      to.complete(size);
      seconds = (System.nanoTime() - begin) / NANOS;
      if (options.verify()) {
        transfer.verify(progress);
      }
    }
    OptionalLong cachedAfter = cached(to);
    long publish = System.nanoTime();
    to.publish(options.sync());
    seconds += (System.nanoTime() - publish) / NANOS;
    return new CopyReport(
        size,
        holes,
        seconds,
        engine.provider().name(),
        engine.reason(),
        cachedBefore.isPresent() && cachedAfter.isPresent()
            ? OptionalLong.of(Math.max(0, cachedAfter.getAsLong() - cachedBefore.getAsLong()))
            : OptionalLong.empty(),
        options.verify(),
        options.sync());
  }

  private OptionalLong cached(Target to) {
    OptionalLong ofSource = PageCache.cachedBytes(source);
    OptionalLong ofTarget = PageCache.cachedBytes(to.currentPath());
    return ofSource.isPresent() && ofTarget.isPresent()
        ? OptionalLong.of(ofSource.getAsLong() + ofTarget.getAsLong())
        : OptionalLong.empty();
  }

  private Target openTarget(DeviceProvider provider, HostDevice from) throws IOException {
    Path path = throughLinks();
    if (!Files.exists(path)) {
      return FileTarget.create(path, provider, options.depth(), permissions(from));
    }
    if (Files.isDirectory(path)) {
      throw new BlockIoException(
          Errno.EISDIR,
          "write",
          target.toString(),
          "name the file: " + target.resolve(nameOf(source)));
    }
    if (!Files.isRegularFile(path)) {
      return openDevice(provider, from, path);
    }
    if (Files.isSameFile(source, path)) {
      throw same();
    }
    if (!Files.isWritable(path)) {
      throw new BlockIoException(
          Errno.EACCES,
          "write",
          target.toString(),
          "make it writable, or remove it first if it may be replaced");
    }
    return FileTarget.create(path, provider, options.depth(), permissions(from));
  }

  private Target openDevice(DeviceProvider provider, HostDevice from, Path path)
      throws IOException {
    HostDevice device;
    try {
      // Opened for reading first: whoever copies a device onto itself shall hear just that.
      try (HostDevice look = provider.open(path, OpenMode.READ)) {
        if (look.identity().equals(from.identity())) {
          throw same();
        }
      }
      device = provider.open(path, OpenMode.READ_WRITE.withDepth(options.depth()));
    } catch (IOException e) {
      throw new TemporaryName(path, target).explain(e);
    }
    return new DeviceTarget(path, device);
  }

  private BlockIoException same() {
    return new BlockIoException(
        Errno.EINVAL,
        "copy",
        target.toString(),
        "it is the same file as the source " + source + "; name another destination");
  }

  /** A link keeps pointing to where it points: what it points to is replaced. */
  private Path throughLinks() throws IOException {
    if (!Files.isSymbolicLink(target)) {
      return target;
    }
    try {
      return target.toRealPath();
    } catch (IOException e) {
      throw JdkErrors.at("follow the symbolic link", target, e);
    }
  }

  private @Nullable Set<PosixFilePermission> permissions(HostDevice from) throws IOException {
    // Those of a device file say who may use the device, not who may read the copy.
    boolean posix = source.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix && !from.isBlockDevice() ? Files.getPosixFilePermissions(source) : null;
  }

  private static String nameOf(Path path) {
    Path name = path.getFileName();
    return name == null ? "NAME" : name.toString();
  }
}
