package io.penstock.file;

import io.penstock.core.device.DeviceProvider;
import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Direct I/O by the JDK's own {@code com.sun.nio.file.ExtendedOpenOption.DIRECT}: wherever the JDK
 * has it, without a native call of our own.
 *
 * <p>What it cannot do there, {@link HostDevice} says by its answers: it does not know holes, does
 * not set space aside, and cannot tell whether a block device is in use ({@link
 * OpenMode#exclusive()} has no effect).
 */
public final class PortableProvider implements DeviceProvider {
  /** The name users choose it by. */
  public static final String NAME = "portable";

  private static final int SMALLEST_UNIT = 512;
  private static final FileAttribute<?>[] USUAL = {};

  /** Looked up by name, since an image of the JDK may come without it. */
  private static final class DirectOption {
    static final @Nullable OpenOption VALUE = find();

    private static @Nullable OpenOption find() {
      try {
        Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
        for (Object each : options.getEnumConstants()) {
          if (each.toString().equals("DIRECT") && each instanceof OpenOption option) {
            return option;
          }
        }
        return null;
      } catch (ClassNotFoundException e) {
        return null;
      }
    }
  }

  /** For {@link java.util.ServiceLoader}. */
  public PortableProvider() {}

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Optional<String> unavailabilityCause() {
    return DirectOption.VALUE == null
        ? Optional.of("this JDK has no module jdk.unsupported; use an image that has it")
        : Optional.empty();
  }

  @Override
  public HostDevice open(Path path, OpenMode mode) throws IOException {
    boolean there = mode.creation() != OpenMode.Creation.NEW && exists(path, mode);
    if (there) {
      HostFileKind.of(path); // before opening: to open a pipe would wait for its other end
    }
    FileChannel channel;
    boolean direct = true;
    try {
      channel = openChannel(path, mode, true);
    } catch (IOException | UnsupportedOperationException e) {
      // The JDK refuses after O_CREAT has made the file: leave nothing behind.
      if (!there && refusesDirect(e)) {
        Files.deleteIfExists(path);
      }
      if (!refusesDirect(e) || !mode.bufferedFallback()) {
        throw openFailure(path, e);
      }
      channel = openBuffered(path, mode);
      direct = false;
    }
    return build(path, mode, channel, direct);
  }

  private static HostDevice build(Path path, OpenMode mode, FileChannel channel, boolean direct)
      throws IOException {
    try {
      HostFileKind kind = HostFileKind.of(path);
      HostAlignment alignment = alignment(path);
      OpenMode again = mode.withCreation(OpenMode.Creation.NEVER);
      FileChannel callers = openChannel(path, again, direct);
      try {
        return new PortableDevice(
            path.toString(),
            kind,
            direct,
            alignment,
            channel,
            callers,
            kind.isBlockDevice() ? null : ruler(path),
            mode.depth());
      } catch (IOException | RuntimeException e) {
        callers.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw openFailure(path, e);
    }
  }

  private static @Nullable RandomAccessFile ruler(Path path) throws IOException {
    try {
      return new RandomAccessFile(path.toFile(), "r");
    } catch (UnsupportedOperationException e) {
      return null; // of another file system than the system's own
    }
  }

  private static boolean exists(Path path, OpenMode mode) {
    return mode.creation() == OpenMode.Creation.NEVER || Files.exists(path);
  }

  /** The JDK checks positions, lengths and addresses against this size and against no smaller. */
  private static HostAlignment alignment(Path path) throws IOException {
    long block = Math.max(SMALLEST_UNIT, Files.getFileStore(path).getBlockSize());
    int unit = Math.toIntExact(Long.highestOneBit(block));
    if (unit != block) {
      throw new BlockIoException(
          Errno.EINVAL,
          "open",
          path.toString(),
          "the file system's block of " + block + " bytes is no power of two");
    }
    return new HostAlignment(unit, unit, unit, 0, 0, "block size of the file store");
  }

  private static FileChannel openBuffered(Path path, OpenMode mode) throws IOException {
    try {
      return openChannel(path, mode, false);
    } catch (IOException e) {
      throw openFailure(path, e);
    }
  }

  private static FileChannel openChannel(Path path, OpenMode mode, boolean direct)
      throws IOException {
    Set<OpenOption> options = new HashSet<>();
    options.add(StandardOpenOption.READ);
    if (mode.writes()) {
      options.add(StandardOpenOption.WRITE);
    }
    if (direct) {
      if (DirectOption.VALUE == null) {
        throw new UnsupportedOperationException("module jdk.unsupported is missing");
      }
      options.add(DirectOption.VALUE);
    }
    return switch (mode.creation()) {
      case NEVER -> FileChannel.open(path, options, USUAL);
      case IF_ABSENT -> {
        options.add(StandardOpenOption.CREATE);
        yield FileChannel.open(path, options, USUAL);
      }
      case NEW -> {
        options.add(StandardOpenOption.CREATE_NEW);
        options.add(LinkOption.NOFOLLOW_LINKS);
        yield FileChannel.open(path, options, ownerOnly(path));
      }
    };
  }

  private static FileAttribute<?>[] ownerOnly(Path path) {
    boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : USUAL;
  }

  private static boolean refusesDirect(Exception e) {
    return JdkErrors.of(e) == Errno.EINVAL;
  }

  private static BlockIoException openFailure(Path path, Exception e) {
    if (!(e instanceof BlockIoException) && refusesDirect(e)) {
      return new BlockIoException(
          Errno.EINVAL.number(),
          "open",
          path.toString(),
          BlockIoException.NONE,
          BlockIoException.NONE,
          "its file system does not support direct I/O on this file;"
              + " put it elsewhere, or allow the buffered fallback",
          e);
    }
    return JdkErrors.at("open", path, e);
  }
}
