package io.penstock.file;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.penstock.rules.Rule;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A short {@link FileSoak} for every build; build/soak-file runs the long one. A printed seed gives
 * the same operations again.
 */
@Rule("FILE-3")
@Rule("FILE-6")
class FileSoakTest {
  private static final int OPERATIONS = 1_500;

  @TempDir private Path directory;

  @EachEngine
  void everyByteAndTheLengthAreRightThroughTwoHandles(String engine) throws Exception {
    soak(engine, engine);
  }

  @Test
  void handlesOfDifferentEnginesExcludeEachOtherToo() throws Exception {
    List<String> engines = EachEngine.Available.names();
    soak(engines.getFirst(), engines.getLast());
    assertEquals(0, SharedFile.open(), "files left open");
  }

  private void soak(String engine, String other) throws Exception {
    long seed = Long.getLong("penstock.seed", System.nanoTime());
    System.out.println("soak of " + engine + " and " + other + ", seed " + seed);
    System.out.println(FileSoak.run(directory.resolve("soak"), engine, other, seed, OPERATIONS));
  }
}
