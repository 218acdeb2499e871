package io.penstock.cli.bench;

import io.penstock.core.DirectIo;
import io.penstock.core.device.OpenMode;
import io.penstock.core.memory.IoArena;
import io.penstock.core.memory.IoVector;
import io.penstock.file.Engines;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A file of random bytes that is removed again, also when the command is interrupted: reads of
 * holes or of zeros would measure something else than a disk.
 */
public final class Scratch implements AutoCloseable {
  private static final int CHUNK = 1 << 20;
  private static final int PAGE = 4096;

  private final Path file;
  private final Thread hook;

  private Scratch(Path file) {
    this.file = file;
    hook = Thread.ofPlatform().name("bench-scratch").unstarted(this::delete);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Makes one in this directory. */
  public static Scratch in(Path directory, long bytes) throws IOException {
    String unique = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    return at(directory.resolve(".penstock-bench-" + unique), bytes);
  }

  /** Makes one of this name, which must not be there. */
  public static Scratch at(Path file, long bytes) throws IOException {
    OpenMode mode = OpenMode.CREATE_NEW.withBufferedFallback(true);
    OpenTarget target = OpenTarget.of(Engines.open(file, Engines.AUTO, mode));
    Scratch scratch = new Scratch(file);
    try (target) {
      fill(target, bytes);
      return scratch;
    } catch (IOException | RuntimeException | Error e) {
      scratch.close();
      throw e;
    }
  }

  private static void fill(OpenTarget target, long bytes) throws IOException {
    SplittableRandom random = new SplittableRandom();
    byte[] chunk = new byte[CHUNK];
    try (IoArena arena = IoArena.ofShared()) {
      MemorySegment memory = arena.allocate(CHUNK, PAGE);
      IoVector whole = IoVector.of(memory);
      for (long at = 0; at < bytes; at += CHUNK) {
        random.nextBytes(chunk);
        MemorySegment.copy(chunk, 0, memory, ValueLayout.JAVA_BYTE, 0, CHUNK);
        DirectIo.write(target.file(), whole, at);
      }
    }
    target.device().flush();
  }

  /** Its name. */
  public Path file() {
    return file;
  }

  private void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      System.getLogger("io.penstock")
          .log(System.Logger.Level.WARNING, "the scratch file " + file + " is left behind", e);
    }
  }

  @Override
  public void close() {
    delete();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // it is being shut down: the hook finds nothing to do
    }
  }
}
