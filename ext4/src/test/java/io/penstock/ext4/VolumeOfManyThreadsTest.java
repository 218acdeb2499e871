package io.penstock.ext4;

import io.penstock.ext4.proof.ThreadsProof;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several threads use a volume at the same time, and each finds what it has done. */
class VolumeOfManyThreadsTest {
  private static final long SEED = Long.getLong("penstock.ext4.seed", 20261126);
  private static final int OPERATIONS = Integer.getInteger("penstock.ext4.operations", 500);

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"-t ext4 -b 1024 -J size=1", "-t ext2 -b 1024"})
  void eachFindsWhatItHasDone(String options) throws Exception {
    ThreadsProof proof = new ThreadsProof(options, directory);
    proof.run(SEED, OPERATIONS);
    System.out.println("seed " + SEED + ", mke2fs " + options + ": " + proof);
  }
}
