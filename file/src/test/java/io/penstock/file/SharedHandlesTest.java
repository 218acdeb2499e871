package io.penstock.file;

import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.rules.Rule;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several users of one file: handles, names, engines, and the page cache. */
@Rule("FILE-6")
class SharedHandlesTest {
  @TempDir private Path directory;

  private Path path() {
    return directory.resolve("file");
  }

  @EachEngine
  void handlesBySeveralNamesSeeOneSize(String engine) throws IOException {
    try (DirectFile one = OpenFile.on(engine, path())) {
      Path link = Files.createLink(directory.resolve("link"), path());
      try (DirectFile two = OpenFile.on(engine, link)) {
        assertEquals(one.identity(), two.identity());
        one.write(ByteBuffer.allocate(777), 0);
        assertEquals(777, two.size());
        assertEquals(777, two.read(ByteBuffer.allocate(5000), 0));
        two.truncate(5);
        assertEquals(-1, one.read(ByteBuffer.allocate(10), 5));
      }
    }
    assertEquals(0, SharedFile.open());
  }

  @Test
  void handlesOfAllEnginesHaveOneIdentity() throws IOException {
    Files.write(path(), new byte[10]);
    List<Object> identities = new ArrayList<>();
    for (String engine : EachEngine.Available.names()) {
      try (DirectFile file = OpenFile.on(engine, path())) {
        identities.add(file.identity());
      }
    }
    for (Object each : identities) {
      assertEquals(identities.getFirst(), each);
    }
  }

  @EachEngine
  void twoWritersOfOneBlockLoseNothing(String engine) throws Exception {
    int bytes = 4096;
    Files.write(path(), new byte[bytes]);
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      List<CompletableFuture<Long>> writes = new ArrayList<>();
      for (int i = 0; i < bytes; i += 16) {
        byte[] part = new byte[16];
        Arrays.fill(part, (byte) (i / 16 + 1));
        writes.add((i % 32 == 0 ? one : two).writeAsync(ByteBuffer.wrap(part), i));
      }
      for (CompletableFuture<Long> each : writes) {
        assertEquals(16L, each.get());
      }
    }
    byte[] expected = new byte[bytes];
    for (int i = 0; i < bytes; i++) {
      expected[i] = (byte) (i / 16 + 1);
    }
    assertArrayEquals(expected, Files.readAllBytes(path()));
  }

  @EachEngine
  void appendsOfAllHandlesFollowEachOther(String engine) throws Exception {
    int appends = 40;
    try (DirectFile one = OpenFile.on(engine, path());
        DirectFile two = OpenFile.on(engine, path())) {
      List<Thread> threads = new ArrayList<>();
      List<Integer> failures = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        int number = i + 1;
        DirectFile file = i % 2 == 0 ? one : two;
        threads.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      byte[] record = new byte[100 * number];
                      Arrays.fill(record, (byte) number);
                      try {
                        for (int k = 0; k < appends; k++) {
                          file.append(ByteBuffer.wrap(record));
                        }
                      } catch (IOException e) {
                        synchronized (failures) {
                          failures.add(number);
                        }
                      }
                    }));
      }
      for (Thread each : threads) {
        each.join();
      }
      assertEquals(List.of(), failures);
      assertEquals(appends * 1000L, one.size());
    }
    byte[] all = Files.readAllBytes(path());
    int[] counts = new int[5];
    for (int at = 0; at < all.length; at += 100 * all[at]) {
      counts[all[at]]++;
      for (int k = 0; k < 100 * all[at]; k++) {
        assertEquals(all[at], all[at + k], "a record in pieces at " + (at + k));
      }
    }
    assertArrayEquals(new int[] {0, appends, appends, appends, appends}, counts);
  }

  @EachEngine
  void bufferedAndDirectWritersWhoTakeTurnsSeeEachOthersBytes(String engine) throws IOException {
    byte[] expected = OpenFile.bytes(50_000, 3);
    Files.write(path(), expected);
    try (DirectFile direct = OpenFile.on(engine, path());
        FileChannel buffered = FileChannel.open(path(), READ, WRITE)) {
      for (int turn = 0; turn < 40; turn++) {
        byte[] bytes = OpenFile.bytes(1 + turn * 331, turn);
        int position = turn * 1237 % 45_000;
        expected = Arrays.copyOf(expected, Math.max(expected.length, position + bytes.length));
        System.arraycopy(bytes, 0, expected, position, bytes.length);
        ByteBuffer found = ByteBuffer.allocate(expected.length + 1);
        if (turn % 2 == 0) {
          direct.write(ByteBuffer.wrap(bytes), position);
          while (buffered.read(found, found.position()) > 0) {
            // to its end
          }
        } else {
          buffered.write(ByteBuffer.wrap(bytes), position);
          direct.read(found, 0);
        }
        assertArrayEquals(expected, Arrays.copyOf(found.array(), found.position()), "turn " + turn);
      }
    }
  }

  @EachEngine
  void whatSomebodyElseAppendedIsFound(String engine) throws IOException {
    Files.write(path(), new byte[5000]);
    try (DirectFile direct = OpenFile.on(engine, path());
        FileChannel buffered = FileChannel.open(path(), WRITE)) {
      buffered.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 5000);
      ByteBuffer found = ByteBuffer.allocate(100);
      assertEquals(3, direct.read(found, 5000));
      assertEquals(2, found.get(1));
      buffered.write(ByteBuffer.wrap(new byte[] {4}), 5003);
      assertEquals(1L, direct.readAsync(ByteBuffer.allocateDirect(100), 5003).join());
      buffered.truncate(10);
      assertEquals(10, direct.size());
    }
  }
}
