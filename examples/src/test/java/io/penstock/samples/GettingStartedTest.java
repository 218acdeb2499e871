package io.penstock.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.core.memory.IoArena;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GettingStartedTest {
  @TempDir Path directory;

  @Test
  void whatWasWrittenIsReadBack() throws Exception {
    assertEquals("hello, disk", hello(directory.resolve("hello")));
  }

  // sample: open
  static String hello(Path path) throws IOException {
    try (DirectFile file = DirectFile.open(path, READ, WRITE, CREATE)) {
      file.write(ByteBuffer.wrap("hello, disk".getBytes(UTF_8)), 0); // all of it, or IOException
      file.sync(); // from here on it survives a loss of power
      ByteBuffer back = ByteBuffer.allocate(100);
      int bytes = file.read(back, 0); // 11: a read is short only at end of file
      return new String(back.array(), 0, bytes, UTF_8);
    }
  }

  // end of sample

  @Test
  void alignedMemoryGoesStraightToTheDevice() throws Exception {
    assertEquals(1, aligned(directory.resolve("aligned")));
  }

  // sample: aligned
  static long aligned(Path path) throws IOException {
    try (IoArena arena = IoArena.ofShared();
        DirectFile file = DirectFile.open(path, READ, WRITE, CREATE)) {
      int block = file.blockBytes(); // 512 or 4096 mostly
      MemorySegment page = arena.allocate(4 * block, Math.max(block, file.alignment().memory()));
      page.fill((byte) 7);
      file.write(page, 0); // whole blocks at a whole block: no copy, no garbage
      return file.counters().straight().writes(); // 1; bounced() counts the others
    }
  }

  // end of sample

  @Test
  void aBatchReadsFromManyFilesAtOnce() throws Exception {
    Path one = directory.resolve("one");
    Path two = directory.resolve("two");
    hello(one);
    hello(two);
    assertEquals(22, batch(one, two));
  }

  // sample: batch
  static long batch(Path one, Path two) throws IOException {
    try (IoArena arena = IoArena.ofShared();
        DirectFile first = DirectFile.open(one, READ);
        DirectFile second = DirectFile.open(two, READ)) {
      Batch batch = new Batch();
      int head = batch.read(first, arena.allocate(4096, 4096), 0);
      int tail = batch.read(second, arena.allocate(4096, 4096), 0);
      int past = batch.read(second, arena.allocate(4096, 4096), 1 << 20);
      batch.execute(); // begins all, waits for all; in one system call where there is io_uring
      assert batch.bytes(past) == -1; // past the end
      return batch.bytes(head) + batch.bytes(tail);
    }
  }

  // end of sample

  @Test
  void futuresAlwaysComplete() throws Exception {
    Path path = directory.resolve("later");
    hello(path);
    assertEquals("hello", later(path));
  }

  // sample: async
  static String later(Path path) throws IOException {
    try (IoArena arena = IoArena.ofShared(); // closed last: its memory is under I/O
        DirectFile file = DirectFile.open(path, READ)) {
      MemorySegment memory = arena.allocate(4096, 4096);
      CompletableFuture<String> text =
          file.readAsync(memory, 0)
              .thenApply(
                  _ -> new String(memory.asSlice(0, 5).toArray(ValueLayout.JAVA_BYTE), UTF_8));
      return text.join();
    }
  }

  // end of sample

  @Test
  void virtualThreadsMakeBlockingCalls() throws Exception {
    Path path = directory.resolve("shared");
    hello(path);
    assertTrue(virtualThreads(path).stream().allMatch(bytes -> bytes == 11));
  }

  // sample: virtual
  static List<Integer> virtualThreads(Path path) throws Exception {
    try (DirectFile file = DirectFile.open(path, READ);
        ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("reader-", 0).factory())) {
      List<Future<Integer>> reads =
          java.util.stream.IntStream.range(0, 100)
              .mapToObj(_ -> threads.submit(() -> file.read(ByteBuffer.allocate(100), 0)))
              .toList();
      List<Integer> bytes = new java.util.ArrayList<>();
      for (Future<Integer> read : reads) {
        bytes.add(read.get());
      }
      return bytes;
    }
  }
  // end of sample
}
