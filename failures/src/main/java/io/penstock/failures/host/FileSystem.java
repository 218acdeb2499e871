package io.penstock.failures.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** A small file system of its own on a loop device; unmounted and removed when closed. */
public final class FileSystem implements AutoCloseable {

  /** What mkfs makes. */
  public enum Kind {
    /** The usual one. */
    EXT4("mkfs.ext4", "e2fsprogs", 64L << 20, "-q -F -m 0"),
    /** Smallest size that its mkfs agrees to. */
    XFS("mkfs.xfs", "xfsprogs", 320L << 20, "-q -f"),
    /** Copies on write, with checksums. */
    BTRFS("mkfs.btrfs", "btrfs-progs", 128L << 20, "-q -f --mixed");

    private final String command;
    private final String debianPackage;
    private final long bytes;
    private final String options;

    Kind(String command, String debianPackage, long bytes, String options) {
      this.command = command;
      this.debianPackage = debianPackage;
      this.bytes = bytes;
      this.options = options;
    }

    /** Whether the host can make one. */
    public boolean isHere() {
      return Commands.has(command);
    }

    /** What it is made by, and the package that has it. */
    public String remedy() {
      return command + " is missing here; install " + debianPackage;
    }
  }

  private final LoopDevice device;
  private final Path root;
  private boolean mounted;

  private FileSystem(LoopDevice device, Path root) {
    this.device = device;
    this.root = root;
  }

  /**
   * Makes and mounts one.
   *
   * @param directory where its backing file and its mount point are made
   */
  public static FileSystem make(Kind kind, Path directory) throws IOException {
    Commands.require(kind.command, kind.debianPackage);
    String name = kind.name().toLowerCase(Locale.ROOT);
    Path root = directory.resolve(name);
    LoopDevice device = LoopDevice.attach(directory.resolve(name + ".img"), kind.bytes, false);
    FileSystem made = new FileSystem(device, root);
    try {
      List<String> command = new ArrayList<>();
      command.add(kind.command);
      Collections.addAll(command, kind.options.split(" ", -1));
      command.add(device.path().toString());
      Commands.run(command.toArray(String[]::new));
      Files.createDirectory(root);
      made.mount();
    } catch (IOException e) {
      made.close();
      throw e;
    }
    return made;
  }

  /** Where it is mounted. */
  public Path root() {
    return root;
  }

  /** Mounts it; it is not mounted. */
  public void mount() throws IOException {
    Commands.run("mount", device.path().toString(), root.toString());
    mounted = true;
  }

  /** Unmounts it; nothing on it is open. */
  public void unmount() throws IOException {
    Commands.run("umount", root.toString());
    mounted = false;
  }

  /**
   * Stops it as a loss of power does: from now on nothing reaches the device, what its journal
   * holds in memory is lost, and who writes gets EIO. Mounting it again has it recover.
   */
  public void losePower() throws IOException {
    Commands.run("xfs_io", "-x", "-c", "shutdown", root.toString());
  }

  @Override
  public void close() throws IOException {
    if (mounted) {
      unmount();
    }
    Files.deleteIfExists(root);
    device.close();
  }
}
