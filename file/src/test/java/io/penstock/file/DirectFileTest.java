package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.error.BlockIoException;
import io.penstock.core.memory.IoArena;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.io.TempDir;

/** What one file does for one user. */
@Rule("FILE-1")
class DirectFileTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void readsBackWhatWasWritten(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path());
        IoArena arena = IoArena.ofShared()) {
      MemorySegment page = arena.allocate(65536, 4096).copyFrom(segment(OpenFile.bytes(65536, 1)));
      file.write(page, 0);
      assertEquals(65536, file.size());
      MemorySegment back = arena.allocate(65536, 4096);
      assertEquals(65536, file.read(back, 0));
      assertEquals(-1, back.mismatch(page));
    }
    assertArrayEquals(OpenFile.bytes(65536, 1), Files.readAllBytes(path()));
  }

  private static MemorySegment segment(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  @EachEngine
  @Rule("FILE-3")
  void anyPositionLengthAndAddressWillDo(String engine) throws IOException {
    byte[] expected = new byte[0];
    try (DirectFile file = OpenFile.on(engine, path());
        IoArena arena = IoArena.ofShared()) {
      int[][] ranges = {
        {0, 1},
        {5, 4096},
        {4096, 1},
        {10_000, 100_000},
        {1, 4094},
        {4095, 2},
        {200_000, 3},
        {3000, 5192},
        {8192, 8192},
        {8191, 8194}
      };
      for (int[] range : ranges) {
        byte[] bytes = OpenFile.bytes(range[1], range[0]);
        expected = Arrays.copyOf(expected, Math.max(expected.length, range[0] + range[1]));
        System.arraycopy(bytes, 0, expected, range[0], range[1]);
        for (int shift : new int[] {0, 3, range[0] % 4096}) {
          MemorySegment memory = arena.allocate(range[1] + 4096L, 4096).asSlice(shift, range[1]);
          file.write(memory.copyFrom(segment(bytes)), range[0]);
          assertEquals(expected.length, file.size());
          assertEquals(expected.length, Files.size(path()));
          memory.fill((byte) 0);
          assertEquals(range[1], file.read(memory, range[0]));
          assertArrayEquals(bytes, memory.toArray(ValueLayout.JAVA_BYTE));
        }
        byte[] all = new byte[expected.length + 10];
        assertEquals(expected.length, file.read(segment(all), 0));
        assertArrayEquals(expected, Arrays.copyOf(all, expected.length));
      }
    }
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @EachEngine
  void aReadAtEndOfFileIsMinusOne(String engine) throws IOException {
    Files.write(path(), new byte[1000]);
    try (DirectFile file = OpenFile.on(engine, path())) {
      assertEquals(-1, file.read(ByteBuffer.allocate(10), 1000));
      assertEquals(-1, file.read(ByteBuffer.allocateDirect(4096), 1 << 20));
      assertEquals(1, file.read(ByteBuffer.allocate(10), 999));
      assertEquals(0, file.read(ByteBuffer.allocate(0), 5000));
      assertEquals(-1L, file.readAsync(ByteBuffer.allocate(10), 1000).join());
    }
  }

  @EachEngine
  void bufferPositionsMoveByWhatWasTransferred(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path())) {
      ByteBuffer source = ByteBuffer.wrap(OpenFile.bytes(5000, 1)).position(10);
      file.write(source, 3);
      assertEquals(0, source.remaining());
      ByteBuffer[] targets = {ByteBuffer.allocate(100), ByteBuffer.allocateDirect(10_000)};
      assertEquals(4993, file.read(targets, 0));
      assertEquals(100, targets[0].position());
      assertEquals(4893, targets[1].position());
    }
  }

  @EachEngine
  void asynchronousTransfersOfAnyAlignmentComplete(String engine) throws IOException {
    byte[] bytes = OpenFile.bytes(300_001, 7);
    try (DirectFile file = OpenFile.on(engine, path())) {
      ByteBuffer source = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
      assertEquals(300_001L, file.writeAsync(source, 777).join());
      ByteBuffer target = ByteBuffer.allocateDirect(bytes.length);
      assertEquals(300_001L, file.readAsync(target, 777).join());
      assertEquals(source, target);
    }
  }

  @EachEngine
  void appendsReturnWhereTheyWent(String engine) throws IOException {
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      assertEquals(0, one.append(ByteBuffer.allocate(100)));
      assertEquals(100, two.append(ByteBuffer.allocate(4096)));
      assertEquals(4196, one.append(ByteBuffer.allocate(1)));
      assertEquals(4197, two.size());
    }
  }

  @EachEngine
  void asynchronousAppendsGoInTheOrderOfTheirCalls(String engine) throws IOException {
    byte[] bytes = OpenFile.bytes(100_000, 8);
    List<CompletableFuture<Long>> appends = new ArrayList<>();
    List<Integer> starts = new ArrayList<>();
    Random random = new Random(9);
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, random.nextInt(5000));
        ByteBuffer part = ByteBuffer.wrap(bytes, at, length);
        appends.add((random.nextBoolean() ? one : two).appendAsync(part));
        starts.add(at);
        at += length;
      }
    } // close waits for them
    for (int i = 0; i < starts.size(); i++) {
      assertEquals(starts.get(i).longValue(), appends.get(i).join());
    }
    assertArrayEquals(bytes, Files.readAllBytes(path()));
    assertEquals(0, SharedFile.open());
  }

  @EachEngine
  void anAppendThatIsRefusedHoldsUpNoOther(String engine) throws IOException {
    try (DirectFile file = OpenFile.on(engine, path());
        Arena open = Arena.ofShared()) {
      IoArena arena = IoArena.ofShared();
      MemorySegment gone = arena.allocate(100, 8);
      arena.close();
      CompletableFuture<Long> refused = file.appendAsync(gone);
      assertInstanceOf(
          BlockIoException.class,
          assertThrows(CompletionException.class, refused::join).getCause());
      assertEquals(0L, file.appendAsync(open.allocate(10)).join());
      assertEquals(10L, file.append(ByteBuffer.allocate(1)));
    }
  }

  @EachEngine
  void closedFilesAreNotUsed(String engine) throws IOException {
    DirectFile file = OpenFile.on(engine, path());
    file.close();
    file.close();
    assertTrue(file.isClosed());
    Class<? extends IOException> closed = java.nio.channels.ClosedChannelException.class;
    assertThrows(closed, () -> file.read(ByteBuffer.allocate(10), 0));
    assertThrows(closed, () -> file.write(ByteBuffer.allocate(10), 0));
    assertThrows(closed, () -> file.write(ByteBuffer.allocate(4096), 0));
    assertThrows(closed, () -> file.append(ByteBuffer.allocate(10)));
    assertInstanceOf(
        closed,
        assertThrows(
                CompletionException.class, () -> file.appendAsync(ByteBuffer.allocate(10)).join())
            .getCause());
    assertThrows(closed, file::size);
    assertThrows(closed, file::sync);
    assertThrows(closed, () -> file.truncate(5));
    assertThrows(closed, () -> file.punchHole(0, 5));
    assertEquals(0, SharedFile.open());
  }
}
