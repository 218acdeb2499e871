package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** The hot path makes no garbage: counted by the JVM, over calls enough to be compiled. */
class TransferAllocationTest {
  private static final int CALLS = 100_000;
  private static final int ROUNDS = 5;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private interface Round {
    long run(int calls);
  }

  @Test
  void transfersAllocateNothing(@TempDir Path directory, TestReporter reporter) {
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
          16,
          reporter);
      check(
          "pread, address, own capture",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(own, fd, address, 16, 0);
            }
            return sum;
          },
          16,
          reporter);
      check(
          "pread, segment",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(fd, memory, 0);
            }
            return sum;
          },
          16,
          reporter);
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
          16,
          reporter);
      check(
          "pread, failing",
          calls -> {
            long sum = 0;
            for (int i = 0; i < calls; i++) {
              sum += TransferCalls.pread(-1, address, 16, 0);
            }
            return sum;
          },
          -Errno.EBADF,
          reporter);
    }
  }

  private void check(String name, Round round, int each, TestReporter reporter) {
    for (int i = 0; i < ROUNDS; i++) {
      assertEquals((long) CALLS * each, round.run(CALLS));
    }
    long allocatedBefore = threads.getCurrentThreadAllocatedBytes();
    long begin = System.nanoTime();
    round.run(CALLS);
    long nanoseconds = System.nanoTime() - begin;
    long allocated = threads.getCurrentThreadAllocatedBytes() - allocatedBefore;
    reporter.publishEntry(
        name, nanoseconds / CALLS + " ns and " + (double) allocated / CALLS + " bytes a call");
    // The measurement itself and a recompilation may take a little; one object a call would be 1.6
    // MB.
    assertTrue(allocated < CALLS, () -> name + " allocated " + allocated + " bytes");
  }
}
