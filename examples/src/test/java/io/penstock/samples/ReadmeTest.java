package io.penstock.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.BlockDevice;
import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.device.MemoryDevice;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.BlockMapper;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.IoClass;
import io.penstock.file.IoLimits;
import io.penstock.file.SequentialReader;
import io.penstock.linux.UringProvider;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  @TempDir Path directory;

  @AfterEach
  void removeWhatTheSampleMakesHere() throws IOException {
    Files.deleteIfExists(Path.of("data.bin"));
  }

  @Test
  void aStorageEngineReadsWritesAppendsAndSyncs() throws Exception {
    byte[] record = "a record".getBytes(UTF_8);
    // sample: readme-file
    try (IoArena arena = IoArena.ofShared();
        DirectFile file = DirectFile.open(Path.of("data.bin"), READ, WRITE, CREATE)) {
      MemorySegment page = arena.allocate(4096, file.alignment().memory());
      file.write(page, 8192); // all of it, or IOException
      long at = file.append(ByteBuffer.wrap(record)); // any length, whoever else appends
      Batch batch = new Batch(); // many files, one submission
      int first = batch.read(file, page, 8192);
      batch.execute(); // bytes: batch.bytes(first), -1 at end of file
      file.sync(); // durable
      CompletableFuture<Long> later = file.readAsync(page, 0);
    } // close waits for what is in flight
    // end of sample
    assertEquals(12_288 + record.length, Files.size(Path.of("data.bin")));
  }

  /** One of the requests that a loop keeps in flight. */
  private static final class Slot implements IoHandler {
    private static final int READS = 100;
    private static int begun;
    private static int ended;

    private final IoRequest request = DirectFile.newRequest();
    private final IoVector memory;
    private @Nullable DirectFile file;

    Slot(IoArena arena) {
      memory = IoVector.of(arena.allocate(4096, 4096));
    }

    static void reset() {
      begun = 0;
      ended = 0;
    }

    static boolean running() {
      return ended < READS;
    }

    void submitNext(DirectFile of) throws IOException {
      file = of;
      if (begun < READS) {
        long position = begun++ % 16 * 4096L;
        of.submit(request, Direction.READ, memory, position, IoFlags.NONE, this);
      }
    }

    @Override
    public void completed(IoRequest done, long bytes, @Nullable IOException error) {
      assertEquals(4096, bytes);
      ended++;
      try {
        submitNext(file);
      } catch (IOException refused) {
        throw new UncheckedIOException(refused);
      }
    }
  }

  @Test
  void aLoopIsDrivenByItsThread() throws Exception {
    Optional<String> cause = new UringProvider().unavailabilityCause();
    assumeTrue(cause.isEmpty(), () -> "there is no io_uring here: " + cause.orElse(""));
    Path path = Files.write(directory.resolve("looped"), new byte[16 * 4096]);
    try (IoArena arena = IoArena.ofShared()) {
      List<Slot> slots = IntStream.range(0, 8).mapToObj(_ -> new Slot(arena)).toList();
      Slot.reset();
      // sample: readme-loop
      try (ConfinedLoop loop = new UringProvider().newLoop(32); // this thread's own
          DirectFile file = DirectFile.open(path, DirectFileOptions.DEFAULT.withLoop(loop), READ)) {
        for (Slot slot : slots) {
          slot.submitNext(file); // DirectFile.submit with a handler
        }
        while (Slot.running()) {
          loop.await(); // one call begins, waits, delivers; handlers submit on
        }
      }
      // end of sample
      assertEquals(Slot.READS, Slot.ended);
    }
  }

  @Test
  void bulkWorkIsBounded() throws Exception {
    byte[] contents = new byte[300_000];
    contents[299_999] = 1;
    Path path = Files.write(directory.resolve("bulk"), contents);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    // sample: readme-bulk
    IoLimits disk = IoLimits.builder("nvme0").operations(64).background(4, 4 << 20).build();
    DirectFileOptions bulk = // at most 4 operations before a foreground read
        DirectFileOptions.DEFAULT.withLimits(disk).withIoClass(IoClass.BACKGROUND);
    try (DirectFile file = DirectFile.open(path, bulk);
        SequentialReader reader = file.reader(0)) { // an InputStream that reads ahead
      reader.transferTo(out);
      file.prefetch(0, 64 << 10); // a later read need not wait for the disk
    }
    // end of sample
    assertArrayEquals(contents, out.toByteArray());
  }

  @Test
  void anImageIsATable() throws Exception {
    BlockDevice disk = MemoryDevice.of(1 << 20);
    long[] table = {8192, -1, 0, 4096};
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(16_384, 4096);
      MemorySegment sector = arena.allocate(512, 512).fill((byte) 5);
      // sample: readme-layout
      BlockMapper image =
          (query, mapping) -> {
            long place = table[Math.toIntExact(query.firstBlock())];
            if (place < 0) {
              mapping.hole(1);
            } else {
              mapping.mapped(disk, place, 1);
            }
          };
      BlockFile file =
          BlockFile.builder(disk, image).blockSize(4096).size(table.length * 4096L).build();
      long read =
          DirectIo.read(file, IoVector.of(memory), 0); // holes become zeros, neighbours one bio
      long written = DirectIo.write(file, IoVector.of(sector), 1536); // 512 bytes inside block 0
      // end of sample
      assertEquals(16_384, read);
      assertEquals(512, written);
      DirectIo.read(file, IoVector.of(memory), 0);
      assertEquals(5, memory.get(ValueLayout.JAVA_BYTE, 1536));
      assertEquals(0, memory.get(ValueLayout.JAVA_BYTE, 4096));
    }
  }
}
