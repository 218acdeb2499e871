package io.penstock.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A block device as a file: a loop device of odd length, for which one must be root. */
@Rule("FILE-1")
@Rule("FILE-3")
class BlockDeviceFileTest {
  private static final int SIZE = 1_000_448;

  @TempDir private Path directory;
  private String device = "";

  @BeforeEach
  void setUp() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "loop devices are for root");
    Path image = directory.resolve("image");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(SIZE);
    }
    device = losetup("-f", "--show", image.toString());
    assumeTrue(device.startsWith("/dev/loop"), "no loop device to be had: " + device);
  }

  @AfterEach
  void tearDown() throws Exception {
    if (device.startsWith("/dev/loop")) {
      losetup("-d", device);
    }
  }

  private static String losetup(String... arguments) throws Exception {
    String[] command = new String[arguments.length + 1];
    command[0] = "losetup";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes()).strip();
      process.waitFor();
      return said;
    } catch (IOException e) {
      return e.toString();
    }
  }

  @EachEngine
  void anyPositionAndLengthInsideTheDeviceWillDo(String engine) throws IOException {
    byte[] expected = OpenFile.bytes(100_001, 1);
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(engine);
    try (DirectFile file = DirectFile.open(Path.of(device), READ, WRITE, options)) {
      assertTrue(file.isBlockDevice());
      file.write(ByteBuffer.wrap(expected), 777);
      file.punchHole(4096, 8192);
      Arrays.fill(expected, 4096 - 777, 12_288 - 777, (byte) 0);
      file.punchHole(20_001, 5);
      Arrays.fill(expected, 20_001 - 777, 20_006 - 777, (byte) 0);
      file.zeroRange(32_768, 4096);
      Arrays.fill(expected, 32_768 - 777, 36_864 - 777, (byte) 0);
      file.discard(500_001, 100_000);
      file.sync();
      ByteBuffer found = ByteBuffer.allocate(expected.length);
      assertEquals(expected.length, file.read(found, 777));
      assertArrayEquals(expected, found.array());
    }
  }

  @EachEngine
  void theEndOfTheDeviceIsExact(String engine) throws IOException {
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(engine);
    try (DirectFile file = DirectFile.open(Path.of(device), READ, WRITE, options)) {
      assertEquals(SIZE, file.size());
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), SIZE - 3);
      ByteBuffer tail = ByteBuffer.allocate(10);
      assertEquals(3, file.read(tail, SIZE - 3));
      assertArrayEquals(new byte[] {1, 2, 3}, Arrays.copyOf(tail.array(), 3));
      assertEquals(-1, file.read(ByteBuffer.allocate(10), SIZE));
      for (int length : new int[] {4, 4096}) {
        var full =
            assertThrows(
                BlockIoException.class, () -> file.write(ByteBuffer.allocate(length), SIZE - 3));
        assertTrue(full.is(Errno.ENOSPC));
      }
      assertThrows(BlockIoException.class, () -> file.append(ByteBuffer.allocate(1)));
      assertThrows(BlockIoException.class, () -> file.truncate(0));
    }
  }
}
