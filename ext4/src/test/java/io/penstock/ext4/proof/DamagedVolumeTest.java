package io.penstock.ext4.proof;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Damage to metadata gives a clear error or right data, and never a hang. */
class DamagedVolumeTest {
  private static final long SEED = 20261126;
  private static final int TRIALS = 60;

  @TempDir Path directory;

  @ParameterizedTest
  @Timeout(300)
  @ValueSource(
      strings = {
        "-t ext4 -b 1024",
        "-t ext4 -b 1024 -O inline_data,^metadata_csum -I 512",
        "-t ext2 -b 1024",
      })
  void everyOperationEndsWithAnErrorOrRightData(String options) throws Exception {
    System.out.println("seed " + SEED + ", mke2fs " + options);
    DamageProof proof = Ext4ProofMain.proof(options, directory);
    for (long i = 0; i < TRIALS; i++) {
      proof.trial(SEED, i);
    }
    assertTrue(proof.found() + proof.refused() > TRIALS / 10, "damage that had an effect");
  }
}
