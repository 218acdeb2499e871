package io.penstock.fuzz;

import io.penstock.core.DirectIo;
import io.penstock.core.bio.Direction;
import io.penstock.core.device.QueueLimits;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.file.BlockFile;
import io.penstock.core.map.LayoutTraits;
import io.penstock.core.memory.BufferPool;
import io.penstock.core.memory.IoVector;
import io.penstock.core.memory.MemoryPolicy;
import io.penstock.core.request.IoFlag;
import io.penstock.core.request.IoFlags;
import io.penstock.core.request.IoHandler;
import io.penstock.core.request.IoRequest;
import io.penstock.fuzz.Script.Vice;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A file over a mapper, devices, hooks and memory of which some are hostile; a few requests; and
 * what must hold at the end: each has ended once, nothing was moved where it must not be, nothing
 * is still held, and the file can be closed.
 */
final class Episode {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(8);
  private static final int MOST_SIZE = 1 << 20;

  private final Script script;
  private final DeviceThread thread;
  private final List<String> violations = Collections.synchronizedList(new ArrayList<>());
  private final List<HostileDevice> devices = new ArrayList<>();
  private final List<Pending> pending = new ArrayList<>();
  private final TreeSet<String> outcomes = new TreeSet<>();
  private final HostileMemory memory;
  private final HostileHooks hooks;
  private final HostileMapper mapper;
  private final BlockFile file;
  private final int logicalBlock;

  Episode(Script script, DeviceThread thread) {
    this.script = script;
    this.thread = thread;
    logicalBlock = script.oneIn(2) ? 4096 : 512;
    int blockSize = logicalBlock << script.below(4);
    QueueLimits limits =
        QueueLimits.of(logicalBlock)
            .withMaximum(
                1 + script.below(16),
                (long) logicalBlock << script.below(6),
                (long) logicalBlock << script.below(6))
            .withMemoryAlignment(1 << script.below(13))
            .withForcedUnitAccess(script.oneIn(2))
            .withAtomicWrites(logicalBlock, script.oneIn(2) ? 0x10000 : logicalBlock)
            .withMemoryAccess(script.oneIn(2), script.oneIn(2));
    addDevice("hostile-device", limits, 64 * blockSize);
    addDevice("hostile-other", limits, 8 * blockSize);
    addDevice("hostile-coarse", QueueLimits.of(8192), 16 * 8192);
    addDevice("hostile-closed", limits, 8 * blockSize).close();
    memory = new HostileMemory(script);
    hooks = new HostileHooks(script);
    mapper = new HostileMapper(script, blockSize, devices, traits());
    file = build(blockSize);
    mapper.of(file);
  }

  private HostileDevice addDevice(String name, QueueLimits limits, int size) {
    HostileDevice device = new HostileDevice(name, script, limits, size, thread, violations);
    devices.add(device);
    return device;
  }

  private LayoutTraits traits() {
    return LayoutTraits.DEFAULT
        .withFillsHoles(!script.oneIn(3))
        .withPublishesSize(!script.oneIn(3))
        .withOwnInFlightScheme(script.oneIn(6))
        .withMaxFileSize(MOST_SIZE);
  }

  /** Built while its device behaves: what builds a file may refuse by any exception. */
  private BlockFile build(int blockSize) {
    while (true) {
      try {
        BlockFile.Builder builder =
            BlockFile.builder(devices.get(0), mapper)
                .blockSize(blockSize)
                .size(script.oneIn(3) ? script.below(1 << 16) : 16L * blockSize)
                .dataSync(script.oneIn(4))
                .memoryPolicy(script.oneIn(4) ? MemoryPolicy.STRICT : MemoryPolicy.BOUNCE)
                .maxOutstandingBios(script.oneIn(2) ? 1 + script.below(4) : 128);
        hooks.hangOn(builder);
        return builder.build();
      } catch (RuntimeException | Error refused) {
        outcomes.add("not built");
      }
    }
  }

  /** Runs it; what came of it. */
  String run() {
    long poolBefore = BufferPool.shared().bytesInUse();
    int requests = 1 + script.below(4);
    for (int i = 0; i < requests; i++) {
      request();
    }
    for (HostileDevice each : devices) {
      each.drain();
    }
    thread.await();
    awaitRequests();
    truncate();
    check(poolBefore);
    memory.close();
    return outcomes.toString();
  }

  private void request() {
    Direction direction = script.oneIn(2) ? Direction.WRITE : Direction.READ;
    long position = script.oneIn(8) ? script.number() : (long) script.below(24) * logicalBlock;
    IoVector vector = memory.vector(script.oneIn(6) ? 256 : logicalBlock);
    IoFlags flags = flags();
    if (script.oneIn(2)) {
      submit(direction, position, vector, flags);
    } else {
      transfer(direction, position, vector, flags);
    }
  }

  private IoFlags flags() {
    IoFlags flags = IoFlags.NONE;
    for (IoFlag each : IoFlag.values()) {
      if (script.oneIn(6)) {
        flags = flags.with(each);
      }
    }
    return flags;
  }

  private void transfer(Direction direction, long position, IoVector vector, IoFlags flags) {
    mapper.takeLie();
    devices.forEach(each -> each.waiting(true));
    try {
      long bytes =
          direction == Direction.READ
              ? DirectIo.read(file, vector, position, flags)
              : DirectIo.write(file, vector, position, flags);
      if (bytes > vector.total() || bytes < IoRequest.END_OF_FILE) {
        throw new AssertionError(bytes + " bytes of " + vector);
      }
      if (mapper.takeLie()) {
        throw new AssertionError("an answer that cannot be true was taken for true");
      }
      outcomes.add(direction.word() + (bytes == vector.total() ? " all" : " some"));
    } catch (IOException refused) {
      outcomes.add(direction.word() + ' ' + shape(refused));
    } finally {
      devices.forEach(each -> each.waiting(false));
    }
  }

  private void submit(Direction direction, long position, IoVector vector, IoFlags flags) {
    IoRequest request = DirectIo.newRequest();
    if (script.oneIn(4)) {
      request.timeoutNanos(1 + script.below(1 << 14) * 1000L);
    }
    Pending one = new Pending(direction.word(), vector.total());
    boolean mayWait =
        flags.has(IoFlag.FORCE_WAIT)
            || direction == Direction.WRITE && !file.traits().publishesSize();
    devices.forEach(each -> each.waiting(mayWait));
    try {
      long generation = DirectIo.submit(request, direction, file, vector, position, flags, one);
      pending.add(one);
      if (script.has(Vice.CANCELS) && script.oneIn(2)) {
        request.cancel(generation);
      }
    } catch (IOException refused) {
      one.mustNotBeCalled();
      outcomes.add("refused " + direction.word() + ' ' + shape(refused));
    } catch (RuntimeException | Error thrown) {
      if (!script.has(Vice.CANCELS)) {
        throw thrown;
      }
      outcomes.add("cancel threw");
    } finally {
      devices.forEach(each -> each.waiting(false));
    }
  }

  private static String shape(IOException refused) {
    String message = String.valueOf(refused.getMessage());
    if (refused instanceof BlockIoException block) {
      return block.operation() + ' ' + block.errno();
    }
    return refused.getClass().getSimpleName() + (message.isBlank() ? "?" : "");
  }

  private void awaitRequests() {
    long end = System.nanoTime() + PATIENCE_NANOS;
    for (Pending each : pending) {
      while (!each.isDone()) {
        if (System.nanoTime() > end) {
          throw new AssertionError("a request has not ended: " + each.what + " of " + file);
        }
        for (HostileDevice device : devices) {
          device.drain();
        }
        LockSupport.parkNanos(20_000);
      }
      outcomes.add(each.result());
    }
  }

  private void truncate() {
    if (script.oneIn(4)) {
      try {
        DirectIo.truncate(file, script.below(1 << 16));
      } catch (IOException refused) {
        outcomes.add("truncate " + shape(refused));
      }
    }
  }

  /** Requests have ended that somebody threw at who has their bios still. */
  private void giveBackAbandoned() {
    hooks.giveBack();
    for (HostileDevice each : devices) {
      each.drain();
      each.giveBack();
    }
    thread.await();
  }

  private void check(long poolBefore) {
    file.close();
    giveBackAbandoned();
    for (Pending each : pending) {
      each.checkCalledOnce();
    }
    if (!violations.isEmpty()) {
      throw new AssertionError(String.join("; ", violations));
    }
    if (file.requestsInFlight() != 0 || !file.exclusion().isIdle()) {
      throw new AssertionError("something is still held of " + file);
    }
    long stray = memory.firstStrayByte();
    if (stray >= 0) {
      throw new AssertionError("memory outside of every request has changed, at " + stray);
    }
    memory.checkSources();
    long pool = BufferPool.shared().bytesInUse();
    if (pool != poolBefore) {
      throw new AssertionError("pooled memory is out: " + (pool - poolBefore) + " bytes");
    }
  }

  /** A request in flight. */
  private final class Pending implements IoHandler {
    private final String what;
    private final long total;
    private int calls;
    private boolean refused;
    private @Nullable IOException error;
    private long bytes;

    Pending(String what, long total) {
      this.what = what;
      this.total = total;
    }

    @Override
    public void completed(IoRequest request, long count, @Nullable IOException failure) {
      synchronized (this) {
        calls++;
        bytes = count;
        error = failure;
        notifyAll();
      }
      if (script.indulges(Vice.HOOKS_THROW)) {
        script.throwSomething("the handler");
      }
    }

    synchronized boolean isDone() {
      return calls > 0;
    }

    synchronized void mustNotBeCalled() {
      refused = true;
      if (calls > 0) {
        throw new AssertionError("a refused request's handler was called");
      }
    }

    synchronized void checkCalledOnce() {
      if (calls != (refused ? 0 : 1)) {
        throw new AssertionError("a request has ended " + calls + " times: " + what);
      }
    }

    synchronized String result() {
      IOException failure = error;
      if (failure == null && (bytes > total || bytes < IoRequest.END_OF_FILE)) {
        throw new AssertionError(bytes + " bytes of " + total);
      }
      return "later " + what + ' ' + (failure == null ? bytes == total : shape(failure));
    }
  }
}
