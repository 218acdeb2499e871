package io.penstock.failures;

import io.penstock.core.device.ConfinedLoop;
import io.penstock.core.error.BlockIoException;
import io.penstock.core.error.Errno;
import io.penstock.core.memory.IoArena;
import io.penstock.failures.host.ProcessFacts;
import io.penstock.file.Batch;
import io.penstock.file.DirectFile;
import io.penstock.file.DirectFileOptions;
import io.penstock.file.Engines;
import io.penstock.file.SequentialReader;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The process that runs out of descriptors: opens until it cannot, works with what is open, gives
 * some back, opens again. {@code DescriptorsMain ENGINE DIRECTORY SEED}.
 */
public final class DescriptorsMain {
  private static final int SIZE = 64 << 10;
  private static final int ROUNDS = 5;

  private final String engine;
  private final Path path;
  private final List<AutoCloseable> open = new ArrayList<>();
  private int exhausted;

  private DescriptorsMain(String engine, Path path) {
    this.engine = engine;
    this.path = path;
  }

  /** See the class; prints how often there was no descriptor. */
  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[1], "descriptors");
    Files.deleteIfExists(path);
    Content.write(path, SIZE);
    DescriptorsMain main = new DescriptorsMain(arguments[0], path);
    // Once with enough of them: classes are loaded, threads and rings are there.
    try (DirectFile file = main.open()) {
      main.work(file);
    }
    main.reopenLoop();
    try {
      DirectFile.open(path.resolveSibling("not-there")).close();
      throw new AssertionError("a file that is not there was opened");
    } catch (BlockIoException absent) {
      Check.that(absent.is(Errno.ENOENT), () -> "not ENOENT: " + absent);
    }
    for (int round = 0; round < ROUNDS; round++) {
      main.round();
    }
    System.out.println("exhausted " + main.exhausted);
  }

  private DirectFile open() throws IOException {
    return DirectFile.open(
        path,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE,
        DirectFileOptions.DEFAULT.withEngine(engine));
  }

  private void round() throws Exception {
    DirectFile first = open();
    open.add(first);
    fillUp();
    List<IOException> refusals = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      try {
        DirectFile more = open();
        more.close();
        throw new AssertionError("a file was opened without a descriptor");
      } catch (IOException none) {
        refusals.add(none);
      }
      if (engine.equals("uring")) {
        try {
          Engines.choose(engine).provider().newLoop(8).close();
          throw new AssertionError("a ring was made without a descriptor");
        } catch (IOException none) {
          refusals.add(none);
        }
      }
    }
    work(first);
    for (IOException each : refusals) {
      requireRemedy(each);
    }
    exhausted += refusals.size();
    // one back is enough for one, so what was refused has kept none
    open.removeLast().close();
    open.add(FileChannel.open(path, StandardOpenOption.READ));
    closeAll();
    Check.same(0, ProcessFacts.descriptorsOf(path), () -> "descriptors left open");
    try (DirectFile again = open()) {
      work(again);
    }
    reopenLoop();
  }

  private void fillUp() {
    while (true) {
      try {
        open.add(FileChannel.open(path, StandardOpenOption.READ));
      } catch (IOException full) {
        return;
      }
    }
  }

  private void requireRemedy(IOException error) {
    Check.that(
        error instanceof BlockIoException known && known.is(Errno.EMFILE),
        () -> "not EMFILE: " + error);
    Check.that(
        String.valueOf(error.getMessage()).contains("ulimit -n"), () -> "no remedy: " + error);
  }

  private void work(DirectFile file) throws Exception {
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(SIZE, 4096);
      Check.same(SIZE, file.read(memory, 0), () -> "bytes of a read");
      Content.check(memory, SIZE, 0, engine);
      file.write(memory.asSlice(0, 8192), 0);
      Check.same(999, file.readAsync(memory.asSlice(1, 999), 7).get(), () -> "bytes of a read");
      Content.check(memory.asSlice(1, 999), 999, 7, engine);
      Content.fill(memory.asSlice(0, 5000), 333);
      file.writeAsync(memory.asSlice(0, 5000), 333).get();
      Batch batch = new Batch();
      batch.read(file, memory.asSlice(0, 8192), 4096);
      batch.read(file, memory.asSlice(8192, 8192), 0);
      batch.execute();
      Content.check(memory, 8192, 4096, engine);
      file.sync();
      file.syncAsync().get();
      try (SequentialReader reader = file.reader(0)) {
        Check.same(SIZE, reader.read(memory), () -> "bytes of a stream");
        Content.check(memory, SIZE, 0, engine);
      }
      Check.same(SIZE, file.size(), () -> "size");
    }
  }

  private void reopenLoop() throws Exception {
    if (engine.equals("uring")) {
      try (ConfinedLoop loop = Engines.choose(engine).provider().newLoop(8)) {
        loop.poll();
      }
    }
  }

  private void closeAll() throws Exception {
    for (AutoCloseable each : open) {
      each.close();
    }
    open.clear();
  }
}
