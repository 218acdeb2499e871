package io.penstock.ext4;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.device.MemoryDevice;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.ext4.host.Image;
import io.penstock.ext4.host.MemoryImage;
import io.penstock.rules.Rule;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** File data moves through the engine, and no other way; any position and length can be read. */
class EngineOnlyTest {
  private static final int LENGTH = 300_001;

  @TempDir Path directory;
  private byte[] expected;
  private MemoryDevice device;

  @BeforeEach
  void makeVolume() throws Exception {
    Path source = Files.createDirectory(directory.resolve("source"));
    expected = new byte[LENGTH];
    new SplittableRandom(LENGTH).nextBytes(expected);
    Files.write(source.resolve("data"), expected);
    Files.createSymbolicLink(source.resolve("link"), Path.of("data"));
    Files.createDirectory(source.resolve("directory"));
    try (Image image =
        Image.blank(directory, 16L << 20).format("-t", "ext4", "-d", source.toString())) {
      device = MemoryImage.load(image.file());
    }
  }

  @Test
  @Rule("BIO-10")
  void everyByteOfTheDeviceIsCountedAsMetadataOrAsAFilesData() throws Exception {
    long before = device.counters().readBytes();
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve("/link").open();
        IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(1 << 19, 4096);
      assertEquals(LENGTH, file.read(memory, 0));
      assertArrayEquals(expected, memory.asSlice(0, LENGTH).toArray(ValueLayout.JAVA_BYTE));
      long data = file.blockFile().counters().readBytes();
      long metadata = volume.metadataCounters().readBytes();
      assertTrue(data >= LENGTH && data < LENGTH + 4096, "bytes of data: " + data);
      assertEquals(data + metadata, device.counters().readBytes() - before);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 1", "511, 2", "700, 1000", "4095, 70000", "3, 299998", "299999, 10"})
  @Rule("FILE-3")
  void anyPositionLengthAndAddressIsRead(int position, int length) throws Exception {
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve("/data").open();
        IoArena arena = IoArena.ofShared()) {
      int there = Math.min(length, LENGTH - position);
      byte[] part = Arrays.copyOfRange(expected, position, position + there);
      for (int shift : new int[] {0, 1, position & 511}) {
        MemorySegment memory = arena.allocate(length + 1024L, 4096).asSlice(shift, length);
        assertEquals(there, file.read(memory, position));
        assertArrayEquals(part, memory.asSlice(0, there).toArray(ValueLayout.JAVA_BYTE));
        memory.fill((byte) 0);
        assertEquals(there, file.readAsync(memory, position).get());
        assertArrayEquals(part, memory.asSlice(0, there).toArray(ValueLayout.JAVA_BYTE));
      }
      byte[] heap = new byte[length];
      assertEquals(there, file.read(MemorySegment.ofArray(heap), position));
      assertArrayEquals(part, Arrays.copyOf(heap, there));
    }
  }

  @Test
  void atAndPastTheEndThereIsNothing() throws Exception {
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
        Ext4File file = volume.resolve("data").open()) {
      MemorySegment memory = MemorySegment.ofArray(new byte[10]);
      assertEquals(-1, file.read(memory, LENGTH));
      assertEquals(-1, file.read(memory, LENGTH + 5000L));
      assertEquals(-1, file.readAsync(memory, LENGTH + 1L).get());
    }
  }

  @Test
  void whatIsNoFileIsNotOpened() throws Exception {
    try (Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ)) {
      assertErrno(Errno.EISDIR, () -> volume.resolve("/directory").open());
      assertErrno(Errno.ENOENT, () -> volume.resolve("/nowhere"));
      assertErrno(Errno.ENOTDIR, () -> volume.resolve("/data/below"));
      assertErrno(Errno.ENOTDIR, () -> volume.resolve("/data").entries());
      assertErrno(Errno.EINVAL, () -> volume.resolve("/data").target());
    }
  }

  @Test
  void afterCloseNothingIsRead() throws Exception {
    Ext4Volume volume = Ext4Volume.open(device, Ext4Options.READ);
    Ext4File file = volume.resolve("/data").open();
    file.close();
    MemorySegment memory = MemorySegment.ofArray(new byte[512]);
    assertThrows(ClosedChannelException.class, () -> file.read(memory, 0));
    ExecutionException late =
        assertThrows(ExecutionException.class, () -> file.readAsync(memory, 0).get());
    assertTrue(late.getCause() instanceof ClosedChannelException, late::toString);
    volume.close();
    assertThrows(ClosedChannelException.class, () -> volume.resolve("/data"));
  }

  private static void assertErrno(Errno errno, org.junit.jupiter.api.function.Executable call) {
    BlockIoException failure = assertThrows(BlockIoException.class, call);
    assertEquals(errno.number(), failure.errno(), failure::getMessage);
  }
}
