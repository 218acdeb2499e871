package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.penstock.testkit.Garbage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hot path makes no garbage: counted by the JVM, once the calls are compiled. */
class TransferAllocationTest {
  private static final int CALLS = 100_000;

  private interface Round {
    long run(int calls);
  }

  @Test
  void transfersAllocateNothing(@TempDir Path directory) throws Exception {
    try (TempFile file = TempFile.open(directory.resolve("file"), 0).fill(0, 4096, 'a');
        Arena arena = Arena.ofShared()) {
      int fd = file.fd();
      MemorySegment memory = arena.allocate(16);
      long address = memory.address();
      ErrnoCapture own = ErrnoCapture.unpooled(arena);
      IoVec vector = new IoVec(arena, 2);

      check(
          "pread, address",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(fd, address, 16, 0);
            }
            return sum;
          },
          16);
      check(
          "pread, address, own capture",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(own, fd, address, 16, 0);
            }
            return sum;
          },
          16);
      check(
          "pread, segment",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(fd, memory, 0);
            }
            return sum;
          },
          16);
      check(
          "preadv2, reused vector",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              vector.clear();
              vector.add(address, 8);
              vector.add(memory.asSlice(8, 8));
              sum += TransferCalls.preadv2(fd, vector, 0, 0);
            }
            return sum;
          },
          16);
      check(
          "pread, failing",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(-1, address, 16, 0);
            }
            return sum;
          },
          -Errno.EBADF);
    }
  }

  private static void check(String name, Round round, int each) throws Exception {
    long bytes =
        Garbage.ofThisThread(CALLS, calls -> assertEquals((long) calls * each, round.run(calls)));
    // one object a call would be 1.6 MB
    assertTrue(bytes < CALLS, () -> name + " allocated " + bytes + " bytes");
  }
}
