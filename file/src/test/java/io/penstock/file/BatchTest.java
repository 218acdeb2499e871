package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.penstock.core.memory.IoArena;
import io.penstock.rules.Rule;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Requests of many files, begun and waited for together. */
@Rule("FILE-1")
class BatchTest {
  @TempDir private Path directory;

  private DirectFile file(String engine, int number) throws IOException {
    Path path = directory.resolve("file" + number);
    Files.write(path, OpenFile.bytes(10_000, number));
    return OpenFile.on(engine, path);
  }

  @EachEngine
  void everyRequestOfEveryFileIsCarriedOut(String engine) throws IOException {
    try (DirectFile one = file(engine, 1);
        DirectFile two = file(engine, 2);
        IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(65536, 4096);
      Batch batch = new Batch();
      for (int round = 0; round < 3; round++) {
        int whole = batch.read(one, memory.asSlice(0, 4096), 0);
        int part = batch.read(two, memory.asSlice(8192, 5000), 7);
        int end = batch.read(one, memory.asSlice(16_384, 8192), 8192);
        int past = batch.read(two, memory.asSlice(32_768, 10), 10_000);
        int write = batch.write(two, memory.asSlice(40_960, 1000), 9000);
        batch.execute();
        assertEquals(4096, batch.bytes(whole));
        assertEquals(5000, batch.bytes(part));
        assertEquals(10_000 - 8192, batch.bytes(end));
        assertEquals(-1, batch.bytes(past));
        assertEquals(1000, batch.bytes(write));
        MemorySegment expected = MemorySegment.ofArray(OpenFile.bytes(10_000, 2));
        assertEquals(-1, memory.asSlice(8192, 5000).mismatch(expected.asSlice(7, 5000)));
        batch.clear();
      }
    }
  }

  @EachEngine
  void aFailureIsThrownAndTheOthersAreDone(String engine) throws IOException {
    try (DirectFile one = file(engine, 1);
        IoArena arena = IoArena.ofShared()) {
      DirectFile closed = file(engine, 2);
      closed.close();
      Batch batch = new Batch();
      int bad = batch.read(closed, arena.allocate(4096, 4096), 0);
      int good = batch.read(one, arena.allocate(4096, 4096), 0);
      IOException failure = assertThrows(IOException.class, batch::execute);
      assertSame(failure, batch.error(bad));
      assertNull(batch.error(good));
      assertEquals(4096, batch.bytes(good));
      assertEquals(0, batch.bytes(bad));
      assertThrows(IndexOutOfBoundsException.class, () -> batch.bytes(2));
    }
  }

  @EachEngine
  void anEmptyBatchIsDoneAtOnce(String engine) throws IOException {
    Batch batch = new Batch();
    batch.execute();
    assertEquals(0, batch.size());
    try (DirectFile one = file(engine, 1)) {
      int index = batch.read(one, MemorySegment.ofArray(new byte[10]), 0);
      assertThrows(IllegalStateException.class, () -> batch.bytes(index));
    }
  }
}
