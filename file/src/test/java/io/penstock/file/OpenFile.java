package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;

/** Files as the tests of this package open and fill them. */
final class OpenFile {
  private OpenFile() {}

  /** Opens for reading and writing, creating it if it is not there, on the engine that is named. */
  static DirectFile on(String engine, Path path, OpenOption... more) throws IOException {
    return on(DirectFileOptions.DEFAULT.withEngine(engine), path, more);
  }

  /** Opens, and checks that the engine is the one asked for. */
  static DirectFile on(DirectFileOptions options, Path path, OpenOption... more)
      throws IOException {
    OpenOption[] all = new OpenOption[more.length + 4];
    all[0] = StandardOpenOption.READ;
    all[1] = StandardOpenOption.WRITE;
    all[2] = StandardOpenOption.CREATE;
    all[3] = options;
    System.arraycopy(more, 0, all, 4, more.length);
    DirectFile file = DirectFile.open(path, all);
    assertEquals(options.engine(), file.engine(), "the engine in use");
    return file;
  }

  /** Bytes that are the same for the same seed. */
  static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
