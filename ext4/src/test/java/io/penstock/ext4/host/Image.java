package io.penstock.ext4.host;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.file.Engines;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file with a volume in it, made by mke2fs; removed when closed. */
public final class Image implements Closeable {
  private final Path file;
  private Path mounted;

  private Image(Path file) {
    this.file = file;
  }

  /** An empty file of so many bytes, in memory where there is such a place. */
  public static Image blank(Path directory, long bytes) throws IOException {
    Path memory = Path.of("/dev/shm");
    boolean isThere = Files.isDirectory(memory) && Files.isWritable(memory);
    Path file = Files.createTempFile(isThere ? memory : directory, "penstock-volume", ".img");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.setLength(bytes);
    }
    return new Image(file);
  }

  /** Makes a volume in it; ends the test where mke2fs is not there. */
  public Image format(String... options) throws IOException {
    List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F"));
    command.addAll(List.of(options));
    command.add(file.toString());
    Tools.need("mke2fs", "-V");
    Tools.must(command.toArray(String[]::new));
    return this;
  }

  /** Becomes a copy of another, as it is on its device now. */
  public Image copyOf(Image other) throws IOException {
    Tools.must("cp", "--sparse=always", other.file.toString(), file.toString());
    return this;
  }

  public Path file() {
    return file;
  }

  /** Mounts it; ends the test where that is not allowed. */
  public Path mount(String options) throws IOException {
    Path point = Files.createTempDirectory("penstock-mounted");
    try {
      Tools.need("mount", "-o", "loop," + options, file.toString(), point.toString());
    } catch (RuntimeException | IOException e) {
      Files.delete(point);
      throw e;
    }
    mounted = point;
    return point;
  }

  public void unmount() throws IOException {
    if (mounted != null) {
      Tools.must("umount", mounted.toString());
      Files.delete(mounted);
      mounted = null;
    }
  }

  /** What debugfs does, writing. */
  public String debugfs(String request) throws IOException {
    return Tools.must("debugfs", "-w", "-R", request, file.toString());
  }

  /** Fails the test when e2fsck finds anything. */
  public void assertWhole() throws IOException {
    Tools.Result fsck = Tools.run(List.of("e2fsck", "-fn", file.toString()));
    assertEquals(0, fsck.status(), fsck::said);
  }

  /** The device to read it by. */
  public HostDevice device() throws IOException {
    return Engines.open(file, "pread", OpenMode.READ.withBufferedFallback(true));
  }

  /** The device to read and write it by. */
  public HostDevice writableDevice() throws IOException {
    return Engines.open(file, "pread", OpenMode.READ_WRITE.withBufferedFallback(true));
  }

  @Override
  public void close() throws IOException {
    unmount();
    Files.deleteIfExists(file);
  }
}
