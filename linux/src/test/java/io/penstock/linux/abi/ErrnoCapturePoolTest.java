package io.penstock.linux.abi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ErrnoCapturePoolTest {
  @Test
  void captureIsLentToOneCallAtATimeBeyondTheFirstSlab() {
    List<ErrnoCapture> claimed = new ArrayList<>();
    Set<Long> addresses = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      ErrnoCapture capture = ErrnoCapturePool.claim();
      claimed.add(capture);
      addresses.add(capture.segment().address());
    }
    assertEquals(1000, addresses.size());
    claimed.forEach(ErrnoCapture::release);
  }

  @Test
  void threadFindsItsCaptureAgain() {
    ErrnoCapture first = ErrnoCapturePool.claim();
    first.release();
    ErrnoCapture second = ErrnoCapturePool.claim();
    second.release();
    assertSame(first, second);
  }

  @Test
  void errorsOfManyVirtualThreadsAreNotMixedUp() throws Exception {
    try (Arena arena = Arena.ofShared();
        ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("caller-", 0).factory())) {
      long address = arena.allocate(16).address();
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        boolean odd = i % 2 == 1;
        Callable<Object> task =
            () -> {
              for (int call = 0; call < 500; call++) {
                if (odd) {
                  assertEquals(-Errno.EBADF, TransferCalls.pread(-1, address, 16, 0));
                } else {
                  assertEquals(-Errno.EINVAL, FileCalls.ftruncate(0, -1));
                }
              }
              return null;
            };
        done.add(threads.submit(task));
      }
      for (Future<?> each : done) {
        each.get();
      }
    }
  }
}
