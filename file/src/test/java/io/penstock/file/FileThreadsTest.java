package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;

/** What a file costs its callers' threads. */
class FileThreadsTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  @Rule("FILE-1")
  @Rule("FILE-3")
  void manyVirtualThreadsReadAndWriteUnaligned(String engine) throws Exception {
    int threads = 64;
    Files.write(path(), new byte[threads * 1000]);
    try (DirectFile file = OpenFile.on(engine, path())) {
      AtomicInteger right = new AtomicInteger();
      List<Thread> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        byte[] bytes = OpenFile.bytes(1000, i);
        long position = i * 1000L;
        all.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        file.write(ByteBuffer.wrap(bytes), position);
                        ByteBuffer found = ByteBuffer.allocate(1000);
                        if (file.read(found, position) == 1000
                            && found.flip().equals(ByteBuffer.wrap(bytes))) {
                          right.incrementAndGet();
                        }
                      } catch (IOException e) {
                        throw new AssertionError(e);
                      }
                    }));
      }
      for (Thread each : all) {
        each.join();
      }
      assertEquals(threads, right.get());
    }
  }
}
