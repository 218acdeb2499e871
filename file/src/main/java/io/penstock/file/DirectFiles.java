package io.penstock.file;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** What durability asks of names and directories, beyond what one file can do. */
public final class DirectFiles {
  private DirectFiles() {}

  /** Writes the contents of a file. */
  @FunctionalInterface
  public interface Contents {
    /**
     * Writes into a new, empty file, which is read and written and whose name is temporary.
     *
     * @param file closed and made durable by the caller
     */
    void write(DirectFile file) throws IOException;
  }

  /**
   * Makes the names in a directory durable: files created, renamed or deleted in it. A file's own
   * sync does not do that.
   *
   * @throws IOException ENOENT, EACCES, ENOTDIR; EIO when a name may be lost
   */
  public static void syncDirectory(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      boolean there = Files.exists(directory);
      throw new BlockIoException(
          there ? Errno.ENOTDIR : Errno.ENOENT,
          "sync directory",
          directory.toString(),
          there ? "name the directory, not a file in it" : "check the name");
    }
    // an interrupt closes the channel before it has synced anything
    boolean interrupted = Thread.interrupted();
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw JdkErrors.at("sync directory", directory, e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /**
   * Replaces a file, or creates it, so that whoever opens it, at any time and after any crash,
   * finds the old contents or the new ones as a whole: they are written under a temporary name in
   * the same directory, made durable, renamed, and the directory made durable. The new file is
   * private to its owner. When this returns, the new contents are there for good; when it throws,
   * the old ones are as they were, unless only the directory could not be synced.
   *
   * @param path a regular file, or a name that is free; not a symbolic link
   * @param contents writes them
   * @param options how the temporary file is opened; reading, writing and creating go without
   *     saying
   */
  public static void replace(Path path, Contents contents, OpenOption... options)
      throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || Files.isDirectory(path) || Files.isSymbolicLink(path)) {
      throw new BlockIoException(
          Errno.EINVAL, "replace", path.toString(), "name a regular file or a free name");
    }
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    Path temporary = directory.resolve(".penstock-replace-" + unique);
    boolean renamed = false;
    try {
      try (DirectFile file = DirectFile.open(temporary, forNew(options))) {
        contents.write(file);
        file.syncAll();
      }
      Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
      renamed = true;
    } finally {
      if (!renamed) {
        Files.deleteIfExists(temporary);
      }
    }
    syncDirectory(directory);
  }

  private static OpenOption[] forNew(OpenOption[] options) {
    OpenOption[] all = java.util.Arrays.copyOf(options, options.length + 3);
    all[options.length] = StandardOpenOption.CREATE_NEW;
    all[options.length + 1] = StandardOpenOption.WRITE;
    all[options.length + 2] = StandardOpenOption.READ;
    return all;
  }
}
