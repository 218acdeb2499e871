package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/** An open file for a test, with calls that must succeed. */
public final class TempFile implements AutoCloseable {
  private final Path path;
  private final int fd;

  private TempFile(Path path, int flags) {
    this.path = path;
    this.fd = (int) succeeds(NameCalls.open(path, flags, 0600));
  }

  /** Opens a new or existing file for reading and writing. */
  public static TempFile open(Path path, int moreFlags) {
    return new TempFile(path, OpenFlags.O_RDWR | OpenFlags.O_CREAT | moreFlags);
  }

  public static long succeeds(long result) {
    assertTrue(result >= 0, () -> Errno.describe((int) -result));
    return result;
  }

  public int fd() {
    return fd;
  }

  public Path path() {
    return path;
  }

  /** Fills a range with a byte. */
  public TempFile fill(long position, int lengthBytes, int value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(lengthBytes, 4096).fill((byte) value);
      assertTrue(TransferCalls.pwrite(fd, data, position) == lengthBytes);
    }
    return this;
  }

  @Override
  public void close() {
    succeeds(FileCalls.close(fd));
  }
}
