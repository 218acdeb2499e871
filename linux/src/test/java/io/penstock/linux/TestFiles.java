package io.penstock.linux;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.device.HostAlignment;
import io.penstock.core.device.HostDevice;
import io.penstock.core.device.OpenMode;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.linux.abi.LoopDevice;
import io.penstock.linux.abi.NameCalls;
import io.penstock.linux.abi.OpenFlags;
import io.penstock.linux.abi.TempFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Files and loop devices for tests. */
final class TestFiles {
  private TestFiles() {}

  /** Directories in memory; where there are none, the test is skipped. */
  static final class OnTmpfs implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      Path memory = Path.of("/dev/shm");
      assumeTrue(Files.isWritable(memory), "skipped: there is no tmpfs at /dev/shm");
      return Files.createTempDirectory(memory, "penstock");
    }
  }

  /** A new, empty file. */
  static HostDevice create(Path path) throws IOException {
    return new PreadProvider().open(path, OpenMode.CREATE_NEW);
  }

  /** A file whose bytes are all the same, opened for reading and writing. */
  static HostDevice create(Path path, int length, int value) throws IOException {
    byte[] content = new byte[length];
    Arrays.fill(content, (byte) value);
    Files.write(path, content);
    HostDevice device = new PreadProvider().open(path, OpenMode.READ_WRITE);
    device.flush(); // cached pages that are dirty would make a no-wait read wait
    return device;
  }

  /** A file of the engine that lives on a device at its own positions. */
  static BlockFile file(HostDevice device, long size) {
    int block = device.limits().logicalBlock();
    BlockMapper mapper =
        (query, mapping) -> mapping.mapped(device, query.firstBlock() * block, query.blocks());
    return BlockFile.builder(device, mapper).blockSize(block).size(size).build();
  }

  /** A new file without {@code O_DIRECT}, as after a fallback. */
  static HostFile openBuffered(Path path) {
    int flags = OpenFlags.O_RDWR | OpenFlags.O_CREAT;
    int fd = (int) TempFile.succeeds(NameCalls.open(path, flags, 0600));
    return new HostFile(
        path.toString(),
        new Descriptor(fd, path.toString()),
        false,
        false,
        new HostAlignment(1, 1, 1, 0, 0, "none"),
        path,
        -1,
        Optional.empty());
  }

  /** A loop device past the page cache, of zeros; where it cannot be had, the test is skipped. */
  static LoopDevice attachLoop(int sectorBytes, long size) throws IOException {
    Path backing = Files.createTempFile("penstock-loop", ".img");
    try (TempFile file = TempFile.open(backing, 0)) {
      for (long at = 0; at < size; at += 1 << 20) {
        file.fill(at, 1 << 20, 0);
      }
    }
    return LoopDevice.attachDirect(sectorBytes, backing);
  }

  static void detach(@Nullable LoopDevice loop) throws IOException {
    if (loop != null) {
      loop.close();
    }
  }
}
