package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Size, space and durability of a file as a whole, and of its name. */
@Rule("FILE-1")
class FileSpaceTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void truncateSetsTheSizeToTheByte(String engine) throws IOException {
    byte[] expected = OpenFile.bytes(10_000, 1);
    Files.write(path(), expected);
    try (DirectFile file = OpenFile.on(engine, path())) {
      for (int size : new int[] {9_999, 20_000, 4096, 1, 0, 513}) {
        file.truncate(size);
        expected = Arrays.copyOf(expected, size);
        assertEquals(size, file.size());
        assertArrayEquals(expected, Files.readAllBytes(path()));
        ByteBuffer found = ByteBuffer.allocate(30_000);
        assertEquals(size == 0 ? -1 : size, file.read(found, 0));
        assertArrayEquals(expected, Arrays.copyOf(found.array(), size));
      }
      var refused = assertThrows(BlockIoException.class, () -> file.truncate(-1));
      assertTrue(refused.is(Errno.EINVAL));
    }
  }

  @EachEngine
  void punchedAndZeroedRangesReadAsZerosAndTheRestStays(String engine) throws IOException {
    byte[] expected = OpenFile.bytes(100_001, 1);
    Files.write(path(), expected);
    try (DirectFile file = OpenFile.on(engine, path())) {
      file.punchHole(5000, 30_000);
      Arrays.fill(expected, 5000, 35_000, (byte) 0);
      file.zeroRange(40_001, 10);
      Arrays.fill(expected, 40_001, 40_011, (byte) 0);
      file.punchHole(90_000, 50_000);
      Arrays.fill(expected, 90_000, 100_001, (byte) 0);
      file.zeroRange(200_000, 10);
      file.discard(8192, 4096);
      assertEquals(100_001, file.size());
      file.preallocate(0, 200_000);
      assertEquals(100_001, file.size());
      ByteBuffer found = ByteBuffer.allocate(100_001);
      assertEquals(100_001, file.read(found, 0));
      assertArrayEquals(expected, found.array());
      assertThrows(BlockIoException.class, () -> file.punchHole(-1, 5));
    }
  }

  @EachEngine
  void syncsSucceed(String engine) throws Exception {
    DirectFileOptions durable = DirectFileOptions.DEFAULT.withEngine(engine).withDataSync(true);
    try (DirectFile file = OpenFile.on(durable, path())) {
      file.write(ByteBuffer.allocate(5000), 3);
      file.write(ByteBuffer.allocateDirect(4096), 0);
      file.sync();
      file.syncAll();
      file.syncAsync().get();
      assertEquals(5003, file.size());
    }
  }

  @EachEngine
  void aReplacedFileHasTheOldContentsOrTheNew(String engine) throws IOException {
    DirectFileOptions options = DirectFileOptions.DEFAULT.withEngine(engine);
    Files.write(path(), new byte[] {1, 2, 3});
    assertThrows(
        IllegalStateException.class,
        () ->
            DirectFiles.replace(
                path(),
                file -> {
                  file.append(ByteBuffer.allocate(100));
                  throw new IllegalStateException("half-way");
                },
                options));
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(path()));
    DirectFiles.replace(path(), file -> file.append(ByteBuffer.wrap(new byte[] {4})), options);
    assertArrayEquals(new byte[] {4}, Files.readAllBytes(path()));
    try (var names = Files.list(directory)) {
      assertEquals(1, names.count(), "nothing temporary is left");
    }
  }

  @Test
  void onlyADirectoryIsSyncedAsOne() throws IOException {
    DirectFiles.syncDirectory(directory);
    Files.write(path(), new byte[1]);
    var file = assertThrows(BlockIoException.class, () -> DirectFiles.syncDirectory(path()));
    assertTrue(file.is(Errno.ENOTDIR));
    var absent =
        assertThrows(
            BlockIoException.class, () -> DirectFiles.syncDirectory(directory.resolve("none")));
    assertTrue(absent.is(Errno.ENOENT));
  }
}
