package io.penstock.ext4;

import io.penstock.core.bio.Bio;
import io.penstock.core.completion.CompletionExecutor;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.DeviceIo;
import io.penstock.core.device.ForwardingDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.ext4.format.Name;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.Tools;
import io.penstock.testkit.Pattern;
import io.penstock.testkit.crash.CrashImage;
import io.penstock.testkit.crash.CrashLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A volume with one file, to be crashed. What mke2fs does not write is poison, so that what shows
 * up of it is found.
 *
 * <p>Whenever it is opened it must be whole: all images by our own check; some of them, written to
 * a file, by e2fsck, which must find nothing to repair but counts of what is free, where there is a
 * journal, and nothing that it does not repair unasked where there is none.
 */
final class CrashVolume implements CrashLayout {
  private static final int ASKED_OF_FSCK = 40;

  private final Path directory;
  private final byte[] contents;
  private final boolean journaled;
  private final String options;
  private long opened;
  private long checked;
  private @Nullable Ext4Volume last;

  CrashVolume(Path given, String options, int bytes) throws IOException {
    Path memory = Path.of("/dev/shm");
    directory = Files.isWritable(memory) ? memory : given;
    this.options = options;
    journaled = !options.contains("^has_journal") && !options.contains("ext2");
    try (Image image = Image.blank(directory, 0)) {
      byte[] poison = new byte[bytes];
      Arrays.fill(poison, (byte) Pattern.POISON);
      Files.write(image.file(), poison);
      image.format((options + " -E nodiscard,lazy_itable_init=1").split(" "));
      contents = Files.readAllBytes(image.file());
    }
  }

  /** How many images e2fsck has looked at. */
  long checked() {
    return checked;
  }

  @Override
  public void format(BlockDevice device) throws IOException {
    DeviceIo.write(device, 0, MemorySegment.ofArray(contents));
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE)) {
      volume.create(volume.root(), Name.of("file"), 0644);
    }
  }

  @Override
  public BlockFile open(BlockDevice device, CompletionExecutor completions) throws IOException {
    Ext4Volume before = last;
    if (before != null && before.device() == device) {
      before.close();
      ask(device, false);
    } else if (device instanceof CrashImage image) {
      recover(image);
    }
    Ext4Volume volume = Ext4Volume.open(device, Ext4Options.WRITE);
    last = volume;
    volume.openFiles().completeOn(completions);
    return volume.resolve("/file").open().blockFile();
  }

  /** With a journal it is whole as soon as it is opened; without one e2fsck has to repair it. */
  private void recover(CrashImage image) throws IOException {
    if (journaled) {
      ask(image, true);
      Ext4Volume.open(image, Ext4Options.WRITE).close();
    } else {
      repair(image);
    }
    try (Ext4Volume volume = Ext4Volume.open(image, Ext4Options.READ)) {
      if (!volume.check().isClean()) {
        throw new AssertionError(options + ": " + volume.check().findings());
      }
    }
  }

  private void repair(CrashImage image) throws IOException {
    Path file = Files.createTempFile(directory, "penstock-crashed", ".img");
    try {
      image.writeTo(file);
      Tools.Result fsck = Tools.run(List.of("e2fsck", "-fp", file.toString()));
      if (fsck.status() > 1) {
        throw new AssertionError(options + ": e2fsck -fp: " + fsck);
      }
      checked++;
      DeviceIo.write(image, 0, MemorySegment.ofArray(Files.readAllBytes(file)));
    } finally {
      Files.delete(file);
    }
  }

  private void ask(BlockDevice device, boolean crashed) throws IOException {
    if (!(device instanceof CrashImage image) || opened++ % ASKED_OF_FSCK != 0) {
      return;
    }
    checked++;
    Path file = Files.createTempFile(directory, "penstock-crashed", ".img");
    try {
      image.writeTo(file);
      if (crashed) {
        Tools.Result first = Tools.run(List.of("e2fsck", "-fp", file.toString()));
        if (first.status() > 1 || first.said().lines().anyMatch(CrashVolume::isRepair)) {
          throw new AssertionError(options + ": e2fsck -fp: " + first);
        }
      }
      Tools.Result second = Tools.run(List.of("e2fsck", "-fn", file.toString()));
      if (second.status() != 0) {
        throw new AssertionError(options + ": e2fsck -fn: " + second);
      }
    } finally {
      Files.delete(file);
    }
  }

  private static boolean isRepair(String line) {
    return line.contains("FIXED") || line.contains("CLEARED") || line.contains("SALVAGED");
  }

  /** The superblock is in one sector: a disk of 512 bytes could tear it, whoever writes it. */
  static BlockDevice wholeSuperblock(BlockDevice device) {
    return new ForwardingDevice(device) {
      @Override
      public void submit(Bio bio) {
        boolean superblock = bio.isWrite() && bio.deviceOffset() <= 1024 && bio.deviceEnd() > 1024;
        delegate().submit(superblock ? bio.atomic(true) : bio);
      }
    };
  }
}
